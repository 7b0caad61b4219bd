import type { SampleOptions } from "../estimate.ts";
import { proportionEstimate } from "../intervals/proportion.ts";
import { checkSample } from "../intervals/sample.ts";
import { weighted } from "../metrics/weighted.ts";
import type { CentralInterval } from "./central-intervals.ts";
import { rowEstimate } from "./metrics/row-estimate.ts";
import { oneMinus } from "./quantile-view.ts";
import type { IntervalQuality } from "./regression-report.ts";

/**
 * Coverage, width and score of checked intervals in one pass; the same numbers as `intervalCoverage`, `meanWidth` and
 * `intervalScore`.
 */
export function intervalQuality(
  { level, lower, upper }: CentralInterval,
  outcomes: Float64Array,
  options: SampleOptions,
): IntervalQuality {
  const sample = checkSample(outcomes.length, options);
  const factor = 2 / oneMinus(level);
  const widths = new Float64Array(outcomes.length);
  const scores = new Float64Array(outcomes.length);
  const held = new Float64Array(1);
  for (let i = 0; i < outcomes.length; i++) {
    const y = outcomes[i];
    const width = upper[i] - lower[i];
    const outside = y < lower[i] ? lower[i] - y : y > upper[i] ? y - upper[i] : 0;
    widths[i] = width;
    scores[i] = width + factor * outside;
    if (outside === 0) held[0] += sample.weights ? sample.weights[i] : 1;
  }
  const about = { central: level, crossed: "sorted" };
  const spec = { metric: "interval-coverage", ends: "included", ...about, ...weighted(sample) };
  return {
    level,
    coverage: proportionEstimate(held[0] / sample.totalWeight, spec, sample.n, sample.effectiveN, sample.level),
    meanWidth: rowEstimate(widths, { metric: "mean-width", ...about }, { ...options, min: 0 }),
    intervalScore: rowEstimate(scores, { metric: "interval-score", ...about }, { ...options, min: 0 }),
  };
}
