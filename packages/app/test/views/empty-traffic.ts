import type { TrafficMoment } from "../../src/store/event-store.ts";

/** Sums of no predictions, by group. */
export function emptyTraffic(size: number): Record<TrafficMoment, Float64Array> {
  const zeros = (): Float64Array => new Float64Array(size);
  return {
    predictions: zeros(),
    sumConfidence: zeros(),
    act: zeros(),
    review: zeros(),
    abstain: zeros(),
    uncertified: zeros(),
  };
}
