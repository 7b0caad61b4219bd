import type { SampleOptions } from "../estimate.ts";
import { clopperPearson, wilson } from "../intervals/proportion.ts";
import { checkSample } from "../intervals/sample.ts";
import type { BinningOptions } from "../kernels/bins.ts";
import { binStatistics } from "../metrics/calibration/bin-statistics.ts";
import type { ReliabilityBin } from "../report/document.ts";

/** Options of `reliabilityBins`. */
export interface ReliabilityBinsOptions extends SampleOptions, BinningOptions {
  readonly order?: Uint32Array;
}

/**
 * The bins of a reliability diagram; those without rows are left out.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns bins in ascending order; the interval of the observed rate is Clopper–Pearson, under weights Wilson at the
 *   effective n of the bin
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function reliabilityBins(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: ReliabilityBinsOptions = {},
): ReliabilityBin[] {
  const sample = checkSample(probabilities.length, options);
  const bins = binStatistics(probabilities, outcomes, options, sample, options.order);
  const result: ReliabilityBin[] = [];
  for (let b = 0; b < bins.bins; b++) {
    const weight = bins.weight[b];
    if (weight === 0) continue;
    const observed = Math.min(1, bins.outcome[b] / weight);
    const isPlain = bins.squared[b] === bins.count[b] && weight === bins.count[b];
    const interval = isPlain
      ? clopperPearson(bins.outcome[b], weight, sample.level)
      : wilson(observed, (weight * weight) / bins.squared[b], sample.level);
    result.push({
      lower: bins.lower[b],
      upper: bins.upper[b],
      count: bins.count[b],
      share: weight / sample.totalWeight,
      meanConfidence: bins.probability[b] / weight,
      observed,
      observedLower: interval.lower,
      observedUpper: interval.upper,
    });
  }
  return result;
}
