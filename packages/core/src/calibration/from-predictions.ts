import { InputError } from "../errors.ts";
import type { Predictions } from "../report/predictions.ts";
import type { CalibrationData } from "./calibration-data.ts";
import { logitsFromProbabilities } from "./multiclass/logits-from-probabilities.ts";

/** Options of `calibrationData`. */
export interface CalibrationDataOptions {
  /** Probabilities of classes are taken to at least this before their logarithm, in (0, 1). Default 1e-12. */
  readonly clip?: number;
}

/**
 * Checked predictions in the form that fits read.
 *
 * Of many classes the logits are taken where they were given, else the logarithms of the probabilities; of logits that a
 * reader turned into exact log-probabilities those are used, and a calibrator of them reads probabilities.
 *
 * @returns the same rows in the same order; nothing is copied where nothing changes
 * @throws {InputError} `empty` without rows; `out-of-range` for a clip outside (0, 1)
 */
export function calibrationData(predictions: Predictions, options: CalibrationDataOptions = {}): CalibrationData {
  const { rows, weights, groups, time, segments, classNames } = predictions;
  if (rows === 0) throw new InputError("empty", "a calibrator needs rows with outcomes, got none");
  const base = {
    rows,
    segments,
    classNames,
    ...(weights ? { weights } : {}),
    ...(groups ? { groups } : {}),
    ...(time ? { time } : {}),
  };
  switch (predictions.task) {
    case "binary":
      return {
        ...base,
        scoreKind: "probability",
        scores: predictions.probabilities,
        outcomes: predictions.outcomes,
      };
    case "confidence":
      return {
        ...base,
        classNames: [],
        scoreKind: "confidence",
        scores: predictions.confidences,
        outcomes: predictions.correct,
      };
    case "multiclass": {
      const { logits, probabilities, labels } = predictions;
      if (logits) return { ...base, scoreKind: "logits", clip: null, logits, labels };
      const { clip = 1e-12 } = options;
      return {
        ...base,
        scoreKind: "probabilities",
        clip,
        logits: logitsFromProbabilities(probabilities, clip),
        labels,
      };
    }
  }
}
