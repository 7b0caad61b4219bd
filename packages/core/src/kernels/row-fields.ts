/**
 * Receives what was found about a block of rows: the first row, how many there are, and their fields one row after the
 * other. The array is used again for the next block.
 */
export type ReadRows = (start: number, rows: number, fields: Float64Array) => void;

/** Fields of a row for the temperature: top, rest = Σ s_j - 1, first = Σ s_j (z_j - top), second = Σ s_j (z_j - top)². */
export const TEMPERATURE_FIELDS = 4;

/** Fields of a row for an overview: the largest, the smallest, and the sum, which is not finite where an entry is not. */
export const SUMMARY_FIELDS = 3;
