import type { BinaryMap } from "./binary-map.ts";

/** softmax of the logits. */
export interface SoftmaxMap {
  readonly kind: "identity";
}

/**
 * softmax(scale · g + bias). g is the row of logits z itself or, with `prepare`, ln((1 - mix) · softmax(beta · z) + mix / K).
 */
export interface LinearMap {
  readonly kind: "linear";
  /** One number for all classes, one per class, or K rows of K: class k gets Σ_j scale[k][j] · g[j]. */
  readonly scale: number | readonly number[] | readonly (readonly number[])[];
  /** One per class; null for none. */
  readonly bias: readonly number[] | null;
  readonly prepare: { readonly beta: number; readonly mix: number } | null;
}

/** Weighted mean of the probabilities of its parts; the weights are ≥ 0 and sum to 1. */
export interface BlendedClassMap {
  readonly kind: "blend";
  readonly parts: readonly { readonly weight: number; readonly map: MulticlassMap }[];
}

/** The same probability for every class. */
export interface UniformMap {
  readonly kind: "uniform";
}

/** Each class's probability through a map of its own, then divided by their sum; all 1/K where that sum is 0. */
export interface OneVsRestMap {
  readonly kind: "one-vs-rest";
  /** K maps. */
  readonly maps: readonly BinaryMap[];
}

/**
 * The largest probability (the first, where several are equal) becomes q = map(p); the others are scaled to share 1 - q.
 * The predicted class stays the same, even where another class now has more.
 */
export interface TopLabelMap {
  readonly kind: "top-label";
  /** One for all, or one per predicted class. */
  readonly map: BinaryMap | readonly BinaryMap[];
}

/**
 * As `map`, but the class with the largest logit (the first of equals) keeps the largest probability: where others would
 * overtake it, it shares their mean (Euclidean projection onto that order), a last bit above them.
 */
export interface OrderKeepingMap {
  readonly kind: "argmax-preserving";
  readonly map: MulticlassMap;
}

/** One map after another: the next reads the logarithms of the probabilities before, each taken to at least 1e-300. */
export interface ChainedClassMap {
  readonly kind: "chain";
  readonly maps: readonly MulticlassMap[];
}

/** A map from K logits to K probabilities, as plain data that survives JSON. */
export type MulticlassMap =
  | SoftmaxMap
  | LinearMap
  | BlendedClassMap
  | UniformMap
  | OneVsRestMap
  | TopLabelMap
  | OrderKeepingMap
  | ChainedClassMap;
