import { InputError } from "../../errors.ts";
import type { BinaryMap, InterpolatedMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import { type IsotonicBlocks, isotonicBlocksOf } from "./isotonic-blocks.ts";
import { type SortedPairs, sortPairs } from "./sort-pairs.ts";
import { stepMap } from "./step-map.ts";

/** Options of `fitIsotonic`. */
export interface IsotonicOptions extends FitOptions {
  /**
   * What the map does between the fitted blocks of equal probability.
   *
   * - `linear` (default): straight lines from the last score of a block to the first of the next, as scikit-learn
   * - `step`: right-continuous; a score takes the value of the largest fitted score that is not above it
   * - `centred`: each block is one point at its mean score, joined by straight lines, so that the map rises strictly
   *   wherever it is between 0 and 1; blocks at exactly 0 or 1 stay flat over their scores
   *
   * Beyond the first and the last fitted score (`centred`: point) the map is constant.
   */
  readonly shape?: "linear" | "step" | "centred";
  /**
   * True keeps the map off 0 and 1, whose log loss may be infinite: half a row of outcome 1 is added at the lowest score
   * and half a row of outcome 0 at the highest, before the fit. A first block of m negatives becomes ½/(m + ½), a last
   * block of m positives m/(m + ½); blocks that these do not reach stay as they are, and the map stays monotone. Default
   * false: exact isotonic regression.
   */
  readonly bounded?: boolean;
}

/**
 * Isotonic calibration: of all maps that never decrease, the one with the least log loss and the least Brier score.
 *
 * @param scores n values in [0, 1]; only exactly equal scores are ties
 * @param outcomes n values, 0 or 1; one class alone gives a constant
 * @returns a map with knots at the ends of blocks only; `parameters.blocks` is their number. The half rows of
 *   `bounded` weigh ½ beside weights that are all integers (counts); others are first scaled to sum to the effective
 *   number of rows
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`
 *
 * Source: Zadrozny & Elkan (2002), "Transforming classifier scores into accurate multiclass probability estimates", KDD;
 * centred: Oron & Flournoy (2017), "Centered isotonic regression", Statistics in Biopharmaceutical Research 9; half
 * rows: the estimate of Krichevsky & Trofimov (1981), IEEE Trans. Inf. Theory 27, at the two ends.
 * Accuracy: exact pooling without weights; the map agrees with interpolation over all n fitted scores.
 */
export function fitIsotonic(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: IsotonicOptions = {},
): CalibrationFit<BinaryMap> {
  const { shape = "linear", bounded = false } = options;
  if (shape !== "linear" && shape !== "step" && shape !== "centred")
    throw new InputError("unknown-option", `shape must be "linear", "step" or "centred", got ${JSON.stringify(shape)}`);
  const pairs = sortPairs(scores, outcomes, options);
  const rows = bounded ? withHalfRows(pairs) : pairs;
  const fit = isotonicBlocksOf(rows);
  const map = shape === "step" ? stepsOf(fit) : shape === "centred" ? centredOf(fit) : linesOf(fit);
  const blocks = fit.count;
  const notes: string[] = [];
  const { values } = fit;
  if (values[0] === 0 || values[values.length - 1] === 1)
    notes.push("The fit reaches 0 or 1, where a single surprise has infinite log loss; `bounded` avoids this.");
  if (blocks === 1) notes.push("All scores are mapped to one value: higher scores do not go with more positives.");
  return {
    method: shape === "centred" ? "centred-isotonic" : "isotonic",
    map,
    parameters: { blocks },
    certificate: null,
    complexity: blocks,
    n: pairs.sample.n,
    effectiveN: pairs.sample.effectiveN,
    notes,
  };
}

function withHalfRows({ scores, outcomes, weights }: SortedPairs): Omit<SortedPairs, "sample"> {
  const n = scores.length;
  const padded = {
    scores: new Float64Array(n + 2),
    outcomes: new Uint8Array(n + 2),
    weights: new Float64Array(n + 2).fill(1),
  };
  padded.scores.set(scores, 1);
  padded.scores[0] = scores[0];
  padded.scores[n + 1] = scores[n - 1];
  padded.outcomes.set(outcomes, 1);
  padded.outcomes[0] = 1;
  if (weights) padded.weights.set(weights, 1);
  padded.weights[0] = 0.5;
  padded.weights[n + 1] = 0.5;
  return padded;
}

function linesOf({ count, first, last, values }: IsotonicBlocks): InterpolatedMap {
  const x: number[] = [];
  const y: number[] = [];
  for (let b = 0; b < count; b++) pushBlock(x, y, first[b], last[b], values[b]);
  return { kind: "interpolated", x, y };
}

function pushBlock(x: number[], y: number[], first: number, last: number, value: number): void {
  x.push(first);
  y.push(value);
  if (last === first) return;
  x.push(last);
  y.push(value);
}

function stepsOf({ first, values }: IsotonicBlocks): BinaryMap {
  return stepMap(first, values, [values[0], ...values]);
}

function centredOf({ count, first, last, values, centres }: IsotonicBlocks): InterpolatedMap {
  const x: number[] = [];
  const y: number[] = [];
  for (let b = 0; b < count; b++) {
    const isFlat = values[b] === 0 || values[b] === 1;
    pushBlock(x, y, isFlat ? first[b] : centres[b], isFlat ? last[b] : centres[b], values[b]);
  }
  return { kind: "interpolated", x, y };
}
