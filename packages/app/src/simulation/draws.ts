import type { Random } from "@candor/core";
import { dayMs, hourMs } from "./truth.ts";

/** A value and how often it is drawn; the shares of a list sum to 1. */
export interface Share<T> {
  readonly value: T;
  readonly share: number;
}

/** One of the values, each as often as its share says. */
export function drawFrom<T>(random: Random, list: readonly [Share<T>, ...Share<T>[]]): T {
  let rest = random.uniform();
  let drawn = list[0].value;
  for (const { value, share } of list) {
    drawn = value;
    rest -= share;
    if (rest < 0) break;
  }
  return drawn;
}

/** A number between two others, every one equally likely. */
export function drawBetween(random: Random, [from, to]: readonly [number, number]): number {
  return from + (to - from) * random.uniform();
}

/** Probability of log-odds. */
export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/**
 * How many arrive, a draw from a Poisson distribution.
 *
 * @param mean expected number, small enough to count up to it
 *
 * Source: Knuth (1969), "Seminumerical algorithms", section 3.4.1.
 */
export function drawCount(random: Random, mean: number): number {
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > end; product *= random.uniform()) count++;
  return count;
}

/** How much of a day's traffic comes in an hour: most at `peak` o'clock, little at night; less on weekends. */
export interface Rhythm {
  readonly peak: number;
  /** Traffic of a Saturday or Sunday for every one of a working day. */
  readonly weekend: number;
}

/**
 * The times of all arrivals, ascending: by day and night, on working days and weekends.
 *
 * @param start first midnight, milliseconds since 1970 (UTC)
 * @param perDay how many come on an average day of a week
 */
export function drawArrivals(
  random: Random,
  { start, days, perDay, rhythm }: { start: number; days: number; perDay: number; rhythm: Rhythm },
): number[] {
  const workday = (7 * perDay) / (5 + 2 * rhythm.weekend);
  const times: number[] = [];
  for (let hour = 0; hour < days * 24; hour++) {
    const from = start + hour * hourMs;
    const weekday = (Math.floor(from / dayMs) + 4) % 7;
    const isWeekend = weekday === 0 || weekday === 6;
    const ofDay = (1 + 0.8 * Math.cos((2 * Math.PI * ((hour % 24) - rhythm.peak)) / 24)) / 24;
    const count = drawCount(random, workday * (isWeekend ? rhythm.weekend : 1) * ofDay);
    const within = Array.from({ length: count }, () => from + random.integer(hourMs));
    times.push(...within.sort((a, b) => a - b));
  }
  return times;
}
