import { InputError } from "../errors.ts";
import type { Objective } from "./policy.ts";
import { allOf, type RankedRows } from "./ranked-rows.ts";

/** Objectives whose threshold is found on outcomes. */
export type TargetObjective = Extract<Objective, { kind: "precision" | "recall" | "coverage" | "f-beta" }>;

/** The threshold that a target asks for. */
export interface TunedThreshold {
  /** Act from here; null where no threshold reaches the target. */
  readonly threshold: number | null;
  /** Of the quantity that the target names: at the threshold, or the best of all thresholds where none reaches it. */
  readonly attained: number;
}

/** Whether an objective is reached by choosing a threshold on outcomes. */
export function isTarget(objective: Objective): objective is TargetObjective {
  return ["precision", "recall", "coverage", "f-beta"].includes(objective.kind);
}

/** @throws {InputError} `out-of-range` */
export function checkTarget(objective: TargetObjective): void {
  if ("beta" in objective) {
    if (!(objective.beta > 0 && objective.beta < Infinity))
      throw new InputError("out-of-range", `beta must be a number > 0, got ${objective.beta}`);
  } else if (!(objective.target > 0 && objective.target <= 1))
    throw new InputError("out-of-range", `the target of ${objective.kind} must be in (0, 1], got ${objective.target}`);
}

/** The group that maximises `value` among those for which `isAllowed`; the first of equals. */
function best(count: number, isAllowed: (g: number) => boolean, value: (g: number) => number): number {
  let chosen = -1;
  let highest = -Infinity;
  for (let g = 0; g < count; g++) {
    if (!isAllowed(g)) continue;
    const x = value(g);
    if (x > highest) {
      highest = x;
      chosen = g;
    }
  }
  return chosen;
}

/**
 * The threshold that reaches a target on ranked rows; equal scores are never parted.
 *
 * - `precision`: the largest recall among thresholds of at least this share right; of equals the most precise
 * - `recall`: the largest precision among thresholds that act on at least this share of the positives
 * - `coverage`: the highest that acts on at least this share of the rows, whatever their outcomes
 * - `f-beta`: the largest (1 + β²)·precision·recall/(β²·precision + recall)
 *
 * Of equally good thresholds the highest, which acts on the fewest rows.
 *
 * @param ranked at least one group
 * @throws {InputError} `one-class` for recall and F-beta where no row is positive
 *
 * Source: F-beta: van Rijsbergen (1979), "Information Retrieval", ch. 7.
 */
export function tuneThreshold(ranked: RankedRows, objective: TargetObjective): TunedThreshold {
  const { count, scores, mass, right, totalRight, slack } = ranked;
  const precision = (g: number): number => right[g] / mass[g];
  if (objective.kind === "precision") {
    const chosen = best(
      count,
      (g) => precision(g) >= objective.target * slack,
      (g) => right[g],
    );
    if (chosen >= 0) return { threshold: scores[chosen], attained: precision(chosen) };
    const nearest = best(count, () => true, precision);
    return { threshold: null, attained: precision(nearest) };
  }
  if (objective.kind === "coverage") {
    let chosen = 0;
    const all = allOf(ranked);
    while (chosen < count - 1 && mass[chosen] / all < objective.target * slack) chosen++;
    const attained = mass[chosen] / all;
    return { threshold: ranked.outside && attained < objective.target * slack ? null : scores[chosen], attained };
  }
  if (totalRight === 0)
    throw new InputError("one-class", `${objective.kind} is of the positive rows, and none of these rows is positive`);
  if (!("beta" in objective)) {
    const chosen = best(count, (g) => right[g] / totalRight >= objective.target * slack, precision);
    return { threshold: scores[chosen], attained: right[chosen] / totalRight };
  }
  const share = 1 / (1 + objective.beta ** -2);
  const score = (g: number): number => right[g] / (share * totalRight + (1 - share) * mass[g]);
  const chosen = best(count, () => true, score);
  return { threshold: scores[chosen], attained: score(chosen) };
}
