import { checkMemberForecasts, type MemberForecasts } from "./member-forecasts.ts";
import { sharesOfSeveral, squaredShares } from "./member-shares.ts";
import type { MemberOptions } from "./members.ts";

/** Choices of `decomposeForecastVariance`. */
export interface ForecastVarianceOptions extends MemberOptions {
  /**
   * `population` divides the squares by M (the mixture of exactly these members), `sample` by M − 1 (the members as a sample
   * of those that could have been; with weights by 1 − Σ share²). Default `population`.
   */
  readonly variance?: "population" | "sample";
}

/** Variance of every row by cause, in the squared unit of the outcome. */
export interface ForecastVarianceParts {
  /** Mean of the means. */
  readonly mean: Float64Array;
  /** Mean of the variances that the members state: noise. `null` where members state none. */
  readonly aleatoric: Float64Array | null;
  /** Variance of the means over members: what they do not agree about. */
  readonly epistemic: Float64Array;
  /** The sum of both, which is the variance of the mixture (`population`). `null` where the noise is unknown. */
  readonly total: Float64Array | null;
}

/**
 * The law of total variance over members: variance of the mixture = mean of σ² + variance of μ.
 *
 * @throws {InputError} `too-few` for fewer than 2 members with weight; `empty`, `shape-mismatch`, `not-finite`,
 *   `out-of-range`
 *
 * Source: Lakshminarayanan, Pritzel and Blundell (2017), NeurIPS, section 2.4.
 * Accuracy: squares of differences from the mean; `total` is the sum, so the parts add up to the last bit.
 */
export function decomposeForecastVariance(
  forecasts: MemberForecasts,
  options: ForecastVarianceOptions = {},
): ForecastVarianceParts {
  checkMemberForecasts(forecasts);
  const { means, sigmas, members, rows } = forecasts;
  const { variance = "population" } = options;
  const shares = sharesOfSeveral(members, "the variance over members", options);
  const mean = new Float64Array(rows);
  const epistemic = new Float64Array(rows);
  shares.forEach((share, m) => {
    for (let i = 0; i < rows; i++) mean[i] += share * means[m * rows + i];
  });
  const scale = variance === "sample" ? 1 / (1 - squaredShares(shares)) : 1;
  shares.forEach((share, m) => {
    for (let i = 0; i < rows; i++) {
      const d = means[m * rows + i] - mean[i];
      epistemic[i] += share * scale * d * d;
    }
  });
  if (sigmas === undefined) return { mean, aleatoric: null, epistemic, total: null };
  const aleatoric = new Float64Array(rows);
  shares.forEach((share, m) => {
    for (let i = 0; i < rows; i++) aleatoric[i] += share * sigmas[m * rows + i] ** 2;
  });
  return { mean, aleatoric, epistemic, total: aleatoric.map((noise, i) => noise + epistemic[i]) };
}
