import type { Estimate } from "../estimate.ts";
import type {
  Capacity,
  DecisionScore,
  ExpectedOutcome,
  Objective,
  PolicyAlternative,
  PolicyDocument,
  Thresholds,
} from "./policy.ts";
import type { CertifiedRisk } from "./risk-certificate.ts";
import type { TargetObjective, TunedThreshold } from "./targets.ts";
import {
  aboutText,
  costText,
  countText,
  percent,
  percentGiven,
  scoreName,
  scoreText,
  thresholdsSentence,
} from "./words.ts";

type Verdict = PolicyDocument["verdict"];

/** What the sentences speak of. */
export interface Subject {
  readonly on: DecisionScore;
  /** Name of the positive class, for policies on it. */
  readonly positive: string | undefined;
  readonly expected: ExpectedOutcome;
  readonly alternatives: readonly PolicyAlternative[];
}

function rangeText({ lower, upper }: Estimate): string {
  return `${percent(lower)} to ${percent(upper)}`;
}

function costClause({ expected, alternatives }: Subject): string {
  if (expected.cost === null) return "";
  const other = alternatives
    .filter(({ expected: { cost } }) => cost !== null)
    .sort((a, b) => (a.expected.cost?.value ?? 0) - (b.expected.cost?.value ?? 0))[0];
  const own = `expected cost ${costText(expected.cost.value)} a row`;
  if (other === undefined || other.expected.cost === null || other.saving === null) return `: ${own}`;
  if (other.saving.lower === 0 && other.saving.upper === 0) return `: ${own}, the same as ${other.name}`;
  const comparison = `${other.name} costs ${costText(other.expected.cost.value)}`;
  const isClear = other.saving.lower > 0 || other.saving.upper < 0;
  return `: ${own}, ${comparison}${isClear ? "" : " (these rows do not tell the two apart)"}`;
}

/** Of thresholds from costs. */
export function costVerdict(thresholds: Thresholds, subject: Subject): Verdict {
  const rule = thresholdsSentence(thresholds, scoreName(subject.on, subject.positive));
  return { status: "ready", sentence: `${rule}${costClause(subject)}.` };
}

/** Of a cost matrix. */
export function matrixVerdict(subject: Subject): Verdict {
  const { coverage, reviewVolume, abstention } = subject.expected;
  const parts = [`acts on ${percent(coverage.value)} of rows`];
  if (reviewVolume.value > 0) parts.push(`reviews ${percent(reviewVolume.value)}`);
  if (abstention.value > 0) parts.push(`abstains from ${percent(abstention.value)}`);
  return {
    status: "ready",
    sentence: `Taking the cheapest choice for each row ${parts.join(", ")}${costClause(subject)}.`,
  };
}

/** Of a capacity. */
export function capacityVerdict(capacity: Capacity, thresholds: Thresholds, subject: Subject): Verdict {
  const { coverage, error, reviewVolume, abstention } = subject.expected;
  const count = Math.round(reviewVolume.value * capacity.volume);
  const reviews = `${countText(count)} ${count === 1 ? "review" : "reviews"} a ${capacity.period}`;
  if (error === null)
    return { status: "ready", sentence: `No row is acted on; about ${reviews}${costClause(subject)}.` };
  const from =
    thresholds.act === 0 || thresholds.act === null
      ? ""
      : ` (${scoreName(subject.on, subject.positive)} of ${scoreText(thresholds.act)} or more)`;
  return {
    status: "ready",
    sentence: `With about ${reviews}, act on ${percent(coverage.value)} of rows${from}: ${percent(error.value)} of them are wrong (${rangeText(error)})${abstention.value > 0 ? `; abstain from ${percent(abstention.value)}` : ""}${costClause(subject)}.`,
  };
}

const TARGET_NAMES: Readonly<Record<TargetObjective["kind"], string>> = {
  precision: "precision",
  recall: "recall",
  coverage: "coverage",
  "f-beta": "F-beta",
};

function targetText(objective: TargetObjective): string {
  return "beta" in objective
    ? `the largest F-beta (beta ${objective.beta})`
    : `a ${TARGET_NAMES[objective.kind]} of at least ${percentGiven(objective.target)}`;
}

