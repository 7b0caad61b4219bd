/** The longest pause between two attempts in milliseconds, unless the server asks for a longer one. */
const longestMs = 30_000;
const firstMs = 100;

/**
 * How long to wait before the next attempt: anywhere below a bound that doubles with every attempt, and never earlier than
 * the server asked for.
 *
 * @param attempt how many attempts failed so far, ≥ 1
 * @param retryAfter the value of `Retry-After`, seconds or a date; null where there was none
 * @param random in [0, 1)
 * @param now milliseconds since 1970
 * @returns milliseconds
 *
 * Source: Brooker, "Exponential backoff and jitter" (2015), "full jitter"; RFC 9110, section 10.2.3.
 */
export function backOffMs(attempt: number, retryAfter: string | null, random: number, now: number): number {
  const jitter = random * Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 20));
  return askedMs(retryAfter, now) + jitter;
}

function askedMs(retryAfter: string | null, now: number): number {
  if (retryAfter === null) return 0;
  const seconds = /^\s*\d+\s*$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : 0;
}
