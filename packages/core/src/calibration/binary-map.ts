/** What a logistic map may use of a score. `logit` and its kin are taken of the score clipped to [clip, 1 - clip]. */
export type BinaryFeature =
  /** 1. */
  | "one"
  /** The score itself, any real. */
  | "score"
  /** ln p - ln(1 - p). */
  | "logit"
  /** The square of `logit`. */
  | "logit-squared"
  /** ln p. */
  | "log"
  /** -ln(1 - p). */
  | "minus-log-complement";

/** The score as it is. */
export interface IdentityMap {
  readonly kind: "identity";
}

/** q = 1/(1 + exp(-Σ coefficient · feature)). */
export interface LogisticMap {
  readonly kind: "logistic";
  readonly terms: readonly { readonly feature: BinaryFeature; readonly coefficient: number }[];
  /** Scores are taken into [clip, 1 - clip] before a logarithm, 0 < clip < 0.5. */
  readonly clip: number;
}

/** Linear between neighbouring knots, constant beyond the first and the last. */
export interface InterpolatedMap {
  readonly kind: "interpolated";
  /** Strictly ascending, at least one. */
  readonly x: readonly number[];
  /** As many, each in [0, 1]. */
  readonly y: readonly number[];
}

/**
 * Constant on open intervals, with a value of its own at each knot, so that bins of either closure, and Venn–Abers at
 * and between calibration scores, are exact.
 */
export interface StepMap {
  readonly kind: "step";
  /** m strictly ascending knots. */
  readonly x: readonly number[];
  /** m values in [0, 1]: at x[i]. */
  readonly at: readonly number[];
  /** m + 1 values in [0, 1]: `between[0]` below x[0], `between[i]` in (x[i - 1], x[i]), `between[m]` above x[m - 1]. */
  readonly between: readonly number[];
}

/** Two step functions: the probability if the new row were negative (`lower`) and if it were positive (`upper`). */
export interface VennAbersMap {
  readonly kind: "venn-abers";
  readonly lower: StepMap;
  readonly upper: StepMap;
}

/**
 * q = 1/(1 + exp(-s(logit p))) with s a cubic between neighbouring knots and linear beyond the first and the last.
 * On [knots[i], knots[i + 1]]: s = c0 + c1·t + c2·t² + c3·t³ with t = logit - knots[i].
 */
export interface SplineMap {
  readonly kind: "spline";
  /** m ≥ 2 strictly ascending logits. */
  readonly knots: readonly number[];
  /** m - 1 pieces of four coefficients. */
  readonly pieces: readonly (readonly [number, number, number, number])[];
  readonly clip: number;
}

/** Weighted mean of the probabilities of its parts; the weights are ≥ 0 and sum to 1. */
export interface BlendedMap {
  readonly kind: "blend";
  readonly parts: readonly { readonly weight: number; readonly map: BinaryMap }[];
}

/** One map after another. */
export interface ChainedMap {
  readonly kind: "chain";
  readonly maps: readonly BinaryMap[];
}

/**
 * A map from one score to a probability, as plain data that survives JSON. Every binary calibrator is one of these few
 * shapes, so that applying and exporting them is written once.
 */
export type BinaryMap =
  | IdentityMap
  | LogisticMap
  | InterpolatedMap
  | StepMap
  | VennAbersMap
  | SplineMap
  | BlendedMap
  | ChainedMap;
