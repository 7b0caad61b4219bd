import type { BinaryCalibrationData, MulticlassCalibrationData } from "../../../src/calibration/calibration-data.ts";
import { createRandom } from "../../../src/random/random.ts";

/** Scores whose true probability has the log-odds (logit − shift) / temperature. */
export function sampleScores(
  rows: number,
  { temperature = 1, shift = 0, seed = 1 }: { temperature?: number; shift?: number; seed?: number } = {},
): BinaryCalibrationData {
  const random = createRandom(seed);
  const scores = new Float64Array(rows);
  const outcomes = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const logit = 1.5 * random.normal();
    scores[i] = 1 / (1 + Math.exp(-logit));
    outcomes[i] = random.uniform() < 1 / (1 + Math.exp(-(logit - shift) / temperature)) ? 1 : 0;
  }
  return { scoreKind: "probability", rows, scores, outcomes, segments: [], classNames: ["no", "yes"] };
}

/** Logits whose softmax at the temperature is the truth. */
export function sampleLogits(rows: number, classes: number, temperature: number, seed = 1): MulticlassCalibrationData {
  const random = createRandom(seed);
  const data = Float64Array.from({ length: rows * classes }, () => 3 * random.normal());
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const weights = Array.from(data.subarray(i * classes, (i + 1) * classes), (z) => Math.exp(z / temperature));
    let u = random.uniform() * weights.reduce((a, b) => a + b);
    let k = 0;
    while (k < classes - 1 && u >= weights[k]) u -= weights[k++];
    labels[i] = k;
  }
  const classNames = Array.from({ length: classes }, (_, k) => `c${k}`);
  return {
    scoreKind: "logits",
    clip: null,
    rows,
    logits: { data, rows, cols: classes },
    labels,
    segments: [],
    classNames,
  };
}
