import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import type { LossCurve } from "../loss-curve.ts";
import { fractionSums } from "./fraction-sums.ts";
import { thresholdLevel } from "./threshold-level.ts";

/**
 * Share of a row's true labels that are missed at each threshold (false negative rate). Rows without true labels have
 * none to miss and are left out. All totals come from one pass over the scores.
 *
 * @param thresholds ascending; rule r is thresholds[r], the lowest being the most conservative
 * @throws {InputError} `too-few` where no row has a true label
 */
export function missedLabels(scores: Matrix, labels: Uint8Array, thresholds: Float64Array): LossCurve {
  const { data, rows, cols } = scores;
  const size = thresholds.length;
  const positives = new Int32Array(rows);
  const sums = fractionSums(size);
  let n = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    let count = 0;
    for (let k = 0; k < cols; k++) count += labels[start + k];
    positives[row] = count;
    if (count === 0) continue;
    n++;
    const changes = sums.changesOf(count);
    for (let k = 0; k < cols; k++) if (labels[start + k] === 1) changes[thresholdLevel(data[start + k], thresholds)]++;
  }
  if (n === 0) throw new InputError("too-few", "no row has a true label, so there is nothing to miss");
  const totals = sums.totals();
  const column = new Float64Array(n);
  return {
    n,
    rules: size,
    bound: 1,
    binary: cols === 1,
    total: (rule) => totals[rule],
    losses: (rule) => {
      const threshold = thresholds[rule];
      let i = 0;
      for (let row = 0; row < rows; row++) {
        if (positives[row] === 0) continue;
        let missed = 0;
        for (let cell = row * cols; cell < row * cols + cols; cell++)
          if (labels[cell] === 1 && data[cell] < threshold) missed++;
        column[i++] = missed / positives[row];
      }
      return column;
    },
  };
}
