import type { Stretch } from "./stretch.ts";

/** Where times lie in a picture over time. All of the same width and window are aligned. */
export interface TimeFrame {
  /** Ends of the window, milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Pixels of both ends at scale 1. */
  readonly left: number;
  readonly right: number;
  readonly positionOf: (time: number) => number;
  readonly timeOf: (position: number) => number;
}

/** Pixels left and right of the plotted area of every picture over time. */
export const timeMargins: { readonly left: number; readonly right: number } = { left: 46, right: 20 };

const DAY = 86_400_000;

/**
 * Where times lie in a picture of this width.
 *
 * @param width pixels at scale 1
 * @param window what is shown; an end left out is that of the stretches
 * @param stretches what there is to show
 */
export function timeFrame(
  width: number,
  window: { readonly from?: number | undefined; readonly to?: number | undefined },
  stretches: readonly Stretch[] = [],
): TimeFrame {
  let [first, last] = [Infinity, -Infinity];
  for (const { start, end } of stretches) {
    first = Math.min(first, start);
    last = Math.max(last, end);
  }
  const from = window.from ?? (first < Infinity ? first : (window.to ?? DAY) - DAY);
  const end = window.to ?? (last > -Infinity ? last : from + DAY);
  const to = end > from ? end : from + DAY;
  const [left, right] = [timeMargins.left, Math.max(timeMargins.left + 1, width - timeMargins.right)];
  const perMs = (right - left) / (to - from);
  return {
    from,
    to,
    left,
    right,
    positionOf: (time) => left + (time - from) * perMs,
    timeOf: (position) => from + (position - left) / perMs,
  };
}
