import { InputError } from "../errors.ts";
import { exp } from "../kernels/exp.ts";
import type { Matrix } from "../matrix.ts";
import { checkLogitRows } from "./check-rows.ts";

/**
 * The energy score of each row, T · ln Σ exp(z / T): a smooth maximum of the logits, minus the free energy.
 *
 * @param logits n × k finite values, k ≥ 1
 * @param temperature T > 0; towards 0 it becomes the largest logit
 * @returns n values in the unit of the logits, any real; larger is surer; no probability
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite` with the row; `out-of-range` for the temperature
 *
 * Source: Liu, Wang, Owens and Li (2020), "Energy-based out-of-distribution detection", NeurIPS, equation 4.
 * Accuracy: the maximum is taken out first and the rest added by `log1p`, so logits of ±1e300 neither overflow nor vanish.
 */
export function energyScore(logits: Matrix, temperature = 1): Float64Array {
  if (!(temperature > 0 && temperature < Infinity))
    throw new InputError(
      "out-of-range",
      `the temperature of the energy must be a finite number > 0, got ${temperature}`,
    );
  checkLogitRows(logits);
  const { data, rows, cols } = logits;
  const scores = new Float64Array(rows);
  for (let i = 0; i < rows; i++) scores[i] = energyOfRow(data, i * cols, cols, temperature);
  return scores;
}

function energyOfRow(data: Float64Array, start: number, cols: number, temperature: number): number {
  let at = start;
  for (let j = start + 1; j < start + cols; j++) if (data[j] > data[at]) at = j;
  const top = data[at];
  let rest = 0;
  for (let j = start; j < at; j++) rest += exp((data[j] - top) / temperature);
  for (let j = at + 1; j < start + cols; j++) rest += exp((data[j] - top) / temperature);
  return top + temperature * Math.log1p(rest);
}
