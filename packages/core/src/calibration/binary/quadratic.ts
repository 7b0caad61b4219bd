import type { BinaryFeature, LogisticMap } from "../binary-map.ts";
import type { CalibrationFit } from "../fit.ts";
import {
  type BinaryRows,
  binaryRows,
  checkClip,
  clippingNotes,
  DEFAULT_CLIP,
  featureMatrix,
  fitTerms,
  logisticMap,
  requireBothOutcomes,
  requireDistinct,
} from "./logistic-terms.ts";
import type { ClippedFitOptions } from "./temperature.ts";

const FEATURES: readonly BinaryFeature[] = ["one", "logit", "logit-squared"];

/** A sentence where a parabola in the log-odds turns within the range of the scores. */
export function turningNotes({ scores, sample }: BinaryRows, slope: number, quadratic: number, clip: number): string[] {
  const { weights } = sample;
  let [least, most] = [1, 0];
  for (let i = 0; i < scores.length; i++) {
    if (weights !== undefined && weights[i] === 0) continue;
    const score = Math.min(1 - clip, Math.max(clip, scores[i]));
    least = Math.min(least, score);
    most = Math.max(most, score);
  }
  const turn = 1 / (1 + Math.exp(slope / (2 * quadratic)));
  const rises = slope + 2 * quadratic * Math.log(least / (1 - least)) > 0;
  const falls = slope + 2 * quadratic * Math.log(most / (1 - most)) < 0;
  if (rises && falls) return [`The map rises up to a score of ${turn} and falls beyond it: it is not monotone.`];
  if (!rises && !falls) return [`The map falls up to a score of ${turn} and rises beyond it: it is not monotone.`];
  return falls ? ["The map falls over the whole range of the scores: higher scores went with fewer positives."] : [];
}

/**
 * Quadratic logit scaling: logistic regression on the log-odds of the score and their square.
 *
 * @param scores n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns parameters `intercept`, `slope`, `quadratic`; a note says so where the map is not monotone on the scores given
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the row; `one-class`; `too-few` for
 * fewer than three different scores; `incompatible` where a parabola separates the outcomes
 *
 * Source: the quadratic scaling of probmetrics (Apache 2.0) without a penalty; Cox (1958), Biometrika 45, with a further term.
 * Accuracy: Newton's method to a gradient of 1e-10 of the mean loss.
 */
export function fitQuadratic(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: ClippedFitOptions = {},
): CalibrationFit<LogisticMap> {
  const { clip = DEFAULT_CLIP } = options;
  checkClip(clip);
  const rows = binaryRows(scores, outcomes, options);
  requireBothOutcomes(rows, "quadratic scaling");
  requireDistinct(rows, clip, 3, "quadratic scaling");
  const { coefficients, certificate } = fitTerms(rows, featureMatrix(scores, FEATURES, clip));
  const [intercept, slope, quadratic] = coefficients;
  return {
    method: "quadratic",
    map: logisticMap(FEATURES, coefficients, clip),
    parameters: { intercept, slope, quadratic },
    certificate,
    complexity: 3,
    n: rows.sample.n,
    effectiveN: rows.sample.effectiveN,
    notes: [...clippingNotes(rows, clip), ...turningNotes(rows, slope, quadratic, clip)],
  };
}
