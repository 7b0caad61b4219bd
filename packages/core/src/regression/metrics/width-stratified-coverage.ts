import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { argsort } from "../../kernels/argsort.ts";
import { checkColumns } from "../check-forecast.ts";
import { intervalCoverage } from "./interval-coverage.ts";

/** Options of `widthStratifiedCoverage`. */
export interface StratifiedOptions extends SampleOptions {
  /** Groups of rows by the width of their interval, from 1 to the number of rows. Default 3. */
  readonly bins?: number;
}

/**
 * Coverage by the width of the interval: rows are sorted by width (equal widths in file order) and cut into bins of equal
 * size, the first ones a row larger where it does not divide.
 *
 * @param lower n lower ends
 * @param upper n upper ends
 * @returns one coverage per bin, the narrowest intervals first. The least of them is the size-stratified coverage (SSC)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Angelopoulos et al. (2021), "Uncertainty sets for image classifiers using conformal prediction", section 4.
 */
export function widthStratifiedCoverage(
  lower: Float64Array,
  upper: Float64Array,
  outcomes: Float64Array,
  options: StratifiedOptions = {},
): Estimate[] {
  const { bins = 3 } = options;
  const rows = checkColumns({ lower, upper, outcomes });
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= rows))
    throw new InputError("out-of-range", `bins must be an integer from 1 to ${rows}, got ${bins}`);
  const order = argsort(lower.map((low, i) => Math.abs(upper[i] - low)));
  const size = Math.floor(rows / bins);
  const larger = rows % bins;
  return Array.from({ length: bins }, (_, b) => {
    const start = b * size + Math.min(b, larger);
    const part = order.subarray(start, start + size + (b < larger ? 1 : 0));
    const pick = (values: Float64Array): Float64Array => Float64Array.from(part, (row) => values[row]);
    const { weights, level } = options;
    const coverage = intervalCoverage(pick(lower), pick(upper), pick(outcomes), {
      ...(weights ? { weights: pick(weights) } : {}),
      ...(level === undefined ? {} : { level }),
    });
    return { ...coverage, spec: { ...coverage.spec, metric: "width-stratified-coverage", bin: b, bins } };
  });
}
