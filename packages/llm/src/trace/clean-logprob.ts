import type { TraceFlag } from "./trace.ts";

/** At or below this a number is a placeholder: −9999 and its kin. The rarest real token is far above. */
const sentinelBelow = -9000;

/** Positive values up to this are rounding of 0; larger ones are placeholders. */
const roundingAbove = 1e-3;

/** Whether a value is a log-probability as it stands: `cleanLogprob` would return it without a flag. −0 is not. */
export function isPlainLogprob(value: unknown): value is number {
  return typeof value === "number" && value <= 0 && value > sentinelBelow && (value < 0 || !Object.is(value, -0));
}

/**
 * The natural logarithm that a provider's number means, finite and ≤ 0, or null where it means none.
 *
 * @param value whatever stood in the place of a log-probability
 * @param flags gets `sentinel-logprobs` and `positive-logprobs`
 */
export function cleanLogprob(value: unknown, flags: Set<TraceFlag>): number | null {
  if (typeof value === "number") {
    if (value <= 0) {
      // −0 + 0 is 0.
      if (value > sentinelBelow) return value + 0;
      flags.add("sentinel-logprobs");
    } else if (value > 0) {
      flags.add("positive-logprobs");
      if (value <= roundingAbove) return 0;
    }
  } else if (typeof value === "string" && /^-inf(inity)?$/i.test(value)) {
    flags.add("sentinel-logprobs");
  }
  return null;
}
