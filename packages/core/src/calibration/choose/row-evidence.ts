/** How well one map predicted rows that it had not seen; NaN where a row was not predicted. One number per row. */
export interface RowEvidence {
  /** Probability given to what happened. */
  readonly truth: Float64Array;
  /** Brier loss: of the pair, (1 − truth)², for two outcomes; summed over the classes otherwise. */
  readonly brier: Float64Array;
  /** Σ_k (p_k − y_k)(r_k − y_k), r the probabilities that are leant on: what the Brier loss of a blend needs. */
  readonly cross: Float64Array;
}

/** Room for the evidence of so many rows. */
export function emptyEvidence(rows: number): RowEvidence {
  const blank = (): Float64Array => new Float64Array(rows).fill(Number.NaN);
  return { truth: blank(), brier: blank(), cross: blank() };
}

/** Log loss of a row, nats; the probability is taken to at least 1e-15, as the reported log loss does. */
export function rowLogLoss(truth: number): number {
  return -Math.log(Math.min(1 - 1e-15, Math.max(1e-15, truth)));
}

/** Log loss of weight · candidate + (1 − weight) · lean. */
export function blendedLogLoss(weight: number, candidate: RowEvidence, lean: RowEvidence, row: number): number {
  return rowLogLoss(weight * candidate.truth[row] + (1 - weight) * lean.truth[row]);
}

/** Brier loss of weight · candidate + (1 − weight) · lean. */
export function blendedBrier(weight: number, candidate: RowEvidence, lean: RowEvidence, row: number): number {
  const rest = 1 - weight;
  return (
    weight * weight * candidate.brier[row] + rest * rest * lean.brier[row] + 2 * weight * rest * candidate.cross[row]
  );
}
