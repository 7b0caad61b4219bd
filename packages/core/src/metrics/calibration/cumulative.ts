import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { brownianMaximumSurvival } from "../../special/brownian-maximum.ts";
import { brownianRangeSurvival } from "../../special/brownian-range.ts";
import {
  type CumulativeOptions,
  type CumulativeTestEstimate,
  cumulativeDifferences,
} from "./cumulative-differences.ts";
import { cumulativeTest } from "./cumulative-test.ts";

/**
 * Kolmogorov–Smirnov calibration error: the largest |cumulative difference| between outcomes and probabilities, taken
 * in order of probability. No bins, no kernel.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns `value` in units of probability, in [0, 1]; `statistic` (and `z`) is value over √(Σp(1 − p))/n; `pValue` is
 *   that of the largest |Brownian motion| on [0, 1], for n → ∞. The interval is `conservative`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Gupta et al. (2021), "Calibration of neural networks using splines", ICLR; test: Arrieta-Ibarra et al.
 * (2022), "Metrics of calibration for probabilistic predictions", JMLR 23 (ECCE-MAD). MAPIE's figures differ in the
 * eighth digit and, where scores are tied, by the order into which its random jitter of 1e-8 brings them.
 */
export function ksCalibration(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: CumulativeOptions = {},
): CumulativeTestEstimate {
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const curve = cumulativeDifferences(probabilities, outcomes, options.order ?? argsort(probabilities), sample);
  const value = Math.max(curve.highest, -curve.lowest, 0);
  const spec = { metric: "ks-calibration-error", unit: "probability", ties: "grouped", null: "brownian-maximum" };
  return cumulativeTest(value, curve, brownianMaximumSurvival, spec, sample);
}

/** Options of `kuiperCalibration`. */
export interface KuiperOptions extends CumulativeOptions {
  /**
   * Whether the start of the curve, 0 before the first score, counts as one of its values. `included` (default) is the
   * definition, and what the null distribution is about; `excluded` is what MAPIE computes.
   */
  readonly origin?: "included" | "excluded";
}

/**
 * Kuiper calibration error: range of the cumulative differences between outcomes and probabilities, taken in order of
 * probability. It is the largest |mean of y − p, times the share| of any interval of scores.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns `value` in units of probability, in [0, 1]; `statistic` (and `z`) is value over √(Σp(1 − p))/n; `pValue` is
 *   that of the range of a Brownian motion on [0, 1], for n → ∞. The interval is `conservative`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Arrieta-Ibarra et al. (2022), JMLR 23 (ECCE-R); Tygert (2023).
 */
export function kuiperCalibration(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: KuiperOptions = {},
): CumulativeTestEstimate {
  const { origin = "included" } = options;
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const curve = cumulativeDifferences(probabilities, outcomes, options.order ?? argsort(probabilities), sample);
  const value =
    origin === "included" ? Math.max(curve.highest, 0) - Math.min(curve.lowest, 0) : curve.highest - curve.lowest;
  const spec = {
    metric: "kuiper-calibration-error",
    unit: "probability",
    ties: "grouped",
    origin,
    null: "brownian-range",
  };
  return cumulativeTest(value, curve, brownianRangeSurvival, spec, sample);
}
