import { clopperPearson, type Interval, wilson } from "../intervals/proportion.ts";

/** Sums over rows of which a share is asked, and over those of them that are hits. */
export interface ShareSums {
  /** Σw of all, > 0, and of the hits. */
  readonly total: number;
  readonly part: number;
  /** Σw² of all, and of the hits. */
  readonly squares: number;
  readonly partSquares: number;
}

/** A share with its interval and the effective number of rows that it rests on. */
export interface Share extends Interval {
  readonly value: number;
  readonly effectiveN: number;
  readonly interval: "exact" | "asymptotic";
}

/**
 * A share of rows.
 *
 * @param isCounted true where every row weighs 1, so that sums are counts
 * @returns Clopper–Pearson for counts; under weights Wilson at the n at which a share would vary as much
 */
export function shareOfSums(
  { total, part, squares, partSquares }: ShareSums,
  isCounted: boolean,
  level: number,
): Share {
  const hits = Math.min(total, part);
  const value = hits / total;
  if (isCounted) return { value, ...clopperPearson(hits, total, level), effectiveN: total, interval: "exact" };
  const variance = (partSquares * (1 - 2 * value) + value * value * squares) / (total * total);
  const kish = (total * total) / squares;
  const effective = value > 0 && value < 1 && variance > 0 ? (value * (1 - value)) / variance : kish;
  return {
    value,
    ...wilson(Math.min(1, value), effective, level),
    effectiveN: kish,
    interval: "asymptotic",
  };
}
