import { InputError } from "../../errors.ts";
import type { SampleOptions, TestEstimate } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { erfc } from "../../special/erf.ts";
import { weighted } from "../weighted.ts";

/** Options of `spiegelhalterTest`. */
export interface SpiegelhalterOptions extends SampleOptions {
  /**
   * What a weight is. `importance`: how much the row counts; each row is one observation. `frequency`: how many equal
   * observations the row stands for. Default `importance`.
   */
  readonly weighting?: "importance" | "frequency";
}

/**
 * Spiegelhalter's test of calibration: does the Brier score differ from what the probabilities themselves expect?
 *
 * For a multiclass model, pass the top-label confidence and whether it was correct.
 *
 * @param probabilities n probabilities of outcome 1, in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns value: Brier score minus its expectation Σp(1 − p)/n under calibration (positive: over-confident; negative:
 *   under-confident) with a Student-t interval; `z`: that difference over its standard deviation under calibration;
 *   `pValue`: two-sided, 2·Φ(−|z|)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`; `incompatible` where
 *   every probability is 0, ½ or 1, so that the statistic has no variance
 *
 * Source: Spiegelhalter (1986), "Probabilistic prediction in patient management and clinical trials", Stat. Med. 5.
 */
export function spiegelhalterTest(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SpiegelhalterOptions = {},
): TestEstimate {
  const { weighting = "importance" } = options;
  if (weighting !== "importance" && weighting !== "frequency")
    throw new InputError(
      "unknown-option",
      `weighting must be "importance" or "frequency", got ${JSON.stringify(weighting)}`,
    );
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const { rows, weights, squaredWeights } = sample;
  const terms = new Float64Array(rows);
  let sum = 0;
  let variance = 0;
  for (let i = 0; i < rows; i++) {
    const p = probabilities[i];
    const w = weights ? weights[i] : 1;
    const square = squaredWeights ? squaredWeights[i] : w * w;
    const slope = 1 - 2 * p;
    terms[i] = (outcomes[i] - p) * slope;
    sum += w * terms[i];
    variance += (weighting === "frequency" ? w : square) * slope * slope * p * (1 - p);
  }
  if (!(variance > 0))
    throw new InputError(
      "incompatible",
      "Spiegelhalter's z needs a probability other than 0, 0.5 and 1: with these it has no variance",
    );
  const z = sum / Math.sqrt(variance);
  const spec = {
    metric: "spiegelhalter",
    value: "brier minus expected brier",
    alternative: "two-sided",
    weighting,
    ...weighted(sample),
  };
  return { ...meanEstimate(terms, spec, options), z, pValue: Math.min(1, erfc(Math.abs(z) / Math.SQRT2)) };
}
