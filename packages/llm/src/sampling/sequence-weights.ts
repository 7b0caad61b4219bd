import { InputError } from "@candor/core";
import type { Partition } from "./partition.ts";

/** What is known of how probable each answer was. */
export interface WeightOptions {
  /** Natural logarithm of each answer's probability (sum over its tokens), ≤ 0; null where unknown. One per answer. */
  readonly logprobs?: readonly (number | null)[];
  /** Number of tokens of each answer, ≥ 1; null where unknown. One per answer. */
  readonly tokens?: readonly (number | null)[];
  /**
   * Whether an answer that was drawn several times in the same words counts once or each time. Its probability is a mass, which
   * exists once (default); the published programs add it each time.
   */
  readonly duplicates?: "once" | "each";
}

/** Checks one log-probability. */
export function checkLogprob(value: number | null, index: number): number | null {
  if (value === null) return null;
  if (Number.isNaN(value) || value > 0 || value === -Infinity)
    throw new InputError(
      "out-of-range",
      `a log-probability must be finite and ≤ 0, got ${value} at answer ${index}`,
      index,
    );
  return value;
}

/** Checks one number of tokens. */
export function checkTokens(value: number | null, index: number): number | null {
  if (value === null) return null;
  if (!(Number.isInteger(value) && value >= 1))
    throw new InputError(
      "out-of-range",
      `a number of tokens must be an integer ≥ 1, got ${value} at answer ${index}`,
      index,
    );
  return value;
}

/** Probabilities of the groups, by two definitions; null where they cannot be had, `reason` says why. */
export interface ClusterWeights {
  readonly sequence: readonly number[] | null;
  readonly lengthNormalised: readonly number[] | null;
  readonly unseenMass: number | null;
  readonly reason: string;
}

/** Sums exp(logs) per group, scaled to 1, without underflow. */
function sharesOf(
  partition: Partition,
  logs: readonly (number | null)[],
  counted: readonly boolean[],
): number[] | null {
  const known = logs.filter((value) => value !== null);
  if (known.length < logs.length || known.length === 0) return null;
  const top = known.reduce((a, b) => Math.max(a, b), -Infinity);
  const sums = partition.clusters.map((members) => {
    let sum = 0;
    for (const i of members) if (counted[i] === true) sum += Math.exp((logs[i] ?? 0) - top);
    return sum;
  });
  const total = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => sum / total);
}

/** The probability of each group from the probabilities of its answers. */
export function clusterWeights(partition: Partition, options: WeightOptions): ClusterWeights {
  const n = partition.clusterOf.length;
  const { duplicates = "once" } = options;
  for (const [name, given] of [["logprobs", options.logprobs] as const, ["tokens", options.tokens] as const])
    if (given !== undefined && given.length !== n)
      throw new InputError("shape-mismatch", `there are ${n} answers but ${given.length} ${name}`);
  const logprobs = Array.from({ length: n }, (_, i) => checkLogprob(options.logprobs?.[i] ?? null, i));
  const tokens = Array.from({ length: n }, (_, i) => checkTokens(options.tokens?.[i] ?? null, i));
  const counted = partition.firstWithText.map((first, i) => duplicates === "each" || first === i);
  const perToken = logprobs.map((value, i) => {
    const count = tokens[i] ?? null;
    return value === null || count === null ? null : value / count;
  });
  const unknown = logprobs.filter((value) => value === null).length;
  const reason =
    unknown > 0
      ? `${unknown} of ${n} answers have no log-probability.`
      : "The number of tokens of an answer is unknown.";
  let seen = 0;
  logprobs.forEach((value, i) => {
    if (partition.firstWithText[i] === i) seen += Math.exp(value ?? 0);
  });
  return {
    sequence: sharesOf(partition, logprobs, counted),
    lengthNormalised: sharesOf(partition, perToken, counted),
    unseenMass: unknown > 0 || n === 0 || seen > 1 ? null : 1 - seen,
    reason,
  };
}
