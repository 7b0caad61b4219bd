import { aurc, auroc, brierScore, expectedCalibrationError, logLoss, maximumCalibrationError } from "@candor/core";
import type { Reference } from "./reference-json.ts";

const mean = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] ?? Number.NaN;
  return total / values.length;
};

/** Rows in each of 15 bins (lo, hi], the first with 0. */
function binCounts(probabilities: Float64Array): number[] {
  const counts = new Array<number>(15).fill(0);
  for (const p of probabilities) {
    let bin = 0;
    while (bin < 14 && p > (bin + 1) / 15) bin++;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function binned(probabilities: Float64Array, outcomes: Uint8Array): Reference {
  const ece = (options: Parameters<typeof expectedCalibrationError>[2]): number =>
    expectedCalibrationError(probabilities, outcomes, options).value;
  return {
    n: probabilities.length,
    ece15: ece({}),
    ece15_left: ece({ edgeRule: "left-closed" }),
    ece10: ece({ bins: 10 }),
    mce15: maximumCalibrationError(probabilities, outcomes).value,
    bin_counts: binCounts(probabilities),
    nll: logLoss(probabilities, outcomes, { clip: 1e-15 }).value,
    brier: brierScore(probabilities, outcomes).value,
  };
}

/** The figures that a reference.json has of binary probabilities. */
export function binaryFigures(probabilities: Float64Array, outcomes: Uint8Array): Reference {
  const predicted = probabilities.map((p) => Math.max(p, 1 - p));
  const isRight = Uint8Array.from(probabilities, (p, i) => (p >= 0.5 === (outcomes[i] === 1) ? 1 : 0));
  return {
    ...binned(probabilities, outcomes),
    base_rate: mean(outcomes),
    mean_p: mean(probabilities),
    accuracy_at_0_5: mean(isRight),
    auroc: auroc(probabilities, outcomes).value,
    toplabel_ece15: expectedCalibrationError(predicted, isRight).value,
    n_exact_0_or_1: probabilities.reduce((count, p) => count + (p <= 0 || p >= 1 ? 1 : 0), 0),
  };
}

/** The figures that a reference.json has of confidences. */
export function confidenceFigures(confidence: Float64Array, correct: Uint8Array): Reference {
  return {
    ...binned(confidence, correct),
    accuracy: mean(correct),
    mean_conf: mean(confidence),
    gap_conf_minus_acc: mean(confidence) - mean(correct),
    ece15_equal_mass: expectedCalibrationError(confidence, correct, { binning: "equal-mass" }).value,
    auroc_conf_correct: auroc(confidence, correct).value,
    aurc: aurc(confidence, correct).value,
  };
}
