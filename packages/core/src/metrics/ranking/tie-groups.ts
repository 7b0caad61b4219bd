import type { SampleOptions } from "../../estimate.ts";
import type { CheckedSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { rankCodes } from "./rank-codes.ts";

/** Options of metrics that sort their rows. */
export interface RankedOptions extends SampleOptions {
  /** `argsort` of the scores (ascending, stable), where the caller has it already; trusted. */
  readonly order?: Uint32Array;
}

/**
 * Rows with exactly equal scores, from the highest score down: all that rank statistics need to know. Groups whose rows
 * weigh nothing are left out.
 */
export interface TieGroups {
  readonly count: number;
  /** A row of each group: its score is that of the group. */
  readonly rows: Uint32Array;
  /** Σw of each group. */
  readonly mass: Float64Array;
  /** Σw·value of each group, where value is the outcome or the loss of a row, in [0, 1]. */
  readonly hits: Float64Array;
  /** Σw², Σw²·value and Σw²·value² of each group: what a sandwich variance needs. */
  readonly squares: Float64Array;
  readonly squaredHits: Float64Array;
  readonly squaredHits2: Float64Array;
  readonly totalMass: number;
  readonly totalHits: number;
}

/**
 * Groups rows by score.
 *
 * @param values one number in [0, 1] per row; with `complement` its distance from 1 is used instead
 */
export function tieGroups(
  scores: Float64Array,
  values: Uint8Array | Float64Array,
  sample: CheckedSample,
  order: Uint32Array = argsort(scores),
  complement = false,
): TieGroups {
  if (sample.weights === undefined && values instanceof Uint8Array)
    return countedGroups(rankCodes(scores, values, order, complement ? 1 : 0), order);
  const losses = complement ? Float64Array.from(values, (value) => 1 - value) : Float64Array.from(values);
  return weightedGroups(scores, losses, sample, order);
}

function countedGroups(codes: Uint8Array, order: Uint32Array): TieGroups {
  const n = codes.length;
  const rows = new Uint32Array(n);
  const mass = new Float64Array(n);
  const hits = new Float64Array(n);
  let count = 0;
  let totalHits = 0;
  for (let k = 0; k < n; count++) {
    rows[count] = order[n - 1 - k];
    const start = k;
    let hit = codes[k++] & 1;
    for (; k < n && codes[k] >= 2; k++) hit += codes[k] & 1;
    mass[count] = k - start;
    hits[count] = hit;
    totalHits += hit;
  }
  const squares = { squares: mass, squaredHits: hits, squaredHits2: hits };
  return { count, rows, mass, hits, ...squares, totalMass: n, totalHits };
}

function weightedGroups(
  scores: Float64Array,
  values: Float64Array,
  { rows: n, weights, squaredWeights }: CheckedSample,
  order: Uint32Array,
): TieGroups {
  const rows = new Uint32Array(n);
  const mass = new Float64Array(n);
  const hits = new Float64Array(n);
  const squares = new Float64Array(n);
  const squaredHits = new Float64Array(n);
  const squaredHits2 = new Float64Array(n);
  let count = -1;
  let last = Number.NaN;
  let totalMass = 0;
  let totalHits = 0;
  for (let k = n - 1; k >= 0; k--) {
    const i = order[k];
    const w = weights ? weights[i] : 1;
    if (w === 0) continue;
    const value = values[i];
    const square = squaredWeights ? squaredWeights[i] : w * w;
    if (scores[i] !== last) {
      last = scores[i];
      rows[++count] = i;
    }
    mass[count] += w;
    hits[count] += w * value;
    squares[count] += square;
    squaredHits[count] += square * value;
    squaredHits2[count] += square * value * value;
  }
  count++;
  for (let g = 0; g < count; g++) {
    totalMass += mass[g];
    totalHits += hits[g];
  }
  return { count, rows, mass, hits, squares, squaredHits, squaredHits2, totalMass, totalHits };
}
