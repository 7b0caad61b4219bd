/** Cells add up integers: confidences and losses in units of 2⁻³². */
export const confidenceUnit: number = 2 ** 32;

/** Weights and their squares in units of 2⁻²⁰. */
export const weightUnit: number = 2 ** 20;

/** Milliseconds of the buckets of cells. */
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;
export const weekMs = 604_800_000;

/** Start of week 0, the Monday before 1970. */
export const mondayMs: number = -3 * dayMs;
