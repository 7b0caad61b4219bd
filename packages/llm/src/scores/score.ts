/** A raw confidence: what the evidence says before calibration. Missing evidence is null, never 1. */
export interface Score {
  /** In the range its function documents; null where the evidence does not determine it. */
  readonly value: number | null;
  /** Where unknown tokens or the unseen tail leave a range: the smallest and largest possible value. Null where not known. */
  readonly bounds: readonly [number, number] | null;
  /** Tokens (or samples) it rests on. */
  readonly n: number;
  /** Why `value` is null, as a sentence; null where it is not. */
  readonly reason: string | null;
}
