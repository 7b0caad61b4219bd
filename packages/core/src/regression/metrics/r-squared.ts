import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { estimateFromInfluence, weightedMean } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../../metrics/weighted.ts";
import { checkColumns } from "../check-forecast.ts";

/** Variances below this, and ratios above that, leave the range of a double further on. */
export const LEAST_VARIANCE = 1e-120;
const LARGEST_RATIO = 1e100;

/** Options of `rSquared`. */
export interface RSquaredOptions extends SampleOptions {
  /**
   * `explained`: 1 − Σ(y − forecast)²/Σ(y − ȳ)², which punishes bias and may be negative (scikit-learn's `r2_score`,
   * yardstick's `rsq_trad`). `correlation`: squared correlation of forecast and outcome, blind to bias and scale
   * (yardstick's `rsq`). Default `explained`.
   */
  readonly convention?: "explained" | "correlation";
}

/**
 * R²: the share of the variance of the outcomes that the forecasts account for, in one of two conventions.
 *
 * @param point n forecasts
 * @param outcomes n numbers in the same unit, not all equal
 * @returns ≤ 1, higher is better; the interval comes from the influence function
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`; `incompatible` where the
 *   outcomes (or, for `correlation`, the forecasts) are all equal
 */
export function rSquared(point: Float64Array, outcomes: Float64Array, options: RSquaredOptions = {}): Estimate {
  const { convention = "explained" } = options;
  if (convention !== "explained" && convention !== "correlation")
    throw new InputError(
      "unknown-option",
      `convention must be "explained" or "correlation", got ${JSON.stringify(convention)}`,
    );
  const rows = checkColumns({ point, outcomes });
  const sample = checkSample(rows, options);
  const centre = weightedMean(outcomes, sample);
  const variance = weightedMean(
    outcomes.map((y) => (y - centre) ** 2),
    sample,
  );
  if (!(variance > LEAST_VARIANCE))
    throw new InputError("incompatible", `all outcomes are ${centre}: R² needs some that differ`);
  const spec = { metric: "r-squared", convention, ...weighted(sample) };
  if (convention === "explained") {
    const squares = point.map((value, i) => (outcomes[i] - value) ** 2);
    const ratio = weightedMean(squares, sample) / variance;
    if (!(ratio < LARGEST_RATIO))
      throw new InputError(
        "incompatible",
        `the errors are ${ratio} times the outcomes' own variance: R² has no meaning`,
      );
    const influence = squares.map((square, i) => (ratio * (outcomes[i] - centre) ** 2 - square) / variance);
    return estimateFromInfluence(1 - ratio, influence, spec, { ...options, max: 1 });
  }
  const middle = weightedMean(point, sample);
  const spread = weightedMean(
    point.map((x) => (x - middle) ** 2),
    sample,
  );
  if (!(spread > LEAST_VARIANCE))
    throw new InputError("incompatible", `all forecasts are ${middle}: a correlation needs some that differ`);
  const scale = Math.sqrt(variance * spread);
  const products = point.map((x, i) => ((x - middle) * (outcomes[i] - centre)) / scale);
  const correlation = weightedMean(products, sample);
  const influence = products.map((product, i) => {
    const squares = (point[i] - middle) ** 2 / spread + (outcomes[i] - centre) ** 2 / variance;
    return 2 * correlation * (product - (correlation * squares) / 2);
  });
  return estimateFromInfluence(correlation * correlation, influence, spec, { ...options, min: 0, max: 1 });
}
