/** What became of a request that asked for a token. */
export interface Allowance {
  readonly isAllowed: boolean;
  /** Whole tokens left. */
  readonly remaining: number;
  /** Until there is a token again; 0 where there is one. */
  readonly waitSeconds: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const keptBuckets = 10_000;

/**
 * Hands out tokens per name: at most `burst` at once, and `perSecond` on average.
 *
 * @param clock milliseconds, monotonic
 * @returns takes a token for a name. Of more than ten thousand names the one not asked for longest is forgotten.
 */
export function openTokenBuckets(perSecond: number, burst: number, clock: () => number): (name: string) => Allowance {
  const buckets = new Map<string, Bucket>();
  return (name) => {
    const now = clock();
    const bucket = buckets.get(name) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    buckets.delete(name);
    buckets.set(name, bucket);
    if (buckets.size > keptBuckets) for (const oldest of buckets.keys()) if (buckets.delete(oldest)) break;
    const isAllowed = bucket.tokens >= 1;
    if (isAllowed) bucket.tokens--;
    return {
      isAllowed,
      remaining: Math.floor(bucket.tokens),
      waitSeconds: bucket.tokens >= 1 ? 0 : (1 - bucket.tokens) / perSecond,
    };
  };
}
