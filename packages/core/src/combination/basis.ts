import { weightedQuantile } from "../kernels/weighted-quantile.ts";
import type { CheckedScore, StackDirection, StackScale } from "./stack-data.ts";

/** Numbers in [0, 1] are taken into [CLIP, 1 - CLIP] before their log-odds. */
export const STACK_CLIP = 1e-6;

/** `linear`: one slope per score. `flexible`: a rising broken line with a bend at each quartile. */
export type StackShape = "linear" | "flexible";

/** A score on the scale it is read at. */
export function readScore(value: number, scale: StackScale): number {
  if (scale === "identity") return value;
  const p = Math.min(1 - STACK_CLIP, Math.max(STACK_CLIP, value));
  return Math.log(p / (1 - p));
}

/** The columns that one score becomes: each rises with the score in its direction, with mean 0 over the rows that have it. */
export interface ScoreBasis {
  readonly score: CheckedScore;
  /** Strictly ascending, of the score times its sign; one where it is constant. */
  readonly knots: readonly number[];
  readonly sign: number;
  /** Per column and knot: its value there. Straight lines between, constant beyond. */
  readonly columns: readonly (readonly number[])[];
}

/** The value of a broken line; constant beyond its ends. */
export function lineValue(knots: readonly number[], values: readonly number[], x: number): number {
  const last = knots.length - 1;
  if (x <= knots[0]) return values[0];
  if (x >= knots[last]) return values[last];
  let k = 1;
  while (knots[k] < x) k++;
  return values[k - 1] + ((x - knots[k - 1]) / (knots[k] - knots[k - 1])) * (values[k] - values[k - 1]);
}

/**
 * Columns for one score from the rows of a fit.
 *
 * @returns no columns for a score that does not vary
 */
export function scoreBasis(score: CheckedScore, weights: Float64Array | undefined, shape: StackShape): ScoreBasis {
  const sign = score.direction === "up" ? 1 : -1;
  const present: number[] = [];
  const mass: number[] = [];
  score.values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    present.push(sign * readScore(value, score.scale));
    mass.push(weights === undefined ? 1 : weights[i]);
  });
  const values = Float64Array.from(present);
  const shares = Float64Array.from(mass);
  const at = (p: number): number => weightedQuantile(values, p, shares);
  const places = shape === "linear" ? [0, 1] : [0, 0.25, 0.5, 0.75, 1];
  const knots = [...new Set(values.length === 0 ? [0] : places.map(at))].sort((a, b) => a - b);
  if (knots.length < 2) return { score, sign, knots, columns: [] };
  const raw = [knots];
  if (shape === "flexible" && knots.length > 2)
    for (let k = 1; k < knots.length; k++) raw.push(knots.map((_, m) => (m >= k ? 1 : 0)));
  const columns = raw.map((column, c) => {
    const { mean, deviation } = momentsOf(knots, column, values, shares);
    const unit = c === 0 ? deviation : 1;
    return column.map((value) => (value - mean) / unit);
  });
  return { score, sign, knots, columns };
}

/** Weighted mean and standard deviation of a broken line over values. */
export function momentsOf(
  knots: readonly number[],
  column: readonly number[],
  values: Float64Array,
  shares: Float64Array,
): { readonly mean: number; readonly deviation: number } {
  const first = lineValue(knots, column, values[0]);
  let total = 0;
  let off = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const d = lineValue(knots, column, values[i]) - first;
    total += shares[i];
    off += shares[i] * d;
    squares += shares[i] * d * d;
  }
  const mean = off / total;
  return { mean: first + mean, deviation: Math.sqrt(Math.max(0, squares / total - mean * mean)) };
}

/** Where a basis is evaluated: the same knots on the scale of the score, ascending. */
export function termLine(
  { knots, sign }: ScoreBasis,
  contributions: readonly number[],
): {
  readonly direction: StackDirection;
  readonly knots: readonly number[];
  readonly contributions: readonly number[];
} {
  if (sign > 0) return { direction: "up", knots, contributions };
  return { direction: "down", knots: knots.map((x) => 0 - x).reverse(), contributions: contributions.toReversed() };
}
