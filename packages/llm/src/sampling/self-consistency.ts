import { clopperPearson, InputError, type Interval, regularizedBeta } from "@candor/core";
import type { Score } from "../scores/score.ts";
import { noScore, scoreOf } from "./no-score.ts";
import { modalCluster, type Partition } from "./partition.ts";

/** Agreement among several answers to one question. */
export interface SelfConsistency {
  /** Share of the other answers that agree, in [0, 1]; null for fewer than two answers. */
  readonly score: Score;
  /**
   * Where `answer` was given: exact interval of the probability that a new answer agrees with it. Otherwise: interval of the
   * probability of the likeliest answer, corrected for having been chosen by the same answers. Null where the score is.
   */
  readonly interval: Interval | null;
  readonly level: number;
  /** Other answers that agree, of `others`. */
  readonly agree: number;
  readonly others: number;
  /** The group that is scored; null of no answers. */
  readonly cluster: number | null;
  /** True where another group is as large as the scored one. */
  readonly isTied: boolean;
}

/** Options of `selfConsistency`. */
export interface SelfConsistencyOptions {
  /** Index of the answer to score among those that were clustered. Default: the most frequent answer. */
  readonly answer?: number;
  /** Two-sided, in (0, 1). Default 0.95. */
  readonly level?: number;
}

const STEPS = 200;

/**
 * Lower end for the largest probability of a multinomial of any number of cells when its largest count is `count` of `n`.
 *
 * The chance that a cell of probability p reaches the count is T(p); the sum over cells of probabilities ≤ P is at most T(P)/P,
 * since T(p)/p rises up to the mode of its density. So the end at which T(P)/P equals `failure` is too high at most that often.
 */
function largestLower(count: number, n: number, failure: number): number {
  if (count < 2) return 0;
  let [low, high] = [0, (count - 1) / (n - 1)];
  if (regularizedBeta(high, count, n - count + 1) / high <= failure) return high;
  for (let i = 0; i < STEPS && low < high; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (regularizedBeta(middle, count, n - count + 1) / middle > failure) high = middle;
    else low = middle;
  }
  return low;
}

/** Interval of the probability of the likeliest answer, from the count of the most frequent one of `n` ≥ 2. */
export function likeliestInterval(count: number, n: number, level: number): Interval {
  return { lower: largestLower(count, n, (1 - level) / 2), upper: clopperPearson(count, n, level).upper };
}

/**
 * How far several answers agree: the share of the others that agree with one of them.
 *
 * The answer itself is not counted as agreeing with itself, whether it was sampled or comes first from a greedy call: of n
 * answers there are n − 1 others. The score is of agreement, not of being right: calibrate it.
 *
 * @throws {InputError} `out-of-range` for an `answer` that is no index, or a level
 *
 * Source: Cole et al. (2023), "Selectively answering ambiguous questions" (repetition); Clopper & Pearson (1934).
 */
export function selfConsistency(partition: Partition, options: SelfConsistencyOptions = {}): SelfConsistency {
  const { answer, level = 0.95 } = options;
  const n = partition.clusterOf.length;
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  const cluster = answer === undefined ? modalCluster(partition) : (partition.clusterOf[answer] ?? null);
  if (answer !== undefined && cluster === null)
    throw new InputError("out-of-range", `answer must be an index below ${n}, got ${answer}`);
  const size = cluster === null ? 0 : (partition.clusters[cluster]?.length ?? 0);
  const isTied = partition.clusters.some((members, i) => i !== cluster && members.length === size);
  const [agree, others] = [Math.max(0, size - 1), Math.max(0, n - 1)];
  if (others === 0) {
    const reason = n === 0 ? "There are no answers." : "One answer alone cannot agree with others.";
    return { score: noScore(n, reason), interval: null, level, agree, others, cluster, isTied };
  }
  const interval = answer === undefined ? likeliestInterval(size, n, level) : clopperPearson(agree, others, level);
  return { score: scoreOf(agree / others, n), interval, level, agree, others, cluster, isTied };
}
