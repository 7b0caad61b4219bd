import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import { checkLevel } from "../regression/check-forecast.ts";
import { normalCdf, normalPdf, normalQuantile, normalSurvival } from "../special/normal.ts";
import { checkMemberForecasts, type MemberForecasts } from "./member-forecasts.ts";
import { memberShares } from "./member-shares.ts";
import type { MemberOptions } from "./members.ts";

/** A forecast that every member makes as a normal distribution, with how much each member counts. */
type Normals = Required<MemberForecasts> & { readonly shares: Float64Array };

function normals(forecasts: MemberForecasts, options: MemberOptions): Normals {
  checkMemberForecasts(forecasts);
  const { sigmas } = forecasts;
  if (sigmas === undefined)
    throw new InputError("incompatible", "a mixture needs the standard deviation that each member states, got none");
  return { ...forecasts, sigmas, shares: memberShares(forecasts.members, options) };
}

/**
 * P(outcome ≤ value) of every row under the mixture of the normal forecasts of the members: its probability integral transform
 * where the values are the outcomes.
 *
 * @param values one finite number per row
 * @returns probabilities; the exact CDF of the mixture, not that of a normal with the same variance
 * @throws {InputError} `incompatible` where members state no standard deviation; `empty`, `shape-mismatch`, `not-finite`,
 *   `out-of-range`
 */
export function mixtureCdf(
  forecasts: MemberForecasts,
  values: Float64Array,
  options: MemberOptions = {},
): Float64Array {
  const mixture = normals(forecasts, options);
  if (values.length !== mixture.rows)
    throw new InputError("shape-mismatch", `there are ${mixture.rows} rows but ${values.length} values`);
  return values.map((value, i) => {
    if (!Number.isFinite(value))
      throw new InputError("not-finite", `value ${value} at row ${i} is not a finite number`, i);
    return Math.min(1, tail(mixture, i, value, false));
  });
}

/**
 * Quantiles of the mixture of the normal forecasts of the members.
 *
 * @param levels in (0, 1), ascending
 * @returns rows × levels, ascending in every row
 * @throws {InputError} as `mixtureCdf`
 *
 * Accuracy: root of the exact CDF (of the upper tail above one half) inside a bracket of the members' own quantiles, Newton
 * steps kept inside it, to 4 units in the last place of the larger of the quantile and the narrowest member.
 */
export function mixtureQuantiles(
  forecasts: MemberForecasts,
  levels: readonly number[],
  options: MemberOptions = {},
): Matrix {
  const mixture = normals(forecasts, options);
  levels.forEach((level, j) => {
    checkLevel(level);
    if (j > 0 && !(level > levels[j - 1]))
      throw new InputError("out-of-range", `levels must ascend, got ${level} after ${levels[j - 1]}`, j);
  });
  const { rows } = mixture;
  const data = new Float64Array(rows * levels.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < levels.length; j++) {
      const quantile = mixtureQuantile(mixture, i, levels[j]);
      const before = j > 0 ? data[i * levels.length + j - 1] : quantile;
      data[i * levels.length + j] = Math.max(before, quantile);
    }
  return { data, rows, cols: levels.length };
}

/** Choices of `mixtureIntervals`. */
export interface MixtureIntervalOptions extends MemberOptions {
  /** Probability inside, in (0, 1). Default 0.9. */
  readonly level?: number;
  /**
   * `central` leaves (1 − level)/2 on either side; `shortest` is the narrowest single interval of that probability (the
   * highest-density interval where the mixture has one mode; two far modes have none, and get the narrowest that holds both
   * or one of them, as the level allows). Default `central`.
   */
  readonly kind?: "central" | "shortest";
}

/**
 * Intervals of the mixture of the normal forecasts of the members.
 *
 * @returns both ends of every row
 * @throws {InputError} as `mixtureCdf`
 *
 * Accuracy: `central` as `mixtureQuantiles`; `shortest` finds the lower tail on a grid of 32 and refines the best cell by
 * golden section to 1e-9 of the tail, where the width is flat to second order.
 */
