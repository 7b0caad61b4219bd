import type { SampleOptions, TestEstimate } from "../../estimate.ts";
import { checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { weighted } from "../../metrics/weighted.ts";
import { chiSquareSurvival } from "../../special/chi-square.ts";
import { kolmogorovSurvival } from "../../special/kolmogorov.ts";
import type { Forecast } from "../forecasts.ts";
import { suitedShares } from "../ties.ts";
import { curvePositions } from "./calibration-curve.ts";
import { pitRanges } from "./pit.ts";

/** With fewer levels than this the largest gap over them is far from a supremum. */
const FEW_LEVELS = 5;

/**
 * Test whether the probability integral transform is uniform, as it is for a perfect forecast.
 *
 * Normal forecasts: Kolmogorov's distance. Quantiles: the largest gap over the levels with the same p-value, which is then
 * too large rather than too small. Fewer than five levels: χ² of the counts between the levels. Outcomes that equal a
 * quantile, as counts do, are on the side that suits its level, as far as there are such outcomes: a quantile is right where
 * its level lies between the shares below it and at or below it.
 *
 * @param forecast normal, quantiles or interval
 * @returns value: the distance (or χ²), without an interval; the p-value is asymptotic, with Stephens' correction for the
 *   distance, and takes rows as independent
 * @throws {InputError} `incompatible` for forecasts of a single number; `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Kolmogorov (1933); Stephens (1970), JRSS B 32, for small n.
 */
export function pitTest(forecast: Forecast, outcomes: Float64Array, options: SampleOptions = {}): TestEstimate {
  const sample = checkSample(outcomes.length, options);
  const { effectiveN, n, level, totalWeight, weights } = sample;
  const finish = (value: number, pValue: number, statistic: string): TestEstimate => {
    const ties = forecast.kind === "point-and-sigma" ? {} : { ties: "on the side that suits the level" };
    const spec = { metric: "pit-test", statistic, ...ties, ...weighted(sample) };
    return { value, lower: value, upper: value, level, n, effectiveN, interval: "none", spec, pValue };
  };
  const root = Math.sqrt(effectiveN);
  const survival = (distance: number): number => kolmogorovSurvival((root + 0.12 + 0.11 / root) * distance);
  if (forecast.kind === "point-and-sigma") {
    const { lower } = pitRanges(forecast, outcomes);
    const order = argsort(lower);
    const found = new Float64Array(2);
    for (let k = 0; k < order.length; k++) {
      const row = order[k];
      const before = found[1] / totalWeight;
      found[1] += weights ? weights[row] : 1;
      found[0] = Math.max(found[0], lower[row] - before, found[1] / totalWeight - lower[row]);
    }
    return finish(found[0], survival(found[0]), "kolmogorov");
  }
  const { grid } = curvePositions(forecast, outcomes, "quantile", 100);
  const observed = suitedShares(forecast, outcomes, sample);
  if (grid.length >= FEW_LEVELS) {
    const distance = observed.reduce((most, share, k) => Math.max(most, Math.abs(share - grid[k])), 0);
    return finish(distance, survival(distance), "kolmogorov over the levels");
  }
  let square = 0;
  for (let k = 0; k <= grid.length; k++) {
    const expected = (k === grid.length ? 1 : grid[k]) - (k === 0 ? 0 : grid[k - 1]);
    const share = (k === grid.length ? 1 : observed[k]) - (k === 0 ? 0 : observed[k - 1]);
    square += (effectiveN * (share - expected) ** 2) / expected;
  }
  return finish(square, chiSquareSurvival(square, grid.length), "chi-square between the levels");
}
