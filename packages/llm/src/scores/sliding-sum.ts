/** The sum of the last few values of a stream. */
export interface SlidingSum {
  /** Takes a value in, and lets the oldest go once there are more than `window`. */
  push(value: number): void;
  /** Sum of the values inside. */
  total(): number;
  /** How many there are. */
  size(): number;
}

/**
 * A sliding sum that never subtracts, so that no rounding error stays behind, however long the stream.
 *
 * @param window values inside, an integer ≥ 1
 * @returns O(1) per value: every `window` values the sums of the ends of the last block are written down once
 *
 * Accuracy: at most `window` additions make a total, so its relative error is below window · 2⁻⁵³ for values of one sign.
 */
export function createSlidingSum(window: number): SlidingSum {
  const block = new Float64Array(window);
  const ends = new Float64Array(window + 1);
  let inBlock = 0;
  let sum = 0;
  let full = false;
  return {
    push(value) {
      block[inBlock++] = value;
      sum += value;
      if (inBlock < window) return;
      for (let i = window - 1; i >= 0; i--) ends[i] = block[i]! + ends[i + 1]!;
      inBlock = 0;
      sum = 0;
      full = true;
    },
    total: () => (full ? ends[inBlock]! + sum : sum),
    size: () => (full ? window : inBlock),
  };
}
