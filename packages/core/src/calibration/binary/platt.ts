import type { BinaryFeature, LogisticMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
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
  rowsPerWeight,
  type TermsOptions,
} from "./logistic-terms.ts";

/** Options of `fitPlatt`. */
export interface PlattOptions extends FitOptions {
  /** What the logistic regression is on: ln p - ln(1 - p), or the score itself (any finite real, such as a margin). Default `logit`. */
  readonly input?: "logit" | "score";
  /**
   * `hard`: outcomes as they are. `smoothed`: (N₊ + 1)/(N₊ + 2) and 1/(N₋ + 2) in their place (Platt 1999), which always
   * has an optimum. Default `hard`.
   */
  readonly targets?: "hard" | "smoothed";
  /** Scores are taken into [clip, 1 - clip] before the logit, 0 < clip < 0.5. Default 1e-6. */
  readonly clip?: number;
}

/** The linear term that smoothed targets add to the mean log loss of hard outcomes: the mean of (y - t)·x. */
function smoothing({ outcomes, sample }: BinaryRows, x: Float64Array): TermsOptions {
  const { weights, totalWeight } = sample;
  const scale = rowsPerWeight(sample);
  const sums = new Float64Array(4);
  for (let i = 0; i < outcomes.length; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    const j = 2 * outcomes[i];
    sums[j] += weight;
    sums[j + 1] += weight * x[2 * i + 1];
  }
  const low = 1 / (scale * sums[0] + 2);
  const high = 1 / (scale * sums[2] + 2);
  return {
    extra: {
      linear: Float64Array.of(high * sums[2] - low * sums[0], high * sums[3] - low * sums[1]).map(
        (value) => value / totalWeight,
      ),
      quadratic: new Float64Array(4),
    },
  };
}

/** Weighted mean of the scores, so that a far-off centre costs no digits; 0 for logits. */
function centreOf({ scores, sample: { weights, totalWeight } }: BinaryRows): number {
  let largest = 0;
  for (let i = 0; i < scores.length; i++)
    if (weights === undefined || weights[i] > 0) largest = Math.max(largest, Math.abs(scores[i]));
  if (largest === 0) return 0;
  const sums = new Float64Array(1);
  for (let i = 0; i < scores.length; i++)
    if (weights === undefined || weights[i] > 0)
      sums[0] += ((weights === undefined ? 1 : weights[i]) / totalWeight) * (scores[i] / largest);
  return sums[0] * largest;
}

/**
 * Platt scaling: logistic regression of the outcome on the log-odds of the score, or on the score.
 *
 * @param scores n values in [0, 1]; any finite reals where `input` is `score`
 * @param outcomes n values, 0 or 1
 * @returns parameters `slope` and `intercept`: q = 1/(1 + exp(-(intercept + slope·x))). Platt's A and B are their negatives.
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the row; `too-few` for constant scores;
 * with hard targets `one-class`, and `incompatible` where the scores separate the outcomes
 *
 * Smoothed targets count rows: weights that are all integers are counts, others are scaled to sum to the effective number
 * of rows.
 *
 * Source: Platt (1999), "Probabilistic outputs for support vector machines"; Lin, Lin and Weng (2007), Machine Learning 68.
 * Accuracy: Newton's method to a gradient of 1e-10 of the mean loss.
 */
export function fitPlatt(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: PlattOptions = {},
): CalibrationFit<LogisticMap> {
  const { input = "logit", targets = "hard", clip = DEFAULT_CLIP } = options;
  checkClip(clip);
  const isLogit = input === "logit";
  const rows = binaryRows(scores, outcomes, options, isLogit ? "probability" : "real");
  requireDistinct(rows, isLogit ? clip : 0, 2, "Platt scaling");
  if (targets === "hard") requireBothOutcomes(rows, "Platt scaling with hard targets");
  const names: readonly BinaryFeature[] = ["one", isLogit ? "logit" : "score"];
  const features = featureMatrix(scores, names, clip);
  const centre = isLogit ? 0 : centreOf(rows);
  if (centre !== 0) for (let i = 1; i < features.data.length; i += 2) features.data[i] -= centre;
  const fit = fitTerms(rows, features, targets === "smoothed" ? smoothing(rows, features.data) : {});
  const slope = fit.coefficients[1];
  const intercept = fit.coefficients[0] - slope * centre;
  const notes = isLogit ? clippingNotes(rows, clip) : [];
  if (slope <= 0)
    notes.push(
      `The slope is ${slope}: higher scores went with fewer positives, so that the order of the scores is lost.`,
    );
  return {
    method: isLogit ? "platt" : "platt-score",
    map: logisticMap(names, [intercept, slope], clip),
    parameters: { slope, intercept },
    certificate: fit.certificate,
    complexity: 2,
    n: rows.sample.n,
    effectiveN: rows.sample.effectiveN,
    notes,
  };
}
