import type { Token } from "../trace/token.ts";

/**
 * What a token contributes.
 *
 * - `token`: log-probability of the generated token, ≤ 0
 * - `topK`: minus the mean log-probability of the listed alternatives, ≥ 0; large where one token stands out
 */
export type Measure = "token" | "topK";

/**
 * Minus the mean log-probability of the alternatives of a token.
 *
 * Larger means more certain: where one token has nearly all the mass, the others have very little.
 *
 * @returns null where no alternative has a log-probability
 *
 * Source: Fu, Wang, Tian & Zhao (2025), "Deep Think with Confidence", arXiv 2508.15260, §2.
 */
export function topKConfidence(token: Token): number | null {
  let sum = 0;
  let n = 0;
  for (const { logprob } of token.top) {
    if (logprob === null) continue;
    sum -= logprob;
    n++;
  }
  return n === 0 ? null : Math.max(0, sum / n);
}
