import { type DoubleDouble, divide, pair, twoSum } from "./double-double.ts";
import { betaTails, betaTerm } from "./incomplete-beta.ts";

/** x and 1 - x where x/(1 - x) is the given number. */
export function shares(odds: number): { x: DoubleDouble; y: DoubleDouble } {
  if (odds > 1) {
    const { x, y } = shares(1 / odds);
    return { x: y, y: x };
  }
  const total = twoSum(1, odds);
  return { x: divide(pair(odds), total), y: divide(pair(1), total) };
}

/** Odds to start from: those of a beta variable whose log odds were normal, z standard deviations from their mean. */
export function normalOdds(a: number, b: number, z: number): number {
  const spread = Math.sqrt((1 + 1 / a) / a + (1 + 1 / b) / b);
  return Math.exp(meanLog(a) - meanLog(b) + spread * z);
}

/** Rough mean of the logarithm of a gamma variable of shape a. */
function meanLog(a: number): number {
  return Math.log(a + 1) - 1 / (2 * a + 2) - 1 / a;
}

/**
 * The odds x/(1 - x) at which the lower tail I_x(a, b), or the upper one, equals the goal. Newton's method on the logarithm
 * of the tail as a function of the logarithm of the odds: concave, because the density of the log odds is log-concave, so
 * the steps close in from one side from any start.
 *
 * @param goal in (0, 1), best at most ½
 * @param start odds ≥ 0; the nearer, the fewer steps
 * @returns 0 or Infinity where the odds leave the range of a double
 */
export function betaOdds(a: number, b: number, side: "lower" | "upper", goal: number, start: number): number {
  let odds = Math.max(1e-300, Math.min(1e300, start));
  let inside = Math.max(1e-300, Math.min(1e300, normalOdds(a, b, 0)));
  let previous = Infinity;
  for (let iteration = 0; iteration < 200; iteration++) {
    const { x, y } = shares(odds);
    const tail = betaTails(a, b, x, y)[side];
    const slope = betaTerm(a, b, x, y) / tail;
    if (tail === 0 || slope === 0) {
      odds = Math.sqrt(odds) * Math.sqrt(inside);
      continue;
    }
    inside = odds;
    const miss = Math.abs(tail - goal) < 0.5 * goal ? Math.log1p((tail - goal) / goal) : Math.log(tail / goal);
    const step = side === "lower" ? -miss / slope : miss / slope;
    const size = Math.abs(step);
    odds *= Math.exp(Math.max(-700, Math.min(700, step)));
    if (odds === 0 || odds === Infinity) return odds;
    const noise = Math.max(1e-6, 2e-323 / odds);
    if (size < 1e-10 || (size < noise && size >= previous / 2)) return odds;
    previous = size;
  }
  throw new Error(`the inverse of I_x(${a}, ${b}) did not converge at ${goal} of the ${side} tail`);
}
