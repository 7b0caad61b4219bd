import type { StepMap } from "../binary-map.ts";

/**
 * The step map with the fewest knots that has the given values: knots at which nothing changes are left out.
 *
 * @param x m strictly ascending knots
 * @param at m values, at the knots
 * @param between m + 1 values, below, between and above the knots
 */
export function stepMap(x: ArrayLike<number>, at: ArrayLike<number>, between: ArrayLike<number>): StepMap {
  const knots: number[] = [];
  const atKnots: number[] = [];
  const gaps: number[] = [between[0]];
  for (let i = 0; i < x.length; i++) {
    if (at[i] === between[i] && at[i] === between[i + 1]) continue;
    knots.push(x[i]);
    atKnots.push(at[i]);
    gaps.push(between[i + 1]);
  }
  return { kind: "step", x: knots, at: atKnots, between: gaps };
}
