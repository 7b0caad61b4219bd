import type { Matrix } from "../../../src/matrix.ts";
import { createRandom } from "../../../src/random/random.ts";

/** Logits whose labels are drawn from softmax(logits / sharpness): the right temperature is `sharpness`. */
export function sampleClasses({
  rows,
  classes,
  sharpness,
  seed,
  spread = 2,
}: {
  readonly rows: number;
  readonly classes: number;
  readonly sharpness: number;
  readonly seed: number;
  /** Standard deviation of the logits before sharpening. */
  readonly spread?: number;
}): { logits: Matrix; labels: Int32Array } {
  const random = createRandom(seed);
  const data = new Float64Array(rows * classes);
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const start = i * classes;
    let total = 0;
    for (let k = start; k < start + classes; k++) {
      const logit = spread * random.normal();
      data[k] = sharpness * logit;
      total += Math.exp(logit);
    }
    let left = random.uniform() * total;
    let label = 0;
    for (; label < classes - 1; label++) {
      left -= Math.exp(data[start + label] / sharpness);
      if (left < 0) break;
    }
    labels[i] = label;
  }
  return { logits: { data, rows, cols: classes }, labels };
}
