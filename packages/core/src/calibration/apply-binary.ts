import { InputError } from "../errors.ts";
import { exp } from "../kernels/exp.ts";
import { remember } from "../kernels/remember.ts";
import type { BinaryFeature, BinaryMap, LogisticMap, SplineMap, StepMap, VennAbersMap } from "./binary-map.ts";

/** Rows that a loop takes at once: parts of a blend and links of a chain need this much memory, not one value per row. */
const CHUNK = 4096;

/** Fills `out` from `scores`, both of at most `CHUNK` values; they may be the same array. */
type Loop = (scores: Float64Array, out: Float64Array) => void;

/** Whether any finite real may be given to a map, not only numbers in [0, 1]. */
function readsAnyReal(map: BinaryMap): boolean {
  if (map.kind === "logistic") return map.terms.every(({ feature }) => feature === "one" || feature === "score");
  if (map.kind === "blend") return map.parts.every((part) => readsAnyReal(part.map));
  return map.kind === "chain" && readsAnyReal(map.maps[0]);
}

/** Ascending knots with a table of where to look: exact, and a few comparisons for knots of any number. */
interface Knots {
  readonly x: Float64Array;
  /** A power of two. */
  readonly buckets: number;
  /** Knots below k/buckets, for k = 0..buckets + 1; the last entry is all of them. */
  readonly below: Int32Array;
}

function indexKnots(values: readonly number[]): Knots {
  const x = Float64Array.from(values);
  const buckets = 2 ** Math.ceil(Math.log2(2 * x.length + 2));
  const below = new Int32Array(buckets + 2);
  let i = 0;
  for (let k = 0; k <= buckets; k++) {
    while (i < x.length && x[i] < k / buckets) i++;
    below[k] = i;
  }
  below[buckets + 1] = x.length;
  return { x, buckets, below };
}

/** How many knots lie below a score in [0, 1]. */
function countBelow(x: Float64Array, buckets: number, below: Int32Array, score: number): number {
  const k = (score * buckets) | 0;
  let low = below[k];
  let high = below[k + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

function coefficient(map: LogisticMap, feature: BinaryFeature): number {
  let total = 0;
  for (const term of map.terms) if (term.feature === feature) total += term.coefficient;
  return total;
}

function logisticLoop(map: LogisticMap): Loop {
  const one = coefficient(map, "one");
  const linear = coefficient(map, "score");
  const logit = coefficient(map, "logit");
  const square = coefficient(map, "logit-squared");
  const log = coefficient(map, "log");
  const minus = coefficient(map, "minus-log-complement");
  const least = map.clip;
  const most = 1 - map.clip;
  if (readsAnyReal(map))
    return (scores, out) => {
      for (let i = 0; i < scores.length; i++) out[i] = 1 / (1 + exp(-(one + linear * scores[i])));
    };
  if (log === 0 && minus === 0)
    return (scores, out) => {
      for (let i = 0; i < scores.length; i++) {
        const score = scores[i];
        const p = score < least ? least : score > most ? most : score;
        const l = Math.log(p / (1 - p));
        out[i] = 1 / (1 + exp(-(one + linear * score + l * (logit + square * l))));
      }
    };
  return (scores, out) => {
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i];
      const p = score < least ? least : score > most ? most : score;
      const lower = Math.log(p);
      const upper = -Math.log1p(-p);
      const l = lower + upper;
      const eta = one + linear * score + l * (logit + square * l) + log * lower + minus * upper;
      out[i] = 1 / (1 + exp(-eta));
    }
  };
}

function interpolatedLoop(knots: readonly number[], values: readonly number[]): Loop {
  const { x, buckets, below } = indexKnots(knots);
  const y = Float64Array.from(values);
  const last = x.length - 1;
  return (scores, out) => {
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i];
      const k = countBelow(x, buckets, below, score);
      if (k > last) out[i] = y[last];
      else if (k === 0 || x[k] === score) out[i] = y[k];
      else out[i] = y[k - 1] + ((score - x[k - 1]) / (x[k] - x[k - 1])) * (y[k] - y[k - 1]);
    }
  };
}

function stepLoop(map: StepMap): Loop {
  const { x, buckets, below } = indexKnots(map.x);
  const at = Float64Array.from(map.at);
  const between = Float64Array.from(map.between);
  return (scores, out) => {
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i];
      const k = countBelow(x, buckets, below, score);
      out[i] = k < x.length && x[k] === score ? at[k] : between[k];
    }
  };
}

function vennAbersLoop(map: VennAbersMap): Loop {
  const lower = stepLoop(map.lower);
  const upper = stepLoop(map.upper);
  const scratch = new Float64Array(CHUNK);
  return (scores, out) => {
    lower(scores, scratch);
    upper(scores, out);
    for (let i = 0; i < scores.length; i++) out[i] /= 1 - scratch[i] + out[i];
  };
}

