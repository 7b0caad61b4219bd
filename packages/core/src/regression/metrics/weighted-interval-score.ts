import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import type { Matrix } from "../../matrix.ts";
import { checkQuantiles } from "../check-forecast.ts";
import { levelPairs } from "../quantile-view.ts";
import { rowEstimate } from "./row-estimate.ts";

/** The weighted interval score and what it is made of: score = dispersion + overprediction + underprediction. */
export interface WeightedIntervalScore {
  readonly score: Estimate;
  /** From the widths of the intervals. */
  readonly dispersion: Estimate;
  /** From outcomes below the forecasts. */
  readonly overprediction: Estimate;
  /** From outcomes above the forecasts. */
  readonly underprediction: Estimate;
}

/**
 * Weighted interval score (WIS) of symmetric quantiles, with its parts.
 *
 * With K central intervals of miss rates α_k and, where there is one, the median m: (Σ α_k/2 · IS_k + ½|y − m|)/(K + ½),
 * without a median (Σ α_k/2 · IS_k)/K. This is twice the pinball loss averaged over the levels. Rows that cross are taken
 * as they are, so that the parts add up.
 *
 * @param levels τ and 1 − τ in pairs, ascending, with or without 0.5
 * @param values n × k quantiles, a column per level
 * @returns unit of the outcome, lower is better. Student-t intervals of means
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`; `incompatible` for levels without partner
 *
 * Source: Bracher, Ray, Gneiting and Reich (2021), PLOS Computational Biology 17(2).
 */
export function weightedIntervalScore(
  levels: readonly number[],
  values: Matrix,
  outcomes: Float64Array,
  options: SampleOptions = {},
): WeightedIntervalScore {
  checkQuantiles(levels, values, outcomes);
  const pairs = levelPairs(levels);
  const middle = levels.indexOf(0.5);
  if (2 * pairs.length + (middle < 0 ? 0 : 1) !== levels.length)
    throw new InputError(
      "incompatible",
      `the weighted interval score needs levels in pairs such as 0.05 and 0.95, got ${levels.join(", ")}`,
    );
  const { data, cols } = values;
  const rows = outcomes.length;
  const parts = { dispersion: new Float64Array(rows), over: new Float64Array(rows), under: new Float64Array(rows) };
  const columns = Uint32Array.from(pairs.flatMap(({ lower, upper }) => [lower, upper]));
  const tails = Float64Array.from(pairs, ({ lower }) => levels[lower]);
  for (let i = 0; i < rows; i++) scoreRow(data, i * cols, outcomes[i], { columns, tails, middle, cols }, parts, i);
  const total = parts.dispersion.map((value, i) => value + parts.over[i] + parts.under[i]);
  const estimate = (rowValues: Float64Array, part: string): Estimate =>
    rowEstimate(rowValues, { metric: "weighted-interval-score", part, levels: cols }, { ...options, min: 0 });
  return {
    score: estimate(total, "total"),
    dispersion: rowEstimate(
      parts.dispersion,
      { metric: "weighted-interval-score", part: "dispersion", levels: cols },
      options,
    ),
    overprediction: estimate(parts.over, "overprediction"),
    underprediction: estimate(parts.under, "underprediction"),
  };
}

interface Layout {
  readonly columns: Uint32Array;
  readonly tails: Float64Array;
  readonly middle: number;
  readonly cols: number;
}

interface Parts {
  readonly dispersion: Float64Array;
  readonly over: Float64Array;
  readonly under: Float64Array;
}

function scoreRow(data: Float64Array, start: number, y: number, layout: Layout, parts: Parts, row: number): void {
  const { columns, tails, middle, cols } = layout;
  let dispersion = 0;
  let over = 0;
  let under = 0;
  for (let k = 0; k < tails.length; k++) {
    const low = data[start + columns[2 * k]];
    const high = data[start + columns[2 * k + 1]];
    dispersion += tails[k] * (high - low);
    if (y < low) over += low - y;
    if (y > high) under += y - high;
  }
  if (middle >= 0) {
    const gap = 0.5 * (data[start + middle] - y);
    if (gap > 0) over += gap;
    else under -= gap;
  }
  parts.dispersion[row] = (2 * dispersion) / cols;
  parts.over[row] = (2 * over) / cols;
  parts.under[row] = (2 * under) / cols;
}
