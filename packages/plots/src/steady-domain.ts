/** What an axis must make room for. */
export interface Extent {
  readonly value: number;
  /** Finite or not. */
  readonly lower: number;
  readonly upper: number;
  readonly flagged?: boolean;
}

/** An interval wider than this many times the median one does not stretch the axis. */
const WIDE = 4;

/**
 * Ends of an axis that shows all points whose interval is of usual width, and all flagged ones: one stretch with a handful of
 * outcomes does not flatten all others. Rounded outwards to whole ticks.
 *
 * @param points with infinite bounds where there are none
 * @param include numbers that must be inside, such as a line of reference
 * @returns two different finite ends, ascending
 */
export function steadyDomain(points: readonly Extent[], include: readonly number[] = []): [number, number] {
  const widths = points.map(({ lower, upper }) => upper - lower).filter((width) => width > 0 && width < Infinity);
  const median = widths.sort((a, b) => a - b)[Math.floor(widths.length / 2)] ?? Infinity;
  const steady = points.filter(({ lower, upper, flagged }) => flagged || upper - lower <= WIDE * median);
  let [low, high] = [Infinity, -Infinity];
  const see = (number: number): void => {
    if (!Number.isFinite(number)) return;
    low = Math.min(low, number);
    high = Math.max(high, number);
  };
  for (const number of include) see(number);
  for (const { value, lower, upper } of steady.length > 0 ? steady : points) {
    see(value);
    see(lower);
    see(upper);
  }
  if (!(low < Infinity)) return [0, 1];
  if (low === high) return [low - 0.5 * Math.max(1e-3, Math.abs(low)), high + 0.5 * Math.max(1e-3, Math.abs(high))];
  const step = tickStep((high - low) / 4);
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

/** The greatest of 1, 2 and 5 times a power of ten that is at most `least`. */
function tickStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = least / power;
  return power * (factor >= 5 ? 5 : factor >= 2 ? 2 : 1);
}
