import { InputError } from "../errors.ts";

/** Choices of `lowess`. */
export interface LowessOptions {
  /** Share of the total weight that each local line sees, in (0, 1]. Default 2/3. */
  readonly span?: number;
  /** Places closer than this to the last fitted one are interpolated, as a share of the range of x. Default 0.01. */
  readonly delta?: number;
  /** Total weight that each local line sees; overrides `span`. */
  readonly reach?: number;
}

/** A local line: its value at x[at] is Σ_j weights[j]·y[from + j]. */
export interface LocalLine {
  readonly at: number;
  readonly from: number;
  readonly weights: Float64Array;
}

/** A smooth curve through points. */
export interface LowessFit {
  /** The curve at every x. */
  readonly values: Float64Array;
  /** Where it was fitted, ascending, the first and last x among them; in between it is a straight line. */
  readonly lines: readonly LocalLine[];
}

/**
 * Local linear regression with tricube weights, without robustness iterations.
 *
 * @param x strictly ascending
 * @param y one value per x
 * @param weights one weight per x, > 0 (rows pooled there)
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`
 *
 * Source: Cleveland (1979), "Robust locally weighted regression and smoothing scatterplots", JASA 74, with the details
 * of R's `lowess(iter = 0)`: weight 1 up to a thousandth of the window's half-width and 0 beyond 0.999 of it, a
 * constant instead of a line where the window has no spread, interpolation by `delta`. Pooled ties take their weight in
 * rows.
 */
export function lowess(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  options: LowessOptions = {},
): LowessFit {
  const { span = 2 / 3, delta = 0.01 } = options;
  const n = x.length;
  if (n === 0) throw new InputError("empty", "lowess needs at least one point");
  if (y.length !== n || weights.length !== n)
    throw new InputError(
      "shape-mismatch",
      `there are ${n} values of x, ${y.length} of y and ${weights.length} weights`,
    );
  if (!(span > 0 && span <= 1)) throw new InputError("out-of-range", `span must be in (0, 1], got ${span}`);
  if (!(delta >= 0)) throw new InputError("out-of-range", `delta must be >= 0, got ${delta}`);
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (!(weights[i] > 0)) throw new InputError("out-of-range", `weight ${weights[i]} at point ${i} is not > 0`, i);
    if (i > 0 && !(x[i] > x[i - 1]))
      throw new InputError("out-of-range", `x must ascend, got ${x[i]} after ${x[i - 1]} at point ${i}`, i);
    total += weights[i];
  }
  const reach = Math.min(total, options.reach ?? span * total) * (1 - 1e-12);
  const range = x[n - 1] - x[0];
  const values = new Float64Array(n);
  const lines: LocalLine[] = [];
  let last = -1;
  let i = 0;
  while (i < n) {
    const line = localLine(x, weights, i, halfWidth(x, weights, i, reach), range);
    lines.push(line);
    values[i] = lineValue(line, y);
    for (let j = last + 1; j < i; j++) {
      const share = (x[j] - x[last]) / (x[i] - x[last]);
      values[j] = share * values[i] + (1 - share) * values[last];
    }
    last = i;
    const cut = x[last] + delta * range;
    i = last + 1;
    while (i < n && x[i] <= cut) i++;
    i = Math.max(last + 1, i - 1);
  }
  return { values, lines };
}

/** The value of a local line for other ordinates. */
export function lineValue({ from, weights }: LocalLine, y: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) sum += weights[j] * y[from + j];
  return sum;
}

/** Distance from x[i] within which the weight reaches `reach`. */
function halfWidth(x: Float64Array, weights: Float64Array, i: number, reach: number): number {
  let left = i;
  let right = i;
  let weight = weights[i];
  let width = 0;
  while (weight < reach) {
    const below = left > 0 ? x[i] - x[left - 1] : Infinity;
    const above = right + 1 < x.length ? x[right + 1] - x[i] : Infinity;
    if (below === Infinity && above === Infinity) break;
    width = Math.min(below, above);
    weight += weights[below <= above ? --left : ++right];
  }
  return width;
}

function localLine(x: Float64Array, weights: Float64Array, at: number, width: number, range: number): LocalLine {
  const centre = x[at];
  let from = at;
  let to = at;
  while (from > 0 && centre - x[from - 1] <= 0.999 * width) from--;
  while (to + 1 < x.length && x[to + 1] - centre <= 0.999 * width) to++;
  const out = new Float64Array(to - from + 1);
  let total = 0;
  let moment = 0;
  for (let j = from; j <= to; j++) {
    const r = Math.abs(x[j] - centre);
    const w = weights[j] * (r <= 0.001 * width ? 1 : (1 - (r / width) ** 3) ** 3);
    out[j - from] = w;
    total += w;
    moment += w * (x[j] - centre);
  }
  const shift = moment / total;
  let spread = 0;
  for (let j = from; j <= to; j++) {
    out[j - from] /= total;
    spread += out[j - from] * (x[j] - centre - shift) ** 2;
  }
  if (width > 0 && Math.sqrt(spread) > 0.001 * range) {
    const tilt = -shift / spread;
    for (let j = from; j <= to; j++) out[j - from] *= 1 + tilt * (x[j] - centre - shift);
  }
  return { at, from, weights: out };
}
