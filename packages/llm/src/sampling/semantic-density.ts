import { InputError } from "@candor/core";
import type { Score } from "../scores/score.ts";
import { noScore } from "./no-score.ts";
import { checkRelation, type Relation } from "./relate-answers.ts";
import { checkLogprob, checkTokens } from "./sequence-weights.ts";

/** A sampled answer, beside the answer that is scored. */
export interface DensitySample {
  readonly text: string;
  /** What the answer says about the sample: a classifier's probabilities, a verdict (same or not), or null where unknown. */
  readonly relation: Relation | boolean | null;
  /** Natural logarithm of the sample's probability (sum over its tokens), ≤ 0; null where unknown. */
  readonly logprob: number | null;
  /** Number of its tokens, ≥ 1; null where unknown. */
  readonly tokens: number | null;
}

/** Options of `semanticDensity`. */
export interface SemanticDensityOptions {
  /** Weigh samples by the geometric mean of their token probabilities (default) or by their whole probability. */
  readonly lengthNormalised?: boolean;
  /** Whether samples with the same words count once (default, as in the paper) or each time (as in uqlm). */
  readonly duplicates?: "once" | "each";
}

/**
 * 1 − E‖v‖² where contradiction is at distance 1, neutral at distance √½ and entailment at 0. The published kernel is cut at an
 * expected distance above 1, which probabilities cannot reach.
 */
function kernel(relation: Relation | boolean): number {
  if (typeof relation === "boolean") return relation ? 1 : 0;
  return 1 - (relation.contradiction + relation.neutral / 2);
}

/**
 * Semantic density of an answer among samples: how much of the samples' probability lies near it, in [0, 1]. Higher is surer.
 *
 * A sample with unknown relation leaves bounds and no value. Without a classifier, verdicts of a typed equivalence give the
 * probability-weighted share of the same meaning, which is not what a classifier would say: the two are not comparable.
 *
 * @throws {InputError} `out-of-range` for a log-probability above 0, a token count below 1, or probabilities that do not sum to 1
 *
 * Source: Qiu & Miikkulainen (2024), "Semantic density", sections 3.2–3.4, with their kernel (1 − distance²).
 */
export function semanticDensity(samples: readonly DensitySample[], options: SemanticDensityOptions = {}): Score {
  const { lengthNormalised = true, duplicates = "once" } = options;
  const seen = new Set<string>();
  const logs: number[] = [];
  const kernels: (number | null)[] = [];
  let missing = 0;
  samples.forEach((sample, i) => {
    const { relation, text } = sample;
    const logprob = checkLogprob(sample.logprob, i);
    const tokens = checkTokens(sample.tokens, i);
    if (relation !== null && typeof relation !== "boolean") checkRelation(relation, i);
    if (duplicates === "once" && seen.has(text)) return;
    seen.add(text);
    if (logprob === null || (lengthNormalised && tokens === null)) missing++;
    logs.push(lengthNormalised ? (logprob ?? 0) / (tokens ?? 1) : (logprob ?? 0));
    kernels.push(relation === null ? null : kernel(relation));
  });
  const n = samples.length;
  if (n === 0) return noScore(0, "There are no samples.");
  if (missing > 0) return noScore(n, `${missing} of ${n} samples have no log-probability or number of tokens.`);
  const top = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  let [total, low, unknown] = [0, 0, 0];
  logs.forEach((log, i) => {
    const weight = Math.exp(log - top);
    const value = kernels[i] ?? null;
    total += weight;
    if (value === null) unknown += weight;
    else low += weight * value;
  });
  if (!(total > 0)) throw new InputError("not-finite", "the weights of the samples sum to 0");
  const bounds = [low / total, Math.min(1, (low + unknown) / total)] as const;
  if (kernels.includes(null))
    return { value: null, bounds, n, reason: "What the answer says about some samples is unknown." };
  return { value: bounds[0], bounds: null, n, reason: null };
}
