import { InputError } from "../../errors.ts";

/** Smallest probability that a log loss from probabilities takes; the same at the other end. */
export const DEFAULT_CLIP = 1e-15;

/** @throws {InputError} `out-of-range` unless 0 ≤ clip < ½ */
export function checkClip(clip: number): void {
  if (!(clip >= 0 && clip < 0.5)) throw new InputError("out-of-range", `clip must be in [0, 0.5), got ${clip}`);
}

/** (p − y)² of each row. */
export function squaredLosses(probabilities: ArrayLike<number>, outcomes: ArrayLike<number>): Float64Array {
  const losses = new Float64Array(probabilities.length);
  for (let i = 0; i < losses.length; i++) {
    const d = probabilities[i] - outcomes[i];
    losses[i] = d * d;
  }
  return losses;
}

/**
 * −ln of the probability given to what happened, for each row; probabilities are first moved into [clip, 1 − clip]. A
 * row of zero weight costs 0.
 *
 * @throws {InputError} `out-of-range` with the row, where an unclipped loss is infinite
 */
export function logLosses(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  clip: number,
  weights?: Float64Array,
): Float64Array {
  const losses = new Float64Array(probabilities.length);
  const top = 1 - clip;
  for (let i = 0; i < losses.length; i++) {
    if (weights && weights[i] === 0) continue;
    const p = Math.min(top, Math.max(clip, probabilities[i]));
    losses[i] = outcomes[i] === 1 ? -Math.log(p) : -Math.log1p(-p);
    if (losses[i] === Infinity)
      throw new InputError(
        "out-of-range",
        `row ${i} happened with probability 0: its log loss is infinite; a clip > 0 bounds it`,
        i,
      );
  }
  return losses;
}
