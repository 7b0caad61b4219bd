import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { minimize } from "../../optimize/brent.ts";
import type { RegressionMap } from "../regression-calibrator.ts";
import { scoreQuantile } from "./conformal-shifts.ts";
import { rowReader } from "./standard-scores.ts";

type ShiftAndScale = Extract<RegressionMap, { kind: "shift-and-scale" }>;

const LARGEST = 100;
/** So many rows find the neighbourhood of the minimum, in which all rows then find it. */
const FEW_ROWS = 10_000;
/** Half the width of that neighbourhood, in the logarithm of the factor. */
const NEAR = 0.05;

/**
 * The factor by which quantiles are spread about their median with the least pinball loss. The loss is convex in the factor,
 * so that there is one minimum; it is looked for between 1/100 and 100.
 *
 * @param levels at least two, ascending
 * @throws {InputError} `incompatible` where no forecast has a width
 *
 * Accuracy: 1e-6 in the logarithm of the factor; the loss is a sum of corners and has no gradient there.
 */
export function fitSpreadScale(
  levels: readonly number[],
  { data, rows, cols }: Matrix,
  outcomes: Float64Array,
  weights?: Float64Array,
): ShiftAndScale {
  const reader = rowReader(levels);
  const at = Float64Array.from(levels);
  const middles = new Float64Array(rows);
  let hasWidth = false;
  for (let i = 0; i < rows; i++) {
    reader.load(data, i * cols);
    middles[i] = reader.valueAt(0);
    if (data[(i + 1) * cols - 1] !== data[i * cols]) hasWidth = true;
  }
  if (!hasWidth)
    throw new InputError("incompatible", "all quantiles of a row are equal in every row: there is no spread to scale");
  const loss = (x: number, step: number): number => {
    const sums = new Float64Array(1);
    const scale = Math.exp(x);
    for (let i = 0; i < rows; i += step)
      sums[0] += (weights ? weights[i] : 1) * rowLoss(data, i * cols, at, middles[i], outcomes[i], scale);
    return sums[0];
  };
  const search = (low: number, high: number, step: number): number =>
    minimize((x) => loss(x, step), low, high, { tolerance: step > 1 ? 1e-3 : 1e-6 }).position;
  const widest = Math.log(LARGEST);
  const step = Math.ceil(rows / FEW_ROWS);
  const rough = search(-widest, widest, step);
  const near = step === 1 ? rough : search(rough - NEAR, rough + NEAR, 1);
  const position = Math.abs(near - rough) > 0.9 * NEAR ? search(-widest, widest, 1) : near;
  return { kind: "shift-and-scale", shift: 0, scale: Math.exp(position) };
}

function rowLoss(
  data: Float64Array,
  start: number,
  levels: Float64Array,
  middle: number,
  y: number,
  scale: number,
): number {
  let sum = 0;
  for (let k = 0; k < levels.length; k++) {
    const gap = y - middle - scale * (data[start + k] - middle);
    sum += gap >= 0 ? levels[k] * gap : (levels[k] - 1) * gap;
  }
  return sum;
}

/**
 * The factor of the widths of intervals, about their middles, with which they hold at least their level in new rows.
 *
 * @throws {InputError} `too-few` where the level needs more rows, or too many rows have no width; `incompatible` where
 *   every outcome is exactly the middle
 *
 * Source: split conformal prediction with |outcome − middle| / half width as score (Lei et al. 2018, JASA 113, section 5.2).
 */
export function fitWidthScale(
  lower: Float64Array,
  upper: Float64Array,
  level: number,
  outcomes: Float64Array,
  weights?: Float64Array,
): ShiftAndScale {
  const scores = outcomes.map((y, i) => {
    const off = Math.abs(y - (lower[i] + upper[i]) / 2);
    return off === 0 ? 0 : off / (Math.abs(upper[i] - lower[i]) / 2);
  });
  const scale = scoreQuantile(scores, level, weights);
  if (scale === Infinity)
    throw new InputError("too-few", `an interval at ${level} needs more rows that have a width, got ${scores.length}`);
  if (scale === 0) throw new InputError("incompatible", "the outcomes are exactly the middles of their intervals");
  return { kind: "shift-and-scale", shift: 0, scale };
}
