/** Variance, in rows, below which a sample has seen so few events that the normal approximation says too little. */
export const FEW_EVENTS = 3.5;

/**
 * Largest share of rows of a kind of which not one was seen.
 *
 * @param rows rows seen (effective), > 0
 * @param tail probability of seeing none although the share is larger, in (0, 1)
 * @returns 1 − tail^(1/rows): 3.7/rows at a tail of 0.025
 *
 * Source: Clopper & Pearson (1934), no success; Hanley & Lippman-Hand (1983), JAMA 249, "If nothing goes wrong, is
 * everything all right?".
 */
export function unseenShare(rows: number, tail: number): number {
  return -Math.expm1(Math.log(tail) / rows);
}
