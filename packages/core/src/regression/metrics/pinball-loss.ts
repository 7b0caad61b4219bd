import type { Estimate, SampleOptions } from "../../estimate.ts";
import type { Matrix } from "../../matrix.ts";
import { checkColumns, checkLevel, checkQuantiles } from "../check-forecast.ts";
import { rowEstimate } from "./row-estimate.ts";

/**
 * Mean pinball (quantile) loss of one quantile: level·(y − q) where the outcome is above, (1 − level)·(q − y) below.
 *
 * @param quantiles n forecasts of the quantile
 * @param level in (0, 1)
 * @returns ≥ 0, lower is better, unit of the outcome. Student-t interval of the mean
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Koenker and Bassett (1978), Econometrica 46.
 */
export function pinballLoss(
  quantiles: Float64Array,
  outcomes: Float64Array,
  level: number,
  options: SampleOptions = {},
): Estimate {
  checkLevel(level, "the quantile level");
  checkColumns({ quantiles, outcomes });
  const losses = quantiles.map((q, i) => pinball(outcomes[i], q, level));
  return rowEstimate(losses, { metric: "pinball-loss", quantile: level }, { ...options, min: 0 });
}

/**
 * Pinball loss averaged over several quantile levels.
 *
 * @param levels k levels, ascending in (0, 1)
 * @param values n × k quantiles, a column per level; rows may cross
 * @returns ≥ 0, lower is better, unit of the outcome. Twice this number is the quantile form of the CRPS
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function meanPinballLoss(
  levels: readonly number[],
  values: Matrix,
  outcomes: Float64Array,
  options: SampleOptions = {},
): Estimate {
  checkQuantiles(levels, values, outcomes);
  const spec = { metric: "mean-pinball-loss", levels: levels.length, average: "levels, then rows" };
  return rowEstimate(pinballRows(levels, values, outcomes), spec, { ...options, min: 0 });
}

/** Mean pinball loss of each row over the levels. */
export function pinballRows(levels: readonly number[], { data, cols }: Matrix, outcomes: Float64Array): Float64Array {
  const at = Float64Array.from(levels);
  const losses = new Float64Array(outcomes.length);
  for (let i = 0; i < losses.length; i++) losses[i] = rowSum(data, i * cols, at, outcomes[i]) / cols;
  return losses;
}

function rowSum(data: Float64Array, start: number, levels: Float64Array, y: number): number {
  let sum = 0;
  for (let k = 0; k < levels.length; k++) {
    const gap = y - data[start + k];
    sum += gap >= 0 ? levels[k] * gap : (levels[k] - 1) * gap;
  }
  return sum;
}

function pinball(y: number, q: number, level: number): number {
  return y >= q ? level * (y - q) : (1 - level) * (q - y);
}