/** Of a target of precision, recall, F-beta or coverage. */
export function targetVerdict(
  objective: TargetObjective,
  tuned: TunedThreshold,
  subject: Subject,
  heldOut: boolean,
): Verdict {
  const score = scoreName(subject.on, subject.positive);
  if (tuned.threshold === null)
    return {
      status: "unreachable",
      sentence: `No threshold has ${targetText(objective)} on these rows; the best has ${percent(tuned.attained)}.`,
    };
  const { expected } = subject;
  const parts = [`${percent(expected.coverage.value)} of rows`];
  if (expected.error !== null)
    parts.push(
      subject.on === "positive"
        ? `precision ${percent(1 - expected.error.value)} (${percent(1 - expected.error.upper)} to ${percent(1 - expected.error.lower)})`
        : `${percent(expected.error.value)} of them wrong (${rangeText(expected.error)})`,
    );
  if (expected.recall !== null) parts.push(`recall ${percent(expected.recall.value)} (${rangeText(expected.recall)})`);
  return {
    status: "ready",
    sentence: `For ${targetText(objective)}, act on ${score} of ${scoreText(tuned.threshold)} or more: ${parts.join(", ")}${heldOut ? ", estimated on rows held out from the choice" : ""}.`,
  };
}

/** Of a risk target. */
export function riskVerdict(
  objective: Extract<Objective, { kind: "risk" }>,
  { certificate, missingLabels }: CertifiedRisk,
  on: DecisionScore,
  positive: string | undefined,
  isInsideOnly = false,
): Verdict {
  const { maxError, sure, n, coverage, threshold } = certificate;
  const inside = isInsideOnly ? "in distribution" : "";
  if (certificate.certified && threshold === 0)
    return {
      status: "certified",
      sentence: `Act on all rows${isInsideOnly ? ` ${inside}, ${percent(coverage)}` : ""}: at most ${percentGiven(maxError)} of them are wrong, ${percentGiven(sure)} sure.`,
    };
  if (certificate.certified && threshold !== null)
    return {
      status: "certified",
      sentence: `Act on the ${percent(coverage)} of rows ${isInsideOnly ? `${inside} ` : ""}with ${scoreName(on, positive)} of ${scoreText(threshold)} or more: at most ${percentGiven(maxError)} of them are wrong, ${percentGiven(sure)} sure.`,
    };
  const asked = `an error of at most ${percentGiven(maxError)}${
    objective.minCoverage === null || objective.minCoverage === 0
      ? ""
      : ` on ${percentGiven(objective.minCoverage)} of the rows or more`
  }`;
  return {
    status: "not-certified",
    sentence: `Not certified: with ${countText(n)} labels ${asked} cannot be shown, ${percentGiven(sure)} sure; ${missingText(missingLabels)}.`,
  };
}

function missingText(missingLabels: number | null, where: string = ""): string {
  if (missingLabels === null)
    return "more labels like these would not help, the scores have to part right from wrong better";
  return `about ${aboutText(missingLabels)} more ${missingLabels === 1 ? "label" : "labels"}${where} would do`;
}

/** Of a risk target with thresholds of their own for segments. */
export function segmentsVerdict(
  certificates: readonly { certified: boolean }[],
  { maxError, sure, minCoverage }: Extract<Objective, { kind: "risk" }>,
  coverage: number,
  missingLabels: number | null,
): Verdict {
  const missing = missingText(missingLabels, " in the segments that need the fewest");
  const certified = certificates.filter((certificate) => certificate.certified).length;
  const all = certificates.length;
  if (certified === 0)
    return {
      status: "not-certified",
      sentence: `Not certified: in none of the ${all} segments can an error of at most ${percentGiven(maxError)} be shown, ${percentGiven(sure)} sure for all together; ${missing}.`,
    };
  if (minCoverage !== null && coverage < minCoverage)
    return {
      status: "not-certified",
      sentence: `Not certified: an error of at most ${percentGiven(maxError)} can be shown on ${percent(coverage)} of the rows, ${percentGiven(minCoverage)} are asked for; ${missing}.`,
    };
  const rest = certified < all ? `; in ${all - certified} no row is acted on, because it cannot be shown there` : "";
  return {
    status: "certified",
    sentence: `Act on ${percent(coverage)} of rows, from a threshold of its own in ${certified} of ${all} segments: at most ${percentGiven(maxError)} of these are wrong in each, ${percentGiven(sure)} sure for all together${rest}.`,
  };
}
