import {
  applyPolicy,
  type Calibrator,
  calibrateValues,
  type Decision,
  decide,
  decisionNames,
  isBinaryCalibrator,
  type Matrix,
  type PolicyDocument,
  type SegmentColumn,
  softmax,
  topLabel,
  vennAbersInterval,
} from "@candor/core";
import type { Active } from "./active.ts";

/** What rows of scores come to under a calibrator and a policy; one entry per row. */
export interface AppliedRows {
  readonly confidences: Float64Array;
  /** Class indices; null where there is one score per row. */
  readonly predictions: Int32Array | null;
  /** Null without a policy. */
  readonly codes: Uint8Array | null;
  readonly treatedAs: Int32Array | null;
  readonly lower: Float64Array | null;
  readonly upper: Float64Array | null;
}

/**
 * What checked rows come to.
 *
 * @param active with a calibrator or a policy
 * @param values as its `scoreKind` says, ≥ 1 row
 * @param segments its `columns`
 */
export function applyActive(active: Active, values: Matrix, segments: readonly SegmentColumn[]): AppliedRows {
  const { calibrator, byScore } = active;
  const applied =
    byScore === null
      ? { ...ownOf(calibrator, values, segments), codes: null, treatedAs: null }
      : applyPolicy(byScore, values, segments, calibrator);
  const { confidences, classes, codes, treatedAs } = applied;
  return { confidences, predictions: classes?.predictions ?? null, codes, treatedAs, ...rangeOf(calibrator, values) };
}

function ownOf(
  calibrator: Calibrator | null,
  values: Matrix,
  segments: readonly SegmentColumn[],
): ReturnType<typeof calibrateValues> {
  if (calibrator === null) throw new TypeError("nothing is active");
  return calibrateValues(calibrator, values, segments);
}

function rangeOf(calibrator: Calibrator | null, { data }: Matrix): Pick<AppliedRows, "lower" | "upper"> {
  if (calibrator === null || !isBinaryCalibrator(calibrator)) return { lower: null, upper: null };
  const { map, segments } = calibrator;
  return map.kind === "venn-abers" && segments === null ? vennAbersInterval(map, data) : { lower: null, upper: null };
}

/** What an interval of `applyActive` covers, or why there is none. */
export function intervalReason({ calibrator }: Active): string {
  if (calibrator === null) return "Nothing is known of how uncertain the score is as a probability.";
  const isPair = isBinaryCalibrator(calibrator) && calibrator.map.kind === "venn-abers" && calibrator.segments === null;
  return isPair
    ? "The interval is the Venn–Abers pair of the calibrator."
    : "The calibrator does not say how uncertain its probabilities are.";
}

/** The raw confidence of rows of classes, and how far the first is ahead of the second. */
export function rawOfClasses(
  kind: "logits" | "probabilities",
  values: Matrix,
): { readonly confidences: Float64Array; readonly predictions: Int32Array; readonly margins: Float64Array } {
  const probabilities = kind === "logits" ? softmax(values) : values;
  const { confidence, predicted } = topLabel(probabilities);
  const { data, cols } = probabilities;
  const margins = confidence.map((top, i) => {
    let second = 0;
    for (let k = 0; k < cols; k++) if (k !== predicted[i]) second = Math.max(second, data[i * cols + k] ?? 0);
    return top - second;
  });
  return { confidences: confidence, predictions: predicted, margins };
}

/**
 * What a policy does where there is no probability: never `act`. A confidence counts as 0, as for answers of language
 * models; of a positive class that would be certainty of the negative one, so there a person looks where the policy has
 * anyone look.
 */
export function decideWithout({ rule, choices }: PolicyDocument, segments: readonly SegmentColumn[]): Decision {
  if (rule.kind === "least-cost")
    return rule.matrix.review === null && rule.matrix.abstain !== null ? "abstain" : "review";
  if (rule.on === "positive") return rule.thresholds.act === rule.thresholds.abstain ? choices.below : "review";
  const { codes } = decide(rule, { rows: 1, confidence: Float64Array.of(0), segments });
  const decision = decisionNames[codes[0] ?? 1] ?? "review";
  return decision === "act" ? choices.below : decision;
}
