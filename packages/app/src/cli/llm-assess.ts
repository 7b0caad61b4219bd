import { type Calibrator, decide, decisionNames, type PolicyDocument } from "@candor/core";
import type { DocumentAssessment } from "@candor/llm";
import { calibrate } from "./calibrate.ts";
import type { ChosenScore } from "./llm-scores.ts";
import { UsageError } from "./usage-error.ts";

/** What a calibrator and a policy make of every entry's score. */
export interface Assessments {
  at(position: number): DocumentAssessment;
  /** Null without a policy. */
  readonly decisions: { readonly act: number; readonly review: number; readonly abstain: number } | null;
}

/** Where columns beside the score are needed, `candor apply` has them. */
const throughTable = "expected one without segments; `candor apply` reads the table of --out with its columns";

/**
 * Refuses what cannot be applied to one score per answer.
 *
 * @throws {UsageError}
 */
export function checkApplicable(calibrator: Calibrator | null, policy: PolicyDocument | null): void {
  const made = policy?.calibrator ?? calibrator;
  if (made !== null && made.scoreKind !== "confidence" && made.scoreKind !== "probability")
    throw new UsageError(
      `the calibrator is of ${made.scoreKind}, expected one of a confidence: \`candor llm --fit\` makes it`,
    );
  if (made?.segments) throw new UsageError(`the calibrator corrects segments, ${throughTable}`);
  if (policy === null) return;
  if (policy.rule.kind === "threshold-per-segment")
    throw new UsageError(`the policy decides by segment, ${throughTable}`);
  if (policy.rule.kind === "least-cost" || policy.scoreKind === "probabilities" || policy.scoreKind === "logits")
    throw new UsageError(
      "the policy is of several classes, expected one of a confidence: `candor llm --policy` makes it",
    );
  if (calibrator !== null && policy.calibrator?.fingerprint !== calibrator.fingerprint)
    throw new UsageError(
      policy.calibrator === null
        ? "the policy was made for scores as they are, expected no --calibrator"
        : "the policy was made for another calibrator than that of --calibrator",
    );
}

function column(values: Float64Array): { data: Float64Array; rows: number; cols: number } {
  return { data: values, rows: values.length, cols: 1 };
}

/**
 * Assesses all entries at once.
 *
 * @param values of the score; NaN where it is missing
 * @param lower smallest possible values
 * @param upper largest possible values
 * @param reasonAt why the score of an entry is missing
 */
export function assessAll(
  {
    calibrator,
    policy,
    score,
  }: Readonly<{ calibrator: Calibrator | null; policy: PolicyDocument | null; score: ChosenScore }>,
  { values, lower, upper }: Readonly<{ values: Float64Array; lower: Float64Array; upper: Float64Array }>,
  reasonAt: (position: number) => string,
): Assessments {
  const made = policy?.calibrator ?? calibrator;
  const known = Int32Array.from([...values.keys()].filter((i) => !Number.isNaN(values[i])));
  const pick = (all: Float64Array): Float64Array => Float64Array.from(known, (i) => all[i] ?? Number.NaN);
  const mapped = (all: Float64Array): Float64Array =>
    made === null || all.length === 0 ? all : calibrate(made, column(all), []).confidences;
  const probabilities = mapped(pick(values));
  const [one, other] = [mapped(pick(lower)), mapped(pick(upper))];
  const confidence = probabilities;
  const codes =
    policy === null || known.length === 0
      ? undefined
      : decide(policy.rule, {
          rows: known.length,
          segments: [],
          ...(policy.scoreKind === "probability" ? { positive: confidence } : { confidence }),
        }).codes;
  const counts = { act: 0, review: 0, abstain: values.length - known.length };
  for (const code of codes ?? []) counts[decisionNames[code] ?? "review"]++;
  const place = new Map<number, number>();
  for (const [i, position] of known.entries()) place.set(position, i);
  return {
    decisions: policy === null ? null : counts,
    at(position) {
      const i = place.get(position);
      if (i === undefined)
        return {
          score: score.name,
          probability: null,
          interval: null,
          decision: policy === null ? null : "abstain",
          reason: reasonAt(position),
        };
      const [a = null, b = null] = [one[i], other[i]];
      const code = codes?.[i];
      return {
        score: score.name,
        probability: probabilities[i] ?? null,
        interval: a === null || b === null ? null : [Math.min(a, b), Math.max(a, b)],
        decision: policy === null || code === undefined ? null : (decisionNames[code] ?? null),
        reason: null,
      };
    },
  };
}
