import { InputError } from "../../errors.ts";
import { sortedCopy } from "../../kernels/argsort.ts";
import { countBelow, countUpTo } from "../../kernels/count-sorted.ts";
import type { Random } from "../../random/random.ts";

/** Options of `conformalOodPValues`. */
export interface OodPValueOptions {
  /**
   * Breaks ties by chance: p-values are then exactly uniform for rows like those that calibrate, whatever the ties. Default:
   * ties count against the row's being outside, which makes them at most a little too large.
   */
  readonly random?: Random;
}

/**
 * How likely a row like those that calibrate is to score as low as each given row: (1 + #{sᵢ ≤ s})/(n + 1). Small p-values
 * say "unlike the training data".
 *
 * @param calibrationScores n ≥ 1 scores of held-out rows from inside, larger for rows more like the training data; ±Infinity
 *   allowed, in any order
 * @param scores m scores of the rows in question, by the same detector; ±Infinity allowed
 * @returns m values in [1/(n + 1), 1] (with `random` in [0, 1]). Of a row exchangeable with those that calibrate, p ≤ a has
 *   probability at most a, for every a, whatever the detector is
 * @throws {InputError} `empty`, `not-finite` with the position of the first NaN
 *
 * Source: Vovk, Gammerman and Shafer (2005), "Algorithmic Learning in a Random World", section 2.2; Bates, Candès, Lei, Romano
 * and Sesia (2023), "Testing for outliers with conformal p-values", Annals of Statistics 51.
 */
export function conformalOodPValues(
  calibrationScores: Float64Array,
  scores: Float64Array,
  { random }: OodPValueOptions = {},
): Float64Array {
  const n = calibrationScores.length;
  if (n === 0) throw new InputError("empty", "p-values need at least one calibration score, got none");
  checkNumbers(scores, "score");
  const sorted = ascending(calibrationScores);
  const pValues = new Float64Array(scores.length);
  for (let i = 0; i < scores.length; i++) {
    const upTo = countUpTo(sorted, scores[i]);
    if (random === undefined) pValues[i] = (1 + upTo) / (n + 1);
    else {
      const below = countBelow(sorted, scores[i]);
      pValues[i] = (below + random.uniform() * (upTo - below + 1)) / (n + 1);
    }
  }
  return pValues;
}

/** The scores themselves where they ascend already, else a sorted copy. */
export function ascending(scores: Float64Array): Float64Array {
  checkNumbers(scores, "calibration score");
  for (let i = 1; i < scores.length; i++) if (scores[i] < scores[i - 1]) return sortedCopy(scores);
  return scores;
}

function checkNumbers(scores: Float64Array, what: string): void {
  for (let i = 0; i < scores.length; i++)
    if (Number.isNaN(scores[i])) throw new InputError("not-finite", `${what} ${i} is NaN and has no rank`, i);
}

/** @throws {InputError} `out-of-range` with the position of the first value outside [0, 1] */
export function checkPValues(pValues: ArrayLike<number>): void {
  for (let i = 0; i < pValues.length; i++)
    if (!(pValues[i] >= 0 && pValues[i] <= 1))
      throw new InputError("out-of-range", `p-value ${pValues[i]} at position ${i} is not in [0, 1]`, i);
}
