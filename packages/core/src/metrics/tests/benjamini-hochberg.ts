import { InputError } from "../../errors.ts";

/**
 * p-values adjusted so that rejecting all that are ≤ q keeps the expected share of false rejections at most q.
 *
 * @param pValues m values in [0, 1], of tests that are independent or positively dependent
 * @returns m adjusted values in the same order, each ≥ its p-value and ≤ 1
 * @throws {InputError} `out-of-range` with the position of the first bad value
 *
 * Source: Benjamini and Hochberg (1995), "Controlling the false discovery rate", JRSS B 57.
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const m = pValues.length;
  for (let i = 0; i < m; i++)
    if (!(pValues[i] >= 0 && pValues[i] <= 1))
      throw new InputError("out-of-range", `p-value ${pValues[i]} at position ${i} is not in [0, 1]`, i);
  const order = Uint32Array.from({ length: m }, (_, i) => i).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Float64Array(m);
  let least = 1;
  for (let rank = m; rank >= 1; rank--) {
    const i = order[rank - 1];
    least = Math.min(least, Math.max(pValues[i], (pValues[i] * m) / rank));
    adjusted[i] = least;
  }
  return adjusted;
}