export function mixtureIntervals(
  forecasts: MemberForecasts,
  options: MixtureIntervalOptions = {},
): { readonly lower: Float64Array; readonly upper: Float64Array } {
  const { level = 0.9, kind = "central" } = options;
  checkLevel(level);
  const mixture = normals(forecasts, options);
  const lower = new Float64Array(mixture.rows);
  const upper = new Float64Array(mixture.rows);
  for (let i = 0; i < mixture.rows; i++) {
    const below = kind === "central" ? (1 - level) / 2 : shortestTail(mixture, i, level);
    lower[i] = mixtureQuantile(mixture, i, below);
    upper[i] = mixtureQuantile(mixture, i, below + level);
  }
  return { lower, upper };
}

/** P(outcome ≤ x), or P(outcome > x), each accurate where it is small. */
function tail({ means, sigmas, rows, shares }: Normals, row: number, x: number, isUpper: boolean): number {
  let sum = 0;
  for (let m = 0; m < shares.length; m++) {
    const z = (x - means[m * rows + row]) / sigmas[m * rows + row];
    sum += shares[m] * (isUpper ? normalSurvival(z) : normalCdf(z));
  }
  return sum;
}

function density({ means, sigmas, rows, shares }: Normals, row: number, x: number): number {
  let sum = 0;
  for (let m = 0; m < shares.length; m++) {
    const sigma = sigmas[m * rows + row];
    sum += (shares[m] * normalPdf((x - means[m * rows + row]) / sigma)) / sigma;
  }
  return sum;
}

const MOST_STEPS = 200;

function mixtureQuantile(mixture: Normals, row: number, level: number): number {
  const { means, sigmas, rows, shares } = mixture;
  const isUpper = level > 0.5;
  const goal = isUpper ? 1 - level : level;
  const z = normalQuantile(level);
  let low = Infinity;
  let high = -Infinity;
  let narrowest = Infinity;
  for (let m = 0; m < shares.length; m++) {
    if (!(shares[m] > 0)) continue;
    const sigma = sigmas[m * rows + row];
    const quantile = means[m * rows + row] + z * sigma;
    low = Math.min(low, quantile);
    high = Math.max(high, quantile);
    narrowest = Math.min(narrowest, sigma);
  }
  let x = (low + high) / 2;
  for (let step = 0; step < MOST_STEPS && high > low; step++) {
    const tolerance = 4 * Number.EPSILON * Math.max(Math.abs(x), narrowest);
    const excess = isUpper ? goal - tail(mixture, row, x, true) : tail(mixture, row, x, false) - goal;
    if (excess === 0) return x;
    if (excess < 0) low = x;
    else high = x;
    const newton = x - excess / density(mixture, row, x);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= tolerance || high - low <= tolerance) return next;
    x = next;
  }
  return x;
}

const GRID = 32;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Probability below the narrowest interval that holds `level`. */
function shortestTail(mixture: Normals, row: number, level: number): number {
  const rest = 1 - level;
  const width = (below: number) => mixtureQuantile(mixture, row, below + level) - mixtureQuantile(mixture, row, below);
  let best = 1;
  let least = Infinity;
  for (let g = 1; g < GRID; g++) {
    const w = width((rest * g) / GRID);
    if (w < least) {
      least = w;
      best = g;
    }
  }
  const edge = rest * 1e-9;
  let from = Math.max(edge, (rest * (best - 1)) / GRID);
  let to = Math.min(rest - edge, (rest * (best + 1)) / GRID);
  let a = to - GOLDEN * (to - from);
  let b = from + GOLDEN * (to - from);
  let atA = width(a);
  let atB = width(b);
  while (to - from > 1e-9 * rest) {
    if (atA <= atB) {
      to = b;
      b = a;
      atB = atA;
      a = to - GOLDEN * (to - from);
      atA = width(a);
    } else {
      from = a;
      a = b;
      atA = atB;
      b = from + GOLDEN * (to - from);
      atB = width(b);
    }
  }
  return (from + to) / 2;
}
