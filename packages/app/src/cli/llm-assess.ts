import { type BinaryCalibrator, type Calibrator, isBinaryCalibrator, type PolicyDocument } from "@candor/core";
import { assessScore, type DocumentAssessment } from "@candor/llm";
import { isScore } from "./llm-scores.ts";
import { UsageError } from "./usage-error.ts";

/** What a calibrator and a policy make of every entry's score. */
export interface Assessments {
  at(position: number): DocumentAssessment;
  /** Null without a policy. */
  readonly decisions: { readonly act: number; readonly review: number; readonly abstain: number } | null;
}

/** A calibrator and a policy that need nothing but one score. */
export interface Appliers {
  readonly calibrator: BinaryCalibrator | null;
  readonly policy: PolicyDocument | null;
}

/** Where columns beside the score are needed, `candor apply` has them. */
const throughTable = "expected one without segments; `candor apply` reads the table of --out with its columns";

/**
 * What is applied to the score of each answer; a policy brings its own calibrator.
 *
 * @throws {UsageError} for what cannot be applied to one score per answer, and for a calibrator that the policy is not of
 */
export function appliers(calibrator: Calibrator | null, policy: PolicyDocument | null): Appliers {
  if (policy !== null && calibrator !== null && policy.calibrator?.fingerprint !== calibrator.fingerprint)
    throw new UsageError(
      policy.calibrator === null
        ? "the policy was made for scores as they are, expected no --calibrator"
        : "the policy was made for another calibrator than that of --calibrator",
    );
  if (policy?.rule.inDistribution !== undefined)
    throw new UsageError(
      `the policy demands that a row is in distribution, which answers do not say, expected one without`,
    );
  if (policy?.rule.kind === "threshold-per-segment")
    throw new UsageError(`the policy decides by segment, ${throughTable}`);
  if (policy?.rule.kind === "least-cost" || policy?.task === "multiclass")
    throw new UsageError(
      "the policy is of several classes, expected one of a confidence: `candor llm --policy` makes it",
    );
  const made = policy?.calibrator ?? calibrator;
  if (made === null) return { calibrator: null, policy };
  if (!isBinaryCalibrator(made))
    throw new UsageError(
      `the calibrator is of ${made.scoreKind} of several classes, expected one of a confidence: \`candor llm --fit\` makes it`,
    );
  if (made.segments !== null) throw new UsageError(`the calibrator corrects segments, ${throughTable}`);
  return { calibrator: made, policy };
}

/** The score that a calibrator was fitted on, or a policy made of, where it says so. */
export function recordedScore({ calibrator, policy }: Appliers): string | null {
  const recorded = calibrator?.spec["scoreName"];
  if (typeof recorded === "string") return recorded;
  const column = calibrator === null ? policy?.source?.columns["confidence"] : undefined;
  return column !== undefined && isScore(column) ? column : null;
}

/** Scores of all entries. */
export interface AssessedValues {
  /** Of the score; NaN where it is missing. */
  readonly values: Float64Array;
  /** Smallest and largest possible values. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Why the score of an entry is missing. */
  readonly reasonAt: (position: number) => string;
}

/** Assesses the score called `name` of all entries. */
export function assessAll(
  name: string,
  { values, lower, upper, reasonAt }: AssessedValues,
  applied: Appliers,
): Assessments {
  const at = (position: number): DocumentAssessment => {
    const value = values[position] ?? Number.NaN;
    const bounds = [lower[position] ?? value, upper[position] ?? value] as const;
    return Number.isNaN(value)
      ? assessScore({ name, value: null, bounds: null, reason: reasonAt(position) }, applied)
      : assessScore({ name, value, bounds, reason: "" }, applied);
  };
  if (applied.policy === null) return { at, decisions: null };
  const decisions = { act: 0, review: 0, abstain: 0 };
  for (let position = 0; position < values.length; position++) {
    const { decision } = at(position);
    if (decision !== null) decisions[decision]++;
  }
  return { at, decisions };
}
