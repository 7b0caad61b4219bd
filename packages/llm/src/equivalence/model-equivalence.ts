import { InputError } from "@candor/core";
import type { AsyncEquivalence } from "./equivalence.ts";

/** Vectors of texts, one each, in order. */
export type Embed = (texts: readonly string[], signal?: AbortSignal) => Promise<readonly ArrayLike<number>[]>;

/** The probability that the premise entails the hypothesis, or a verdict. */
export type Entails = (premise: string, hypothesis: string, signal?: AbortSignal) => Promise<number | boolean>;

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / Math.sqrt(aa) / Math.sqrt(bb);
}

function checkThreshold(threshold: number): void {
  if (!(threshold > 0 && threshold <= 1))
    throw new InputError("out-of-range", `threshold must be in (0, 1], got ${threshold}`);
}

/**
 * Answers are the same where the cosine of their embeddings is at least the threshold.
 *
 * Near opposites (`guilty`, `not guilty`) often have near vectors: try the threshold on pairs you know. A vector is asked for once
 * per answer.
 *
 * @param options.threshold in (0, 1]
 * @throws {InputError} `out-of-range`; while comparing, `shape-mismatch` or `not-finite` for vectors that cannot be compared
 */
export function embeddingEquivalence(embed: Embed, options: { readonly threshold: number }): AsyncEquivalence {
  const { threshold } = options;
  checkThreshold(threshold);
  const vectors = new Map<string, Promise<ArrayLike<number>>>();
  const vectorOf = (text: string, signal?: AbortSignal): Promise<ArrayLike<number>> => {
    const known = vectors.get(text);
    if (known !== undefined) return known;
    const asked = embed([text], signal).then(([vector]) => {
      if (vector === undefined || vector.length === 0)
        throw new InputError("shape-mismatch", "embed must give one vector for each text, got none");
      return vector;
    });
    vectors.set(text, asked);
    asked.catch(() => vectors.delete(text));
    return asked;
  };
  return {
    isAsync: true,
    kind: "embedding",
    isTransitive: false,
    equal: async (a, b, signal) => {
      if (a === b) return true;
      const [x, y] = await Promise.all([vectorOf(a, signal), vectorOf(b, signal)]);
      if (x.length !== y.length)
        throw new InputError("shape-mismatch", `embeddings must have one length, got ${x.length} and ${y.length}`);
      const similarity = cosine(x, y);
      if (!Number.isFinite(similarity)) throw new InputError("not-finite", "an embedding is zero or not finite");
      return similarity >= threshold;
    },
  };
}

/**
 * Answers are the same where each entails the other.
 *
 * @param options.threshold probability in (0, 1] from which entailment is taken; default 0.5
 * @param options.context put before both texts with a line end, usually the question; default nothing
 * @throws {InputError} `out-of-range`, also for a probability outside [0, 1] while comparing
 *
 * Source: Kuhn, Gal & Farquhar (2023), "Semantic uncertainty", section 3.2 (bidirectional entailment).
 */
export function entailmentEquivalence(
  entails: Entails,
  options: { readonly threshold?: number; readonly context?: string } = {},
): AsyncEquivalence {
  const { threshold = 0.5, context = "" } = options;
  checkThreshold(threshold);
  const full = (text: string): string => (context === "" ? text : `${context}\n${text}`);
  const follows = async (a: string, b: string, signal?: AbortSignal): Promise<boolean> => {
    const verdict = await entails(full(a), full(b), signal);
    if (typeof verdict === "boolean") return verdict;
    if (!(verdict >= 0 && verdict <= 1))
      throw new InputError("out-of-range", `entails must give a probability or a verdict, got ${verdict}`);
    return verdict >= threshold;
  };
  return {
    isAsync: true,
    kind: "entailment",
    isTransitive: false,
    equal: async (a, b, signal) => a === b || ((await follows(a, b, signal)) && (await follows(b, a, signal))),
  };
}
