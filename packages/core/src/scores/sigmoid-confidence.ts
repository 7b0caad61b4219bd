import { InputError } from "../errors.ts";

/**
 * The confidence of each binary logit, max(σ(z), σ(−z)): the probability of the class it chooses.
 *
 * @param logits n finite values; above 0 the positive class is chosen
 * @returns n values in [0.5, 1]; larger is surer; a probability
 * @throws {InputError} `empty`; `not-finite` with the row
 *
 * Accuracy: taken at −|z|, so no logit overflows; from |z| = 37 on it is 1 in double precision, and such rows tie.
 */
export function sigmoidConfidence(logits: Float64Array): Float64Array {
  if (logits.length === 0) throw new InputError("empty", "at least one logit is needed, got none");
  const confidences = new Float64Array(logits.length);
  for (let i = 0; i < logits.length; i++) {
    const size = Math.abs(logits[i]);
    if (!(size < Infinity))
      throw new InputError("not-finite", `the logit at row ${i} must be a finite number, got ${logits[i]}`, i);
    confidences[i] = 1 / (1 + Math.exp(-size));
  }
  return confidences;
}
