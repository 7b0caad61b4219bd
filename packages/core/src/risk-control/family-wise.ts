import { InputError } from "../errors.ts";
import { argsort } from "../kernels/argsort.ts";
import { checkFailure } from "./bounds/check.ts";

/**
 * How p-values of many hypotheses are judged together.
 *
 * - `bonferroni`: each against failure/m
 * - `holm`: the smallest against failure/m, the next against failure/(m - 1), … until one misses; always finds at least
 *   as many
 * - `fixed-sequence`: in the order given, each against the full failure until one misses
 */
export type FamilyWiseCorrection = "bonferroni" | "holm" | "fixed-sequence";

/** Choices of `familyWiseRejections`. */
export interface FamilyWiseOptions {
  /** Default `fixed-sequence`. */
  readonly correction?: FamilyWiseCorrection;
  /** Of `fixed-sequence`: sequences that start at equal distances and share the failure. Default 1. */
  readonly starts?: number;
}

/**
 * Which hypotheses are rejected such that with probability 1 - `failure` none of them is true.
 *
 * @param pValues m p-values in [0, 1]; for `fixed-sequence` in an order chosen without looking at the data
 * @param failure probability in (0, 1) of rejecting any true hypothesis, at most
 * @returns positions in ascending order
 * @throws {InputError} `out-of-range`, `unknown-option`
 *
 * Source: Holm (1979), Scandinavian Journal of Statistics 6; Angelopoulos, Bates, Candès, Jordan and Lei (2025), "Learn
 * then test", Annals of Applied Statistics 19, algorithm 1 for sequences with several starts.
 */
export function familyWiseRejections(
  pValues: Float64Array,
  failure: number,
  options: FamilyWiseOptions = {},
): Int32Array {
  const { correction = "fixed-sequence", starts = 1 } = options;
  const m = pValues.length;
  checkFailure(failure);
  for (let i = 0; i < m; i++)
    if (!(pValues[i] >= 0 && pValues[i] <= 1))
      throw new InputError("out-of-range", `p-value ${pValues[i]} at position ${i} is not in [0, 1]`, i);
  if (!(Number.isInteger(starts) && starts >= 1))
    throw new InputError("out-of-range", `starts must be an integer >= 1, got ${starts}`);
  if (correction === "bonferroni") return marked(pValues.map((p) => (p <= failure / m ? 1 : 0)));
  if (correction === "holm") return marked(holm(pValues, failure));
  if (correction !== "fixed-sequence")
    throw new InputError("unknown-option", `expected bonferroni, holm or fixed-sequence, got ${correction}`);
  return marked(sequences(pValues, failure, Math.min(starts, Math.max(1, m))));
}

function holm(pValues: Float64Array, failure: number): Float64Array {
  const m = pValues.length;
  const rejected = new Float64Array(m);
  const order = argsort(pValues);
  for (let i = 0; i < m && pValues[order[i]] <= failure / (m - i); i++) rejected[order[i]] = 1;
  return rejected;
}

function sequences(pValues: Float64Array, failure: number, starts: number): Float64Array {
  const m = pValues.length;
  const rejected = new Float64Array(m);
  for (let start = 0; start < starts; start++)
    for (let i = Math.floor((start * m) / starts); i < m && pValues[i] <= failure / starts; i++) rejected[i] = 1;
  return rejected;
}

function marked(rejected: Float64Array): Int32Array {
  const positions: number[] = [];
  for (let i = 0; i < rejected.length; i++) if (rejected[i] === 1) positions.push(i);
  return Int32Array.from(positions);
}
