import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkSample } from "../../intervals/sample.ts";
import { checkColumns } from "../check-forecast.ts";
import { isInside } from "./interval-coverage.ts";

/** Most rows: time grows with their square. */
const MOST_ROWS = 20_000;

/** Options of `widthCoverageDependence`. */
export interface DependenceOptions extends Pick<SampleOptions, "level"> {
  /** Length scale of the kernel of widths, > 0, unit of the outcome. Default 1. */
  readonly widthScale?: number;
  /** Length scale of the kernel of coverage (0 or 1), > 0. Default 1. */
  readonly coverageScale?: number;
}

/**
 * Root of the Hilbert–Schmidt independence criterion (HSIC) of interval width and coverage: 0 where whether an interval
 * holds has nothing to do with its width. Kernels are exp(−(d/scale)²).
 *
 * @param lower n lower ends, 2 ≤ n ≤ 20 000
 * @param upper n upper ends
 * @returns ≥ 0, lower is better, without an interval; depends on the unit of the outcome through `widthScale`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `too-few`
 *
 * Source: Feldman, Bates and Romano (2021), "Improving conditional coverage via orthogonal quantile regression"; Gretton
 * et al. (2005) for the criterion, with (n − 1)² below. Coverage has two values, which makes the double sum one of widths.
 */
export function widthCoverageDependence(
  lower: Float64Array,
  upper: Float64Array,
  outcomes: Float64Array,
  options: DependenceOptions = {},
): Estimate {
  const { widthScale = 1, coverageScale = 1, level } = options;
  const rows = checkColumns({ lower, upper, outcomes });
  const { level: checked } = checkSample(rows, level === undefined ? {} : { level });
  for (const [name, scale] of Object.entries({ widthScale, coverageScale }))
    if (!(scale > 0 && scale < Infinity))
      throw new InputError("out-of-range", `${name} must be a finite number > 0, got ${scale}`);
  if (rows < 2) throw new InputError("too-few", "dependence needs at least 2 rows, got 1");
  if (rows > MOST_ROWS)
    throw new InputError("out-of-range", `at most ${MOST_ROWS} rows can be compared in pairs, got ${rows}`);
  const inside = outcomes.map((y, i) => (isInside(lower[i], upper[i], y) ? 1 : 0));
  let coverage = 0;
  for (const held of inside) coverage += held / rows;
  const widths = lower.map((low, i) => Math.abs(upper[i] - low) / widthScale);
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    let row = (inside[i] - coverage) / 2;
    for (let j = 0; j < i; j++) {
      const gap = widths[i] - widths[j];
      row += (inside[j] - coverage) * Math.exp(-gap * gap);
    }
    sum += 2 * row * (inside[i] - coverage);
  }
  const kernelGap = -Math.expm1(-1 / (coverageScale * coverageScale));
  const value = Math.sqrt(Math.max(0, 2 * kernelGap * sum)) / (rows - 1);
  const spec = { metric: "width-coverage-dependence", kernel: "exp(-(d/scale)^2)", widthScale, coverageScale };
  return { value, lower: value, upper: value, level: checked, n: rows, effectiveN: rows, interval: "none", spec };
}
