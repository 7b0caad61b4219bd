const HOUR = 3_600_000;

/** Whether predictions before a moment are old enough for all their outcomes to be in. Without a horizon, all are. */
export function isMature(end: number, now: number, maturityHours: number): boolean {
  return maturityHours === 0 || end + maturityHours * HOUR <= now;
}

/**
 * The moment before which predictions are old enough, rounded down to a whole bucket; Infinity without a horizon.
 *
 * @param bucketMs length of the buckets that are read
 */
export function matureBefore(now: number, maturityHours: number, bucketMs: number): number {
  return maturityHours === 0 ? Infinity : Math.floor((now - maturityHours * HOUR) / bucketMs) * bucketMs;
}