function splineLoop(map: SplineMap): Loop {
  const knots = Float64Array.from(map.knots);
  const pieces = Float64Array.from(map.pieces.flat());
  const last = knots.length - 1;
  const [a, b, c, d] = pieces.subarray(4 * last - 4);
  const width = knots[last] - knots[last - 1];
  const top = a + width * (b + width * (c + width * d));
  const slope = b + width * (2 * c + width * 3 * d);
  const least = map.clip;
  const most = 1 - map.clip;
  return (scores, out) => {
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i];
      const p = score < least ? least : score > most ? most : score;
      const l = Math.log(p / (1 - p));
      let s: number;
      if (l <= knots[0]) s = pieces[0] + (l - knots[0]) * pieces[1];
      else if (l >= knots[last]) s = top + (l - knots[last]) * slope;
      else {
        let low = 0;
        let high = last;
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          if (knots[middle] <= l) low = middle;
          else high = middle;
        }
        const t = l - knots[low];
        const j = 4 * low;
        s = pieces[j] + t * (pieces[j + 1] + t * (pieces[j + 2] + t * pieces[j + 3]));
      }
      out[i] = 1 / (1 + exp(-s));
    }
  };
}

function loopOf(map: BinaryMap): Loop {
  switch (map.kind) {
    case "identity":
      return (scores, out) => out.set(scores);
    case "logistic":
      return logisticLoop(map);
    case "interpolated":
      return interpolatedLoop(map.x, map.y);
    case "step":
      return stepLoop(map);
    case "venn-abers":
      return vennAbersLoop(map);
    case "spline":
      return splineLoop(map);
    case "chain": {
      const loops = map.maps.map(loopOf);
      return (scores, out) => {
        loops[0](scores, out);
        for (let k = 1; k < loops.length; k++) loops[k](out, out);
      };
    }
    case "blend": {
      const parts = map.parts.map((part) => ({ weight: part.weight, loop: loopOf(part.map) }));
      const totals = new Float64Array(CHUNK);
      const scratch = new Float64Array(CHUNK);
      return (scores, out) => {
        totals.fill(0);
        for (const { weight, loop } of parts) {
          const values = scratch.subarray(0, scores.length);
          loop(scores, values);
          for (let i = 0; i < values.length; i++) totals[i] += weight * values[i];
        }
        for (let i = 0; i < out.length; i++) out[i] = Math.min(1, totals[i]);
      };
    }
  }
}

/** The loop of a map that is applied again and again: its knots are put in order once. */
const preparedLoop = remember(loopOf);

function checkScores(map: BinaryMap, scores: Float64Array): void {
  if (readsAnyReal(map)) {
    for (let i = 0; i < scores.length; i++)
      if (!Number.isFinite(scores[i]))
        throw new InputError("not-finite", `expected a finite score, got ${scores[i]} at row ${i}`, i);
  } else
    for (let i = 0; i < scores.length; i++)
      if (!(scores[i] >= 0 && scores[i] <= 1))
        throw new InputError("out-of-range", `expected a score in [0, 1], got ${scores[i]} at row ${i}`, i);
}

function resultArray(rows: number, out: Float64Array | undefined): Float64Array {
  if (out !== undefined && out.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} scores but room for ${out.length} results`);
  return out ?? new Float64Array(rows);
}

function run(loop: Loop, scores: Float64Array, result: Float64Array): Float64Array {
  for (let start = 0; start < scores.length; start += CHUNK)
    loop(scores.subarray(start, start + CHUNK), result.subarray(start, start + CHUNK));
  return result;
}

/**
 * The calibrated probability of every score.
 *
 * @param map a map from a fit, or one that `checkBinaryMap` has let pass
 * @param scores n numbers in [0, 1]; any finite reals where the map is a logistic in `one` and `score` alone
 * @param out n values to fill; may be `scores` itself. Default: a new array
 * @returns `out`: n numbers in [0, 1]. A Venn–Abers map gives the merged p₁/(1 - p₀ + p₁).
 * @throws {InputError} `out-of-range`, `not-finite` with the row, before anything is written; `shape-mismatch`
 *
 * Source: merged Venn–Abers: Vovk and Petej (2014), "Venn-Abers predictors", UAI, section 4 (log loss minimax).
 * Accuracy: log-odds are ln(p/(1 - p)) of the score clipped, and ln(1 - p) is log1p(-p): both to 4e-16, absolute, or an ulp.
 * Never NaN, however large a linear predictor is; below -709 the probability is that at -709.
 */
export function applyBinaryMap(map: BinaryMap, scores: Float64Array, out?: Float64Array): Float64Array {
  const result = resultArray(scores.length, out);
  checkScores(map, scores);
  return run(preparedLoop(map), scores, result);
}

/**
 * The two probabilities that a Venn–Abers map gives every score: one of them is calibrated, whatever the distribution.
 *
 * @param scores n numbers in [0, 1]
 * @returns `lower`: p₀, the probability were the new row negative; `upper`: p₁ ≥ p₀, were it positive
 * @throws {InputError} `out-of-range` with the row
 *
 * Source: Vovk and Petej (2014), sections 2 and 3.
 */
export function vennAbersInterval(
  map: VennAbersMap,
  scores: Float64Array,
): { lower: Float64Array; upper: Float64Array } {
  checkScores(map, scores);
  const rows = scores.length;
  return {
    lower: run(preparedLoop(map.lower), scores, new Float64Array(rows)),
    upper: run(preparedLoop(map.upper), scores, new Float64Array(rows)),
  };
}
