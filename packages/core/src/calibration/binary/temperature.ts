import { InputError } from "../../errors.ts";
import type { LogisticMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import {
  binaryRows,
  checkClip,
  clippingNotes,
  DEFAULT_CLIP,
  featureMatrix,
  fitTerms,
  logisticMap,
  requireBothOutcomes,
} from "./logistic-terms.ts";

/** Options of the fits that need nothing but a clip. */
export interface ClippedFitOptions extends FitOptions {
  /** Scores are taken into [clip, 1 - clip] before the logit, 0 < clip < 0.5. Default 1e-6. */
  readonly clip?: number;
}

/**
 * Temperature scaling of one probability: its log-odds divided by the temperature.
 *
 * @param scores n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns parameters `temperature` > 0 (above 1 the scores were too extreme) and `slope`, its inverse
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the row; `one-class`; `too-few` where
 * every score is 0.5; `incompatible` where 0.5 separates the outcomes, so that the best temperature is 0, and where the best
 * slope is not positive, so that no temperature is best
 *
 * Source: Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks", section 4.
 * Accuracy: Newton's method to a gradient of 1e-10 of the mean loss.
 */
export function fitTemperature(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: ClippedFitOptions = {},
): CalibrationFit<LogisticMap> {
  const { clip = DEFAULT_CLIP } = options;
  checkClip(clip);
  const rows = binaryRows(scores, outcomes, options);
  requireBothOutcomes(rows, "temperature scaling");
  const { weights } = rows.sample;
  if (scores.every((score, i) => score === 0.5 || (weights !== undefined && weights[i] === 0)))
    throw new InputError("too-few", "temperature scaling needs a score other than 0.5, but every score is 0.5");
  const { coefficients, certificate } = fitTerms(rows, featureMatrix(scores, ["logit"], clip));
  const slope = coefficients[0];
  if (!(slope > 0))
    throw new InputError(
      "incompatible",
      `no temperature is best: the best slope of the log-odds is ${slope}, so that higher scores went with fewer positives`,
    );
  return {
    method: "temperature",
    map: logisticMap(["logit"], coefficients, clip),
    parameters: { temperature: 1 / slope, slope },
    certificate,
    complexity: 1,
    n: rows.sample.n,
    effectiveN: rows.sample.effectiveN,
    notes: clippingNotes(rows, clip),
  };
}
