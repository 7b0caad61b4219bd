import { clopperPearson, InputError, type Interval } from "@candor/core";
import type { Score } from "../scores/score.ts";
import { noScore, scoreOf } from "./no-score.ts";
import { modalCluster, type Partition } from "./partition.ts";
import { likeliestInterval } from "./self-consistency.ts";
import { clusterWeights, type WeightOptions } from "./sequence-weights.ts";

/** How much the meanings of several answers differ, in nats: 0 where all agree. Lower is surer. */
export interface SemanticEntropy {
  /** From the counts alone (the plug-in estimate), in [0, ln n]; biased low in small samples. */
  readonly discrete: Score;
  /** The plug-in plus (groups − 1)/2n: less biased, may exceed ln n. */
  readonly millerMadow: Score;
  /** Corrected for meanings that were not drawn yet, from the answers that came once. */
  readonly chaoShen: Score;
  /** Of the plug-in, to first order; 0 says nothing where all groups are alike. Null for fewer than two answers. */
  readonly standardError: number | null;
  /** Bounds of the entropy itself at `level`, from the probability of the likeliest meaning; upper null: unbounded. */
  readonly interval: { readonly lower: number; readonly upper: number | null } | null;
  readonly level: number;
  /** From the probabilities of the sequences, summed per meaning and normalised; null where any is unknown. */
  readonly weighted: Score;
  /** The same with the geometric mean of the token probabilities. */
  readonly lengthNormalised: Score;
  /** Probability of all sequences that were not drawn; null where a sequence's is unknown. */
  readonly unseenMass: number | null;
  /** 1 − discrete / ln n, in [0, 1]: 1 where all agree, 0 where none do. Higher is surer. */
  readonly confidence: Score;
}

/** Options of `semanticEntropy`. */
export interface SemanticEntropyOptions extends WeightOptions {
  /** Two-sided, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** How many meanings there can be (4 for A–D): bounds the entropy from above. An integer ≥ the number of groups. */
  readonly meanings?: number;
}

function entropy(probabilities: readonly number[]): number {
  let sum = 0;
  for (const p of probabilities) if (p > 0) sum -= p * Math.log(p);
  return Math.max(0, sum);
}

function chaoShen(counts: readonly number[], n: number): number {
  const singles = counts.filter((count) => count === 1).length;
  const coverage = 1 - Math.min(singles, n - 1) / n;
  let sum = 0;
  for (const count of counts) {
    const p = (coverage * count) / n;
    sum -= (p * Math.log(p)) / -Math.expm1(n * Math.log1p(-p));
  }
  return Math.max(0, sum);
}

/** The least and the most entropy that a distribution whose largest probability lies in the interval can have. */
function entropyBounds({ lower, upper }: Interval, meanings: number | undefined): SemanticEntropy["interval"] {
  const whole = Math.floor(1 / upper);
  const least = entropy([...Array.from({ length: whole }, () => upper), Math.max(0, 1 - whole * upper)]);
  if (meanings === undefined) return { lower: least, upper: null };
  const top = Math.max(lower, 1 / meanings);
  const most = meanings === 1 ? 0 : entropy([top, 1 - top]) + (1 - top) * Math.log(meanings - 1);
  return { lower: least, upper: Math.min(most, Math.log(meanings)) };
}

/**
 * Semantic entropy: the uncertainty about the meaning of an answer, from several answers grouped by meaning.
 *
 * @throws {InputError} `out-of-range` for a level, for `meanings` below the number of groups, for a log-probability above 0 or a
 * token count below 1; `shape-mismatch` where `logprobs` or `tokens` are not one per answer
 *
 * Source: Farquhar, Kossen, Kuhn & Gal (2024), Nature 630 (discrete, and with sequence probabilities); Miller (1955); Chao & Shen
 * (2003), Environmental and Ecological Statistics 10; Basharin (1959) for the standard error.
 */
export function semanticEntropy(partition: Partition, options: SemanticEntropyOptions = {}): SemanticEntropy {
  const { level = 0.95, meanings } = options;
  const n = partition.clusterOf.length;
  const counts = partition.clusters.map((members) => members.length);
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  if (meanings !== undefined && !(Number.isInteger(meanings) && meanings >= Math.max(1, counts.length)))
    throw new InputError("out-of-range", `meanings must be an integer ≥ ${counts.length} groups, got ${meanings}`);
  const weights = clusterWeights(partition, options);
  if (n < 2) {
    const none = noScore(n, n === 0 ? "There are no answers." : "One answer alone has no spread of meanings.");
    return {
      discrete: none,
      millerMadow: none,
      chaoShen: none,
      standardError: null,
      interval: null,
      level,
      weighted: none,
      lengthNormalised: none,
      unseenMass: weights.unseenMass,
      confidence: none,
    };
  }
  const shares = counts.map((count) => count / n);
  const plugIn = entropy(shares);
  let squares = 0;
  for (const p of shares) squares += p * Math.log(p) ** 2;
  const largest = counts[modalCluster(partition) ?? 0] ?? 0;
  const scored = (given: readonly number[] | null): Score =>
    given === null ? noScore(n, weights.reason) : scoreOf(entropy(given), n);
  return {
    discrete: scoreOf(plugIn, n),
    millerMadow: scoreOf(plugIn + (counts.length - 1) / (2 * n), n),
    chaoShen: scoreOf(chaoShen(counts, n), n),
    standardError: Math.sqrt(Math.max(0, squares - plugIn * plugIn) / n),
    interval: entropyBounds(
      { lower: likeliestInterval(largest, n, level).lower, upper: clopperPearson(largest, n, level).upper },
      meanings,
    ),
    level,
    weighted: scored(weights.sequence),
    lengthNormalised: scored(weights.lengthNormalised),
    unseenMass: weights.unseenMass,
    confidence: scoreOf(Math.min(1, Math.max(0, 1 - plugIn / Math.log(n))), n),
  };
}
