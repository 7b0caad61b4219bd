/**
 * Receives what was found about a block of rows: the first row, how many there are, and their fields one row after the
 * other. The array is used again for the next block.
 */
export type ReadRows = (start: number, rows: number, fields: Float64Array) => void;

/** How many powers of the distances are summed: enough for a Newton step, or for a series of the gradient. */
export type Powers = 2 | 5;

/** Fields of a row for the temperature: top, rest = Σ s_j - 1, then Σ s_j (z_j - top)^k for every power k. */
export const temperatureFields = (powers: Powers): number => 2 + powers;

/** Fields of a row for an overview: the largest, the smallest, and the sum, which is not finite where an entry is not. */
export const SUMMARY_FIELDS = 3;
