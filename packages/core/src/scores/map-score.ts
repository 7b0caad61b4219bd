import { InputError } from "../errors.ts";
import type { ScoreMap } from "./score-family.ts";

/**
 * Scores as numbers in [0, 1], by a fixed strictly increasing map: the ranking stays, and so does everything that rests on
 * it. The result is no probability where the score was none.
 *
 * @param scores n finite values in the range of the score
 * @param map `identity` for [0, 1]; `entropy` for [−ln K, 0]: 1 + x/ln K; `below-zero` for (−∞, 0]: 1/(1 − x);
 *   `real` for any: (1 + x/(1 + |x|))/2
 * @param classes K, for `entropy`
 * @returns n values in [0, 1]
 * @throws {InputError} `not-finite`, `out-of-range` with the row
 *
 * Accuracy: of `real`, scores up to 1000 that differ by 1e-9 stay apart. The logistic function would be 1 in double precision
 * from 37 on, and energies of that size are common: their ranking would be lost.
 */
export function mapScore(scores: Float64Array, map: ScoreMap, classes = 2): Float64Array {
  const mapped = new Float64Array(scores.length);
  const most = Math.log(Math.max(2, classes));
  for (let i = 0; i < scores.length; i++) {
    const x = scores[i];
    if (!Number.isFinite(x)) throw new InputError("not-finite", `score ${x} at row ${i} is not a finite number`, i);
    if (map === "real") mapped[i] = x < 0 ? 0.5 / (1 - x) : 1 - 0.5 / (1 + x);
    else if (map === "below-zero") {
      if (x > 0) throw outside(x, i, "0 or less");
      mapped[i] = 1 / (1 - x);
    } else {
      const y = map === "entropy" ? 1 + x / most : x;
      if (!(y >= -1e-3 && y <= 1)) throw outside(x, i, map === "entropy" ? `in [${-most}, 0]` : "in [0, 1]");
      mapped[i] = Math.max(0, y);
    }
  }
  return mapped;
}

function outside(value: number, row: number, expected: string): InputError {
  return new InputError("out-of-range", `the score at row ${row} must be ${expected}, got ${value}`, row);
}
