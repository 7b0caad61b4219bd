import { type BinaryPredictions, type ConfidencePredictions, createRandom } from "../../src/index.ts";

export const SOURCE = { name: "rows", rows: 1, skipped: [], columns: {}, approximate: false, notes: [] };

/** Binary predictions that are calibrated, in three sites. */
export function calibratedRows(rows: number, seed: number): BinaryPredictions {
  const random = createRandom(seed);
  const probabilities = new Float64Array(rows);
  const outcomes = new Uint8Array(rows);
  const codes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    probabilities[i] = 1 / (1 + Math.exp(6 - 12 * random.uniform()));
    outcomes[i] = random.uniform() < probabilities[i] ? 1 : 0;
    codes[i] = random.integer(3);
  }
  return {
    task: "binary",
    rows,
    classNames: ["no", "yes"],
    segments: [{ name: "site", codes, values: ["a", "b", "c"] }],
    probabilities,
    outcomes,
  };
}

/** Pairs of a confidence and whether it was right. */
export function pairs(confidences: readonly number[], correct: readonly number[]): ConfidencePredictions {
  return {
    task: "confidence",
    rows: confidences.length,
    classNames: [],
    segments: [],
    confidences: Float64Array.from(confidences),
    correct: Uint8Array.from(correct),
  };
}
