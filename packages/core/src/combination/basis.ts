import { argsort } from "../kernels/argsort.ts";
import type { CheckedScore, StackDirection } from "./stack-data.ts";

/** `linear`: one slope per score. `flexible`: a rising broken line with a bend at each quartile. */
export type StackShape = "linear" | "flexible";

/** The columns that one score becomes: each rises with the score in its direction, with mean 0 over the rows that have it. */
export interface ScoreBasis {
  readonly score: CheckedScore;
  /** Strictly ascending, of the score as read; one where it is constant. */
  readonly knots: readonly number[];
  /** Per column and knot: its value there. Straight lines between, constant beyond. */
  readonly columns: readonly (readonly number[])[];
}

/** Where x lies among knots: the position of the knot before it, and the share of the way to the next. */
function placeOf(knots: readonly number[], x: number, place: Float64Array): void {
  const last = knots.length - 1;
  if (x <= knots[0]) {
    place[0] = 0;
    place[1] = 0;
  } else if (x >= knots[last]) {
    place[0] = last === 0 ? 0 : last - 1;
    place[1] = last === 0 ? 0 : 1;
  } else {
    let k = 1;
    while (knots[k] < x) k++;
    place[0] = k - 1;
    place[1] = (x - knots[k - 1]) / (knots[k] - knots[k - 1]);
  }
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

/** Values that have so many shares of the weight at or below them, of those that are there; ascending. */
function quantilesOf(
  read: Float64Array,
  weights: Float64Array | undefined,
  places: readonly number[],
): readonly number[] {
  const present = read.filter((x) => !Number.isNaN(x));
  if (present.length === 0) return [0];
  if (weights === undefined) {
    present.sort();
    return places.map((p) => present[Math.max(0, Math.ceil(p * present.length) - 1)]);
  }
  const shares = weights.filter((_, i) => !Number.isNaN(read[i]));
  const order = argsort(present);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const found: number[] = [];
  let reached = 0;
  for (let k = 0; k < order.length; k++) {
    reached += shares[order[k]];
    while (found.length < places.length && reached >= places[found.length] * total * (1 - 1e-12))
      found.push(present[order[k]]);
  }
  return found;
}

/** How values lie among knots: what the moments of any broken line over them follow from. */
interface Spread {
  readonly total: number;
  /** Per knot: weight that is due to it, when each value is shared between its neighbours. */
  readonly first: Float64Array;
  /** Per knot, and per pair of neighbours: second moments of those shares. */
  readonly own: Float64Array;
  readonly next: Float64Array;
}

function spreadAmong(knots: readonly number[], read: Float64Array, weights: Float64Array | undefined): Spread {
  const first = new Float64Array(knots.length);
  const own = new Float64Array(knots.length);
  const next = new Float64Array(knots.length);
  const place = new Float64Array(2);
  let total = 0;
  for (let i = 0; i < read.length; i++) {
    if (Number.isNaN(read[i])) continue;
    const weight = weights === undefined ? 1 : weights[i];
    placeOf(knots, read[i], place);
    const k = place[0];
    const share = place[1];
    total += weight;
    first[k] += weight * (1 - share);
    own[k] += weight * (1 - share) * (1 - share);
    if (share === 0) continue;
    first[k + 1] += weight * share;
    own[k + 1] += weight * share * share;
    next[k] += weight * share * (1 - share);
  }
  return { total, first, own, next };
}

/** Weighted mean and standard deviation of a broken line. */
function momentsOf({ total, first, own, next }: Spread, line: readonly number[]): { mean: number; deviation: number } {
  let off = 0;
  for (let k = 0; k < line.length; k++) off += first[k] * (line[k] - line[0]);
  const mean = line[0] + off / total;
  let squares = 0;
  for (let k = 0; k < line.length; k++) {
    const d = line[k] - mean;
    squares += own[k] * d * d;
    if (k + 1 < line.length) squares += 2 * next[k] * d * (line[k + 1] - mean);
  }
  return { mean, deviation: Math.sqrt(Math.max(0, squares / total)) };
}

/**
 * Columns for one score from the rows of a fit.
 *
 * @returns no columns for a score that does not vary
 */
export function scoreBasis(score: CheckedScore, weights: Float64Array | undefined, shape: StackShape): ScoreBasis {
  const places = shape === "linear" ? [0, 1] : [0, 0.25, 0.5, 0.75, 1];
  const knots = [...new Set(quantilesOf(score.read, weights, places))];
  if (knots.length < 2) return { score, knots, columns: [] };
  const lines = [knots];
  if (shape === "flexible" && knots.length > 2)
    for (let k = 1; k < knots.length; k++) lines.push(knots.map((_, m) => (m >= k ? 1 : 0)));
  const spread = spreadAmong(knots, score.read, weights);
  const columns = lines.map((line, c) => {
    const { mean, deviation } = momentsOf(spread, line);
    const unit = c === 0 ? deviation : 1;
    return line.map((value) => (value - mean) / unit);
  });
  return { score, knots, columns };
}

/** Standard deviation of a broken line over the rows that have the score. */
export function lineDeviation(
  { score, knots }: ScoreBasis,
  line: readonly number[],
  weights: Float64Array | undefined,
): number {
  return momentsOf(spreadAmong(knots, score.read, weights), line).deviation;
}

/**
 * Writes the columns of a score into a matrix of rows.
 *
 * @param from first column of the score
 * @param absence column that is 1 where the score is missing; −1 for none
 */
export function fillColumns(x: Float64Array, cols: number, basis: ScoreBasis, from: number, absence: number): void {
  const { score, knots, columns } = basis;
  const { read } = score;
  const place = new Float64Array(2);
  const lines = columns.map((column) => Float64Array.from(column));
  const last = knots.length - 1;
  for (let i = 0; i < read.length; i++) {
    if (Number.isNaN(read[i])) {
      if (absence >= 0) x[i * cols + absence] = 1;
      continue;
    }
    placeOf(knots, read[i], place);
    const k = place[0];
    const share = place[1];
    const after = k < last ? k + 1 : k;
    for (let c = 0; c < lines.length; c++) {
      const line = lines[c];
      x[i * cols + from + c] = line[k] + share * (line[after] - line[k]);
    }
  }
}

/** Where a basis is evaluated: the same knots on the scale of the score, ascending. */
export function termLine(
  { score, knots }: ScoreBasis,
  contributions: readonly number[],
): {
  readonly direction: StackDirection;
  readonly knots: readonly number[];
  readonly contributions: readonly number[];
} {
  if (score.direction === "up") return { direction: "up", knots, contributions };
  return { direction: "down", knots: knots.map((x) => 0 - x).reverse(), contributions: contributions.toReversed() };
}
