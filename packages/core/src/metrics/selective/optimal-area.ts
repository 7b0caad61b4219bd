import { InputError } from "../../errors.ts";
import type { CheckedSample } from "../../intervals/sample.ts";
import { type AurcConvention, groupArea } from "./aurc.ts";
import { linearArea } from "./aurc-areas.ts";
import { type Correctness, optimalGroups } from "./selective-rows.ts";

/** Conventions in which an excess over the optimum is defined. */
export type ExcessConvention = Exclude<AurcConvention, "torch-uncertainty">;

/**
 * The least area that any order of these rows could reach.
 *
 * - `prefix-mean`, `expected-ties`: the optimum of the same n rows, so that no order falls below it
 * - `fd-shifts`: e + (1 − e)·ln(1 − e) for 0/1 correctness of error rate e, the limit of many rows; the trapezoids of
 *   `aurc` can fall below it
 * - `fd-shifts-nonlinear`: the same number, which that convention never falls below
 *
 * @throws {InputError} `incompatible` for weights with graded correctness under `prefix-mean`
 */
export function optimalArea(correct: Correctness, sample: CheckedSample, convention: ExcessConvention): number {
  const groups = optimalGroups(correct, sample);
  const graded = correct instanceof Float64Array;
  if (convention === "prefix-mean" && sample.weights) {
    if (graded)
      throw new InputError("incompatible", "the least weighted prefix mean is only known for 0/1 correctness");
    return lightestFirst(correct, sample.weights);
  }
  if (convention === "prefix-mean") return groupArea(groups, sample, "expected-ties");
  if (convention === "fd-shifts") {
    if (!graded) return groupArea(groups, sample, "fd-shifts-nonlinear");
    return linearArea(singleRows(correct, sample));
  }
  return groupArea(groups, sample, convention);
}

/** Correct rows first, then errors by ascending weight: the order of least prefix mean (by exchange of neighbours). */
function lightestFirst(correct: Correctness, weights: Float64Array): number {
  let mass = 0;
  const errors: number[] = [];
  for (let i = 0; i < weights.length; i++)
    if (correct[i] === 1) mass += weights[i];
    else errors.push(weights[i]);
  let loss = 0;
  let area = 0;
  for (const w of Float64Array.from(errors).sort()) {
    mass += w;
    loss += w;
    if (mass > 0) area += (w * loss) / mass;
  }
  return area / mass;
}

/** Rows in ascending order of loss, each a group of its own. */
function singleRows(correct: Float64Array, { weights, rows }: CheckedSample): Parameters<typeof linearArea>[0] {
  const order = Array.from({ length: rows }, (_, i) => i)
    .filter((i) => !weights || weights[i] > 0)
    .sort((a, b) => correct[b] - correct[a]);
  const mass = Float64Array.from(order, (i) => (weights ? weights[i] : 1));
  const hits = Float64Array.from(order, (i, k) => (1 - correct[i]) * mass[k]);
  const totalMass = mass.reduce((sum, w) => sum + w, 0);
  return { ...EMPTY, count: order.length, mass, hits, totalMass };
}

const NONE = new Float64Array(0);
const EMPTY = { rows: new Uint32Array(0), squares: NONE, squaredHits: NONE, squaredHits2: NONE, totalHits: 0 };
