import { meanEstimate } from "../intervals/mean.ts";
import { checkSample } from "../intervals/sample.ts";
import { binStatistics } from "../metrics/calibration/bin-statistics.ts";
import { type BinnedErrorOptions, binnedError } from "../metrics/calibration/binned-calibration-error.ts";
import { meanCalibrationGap } from "../metrics/calibration/calibration-in-the-large.ts";
import { expectedFloor } from "../metrics/calibration/expected-floor.ts";
import { accuracy } from "../metrics/ranking/accuracy.ts";
import { benjaminiHochberg } from "../metrics/tests/benjamini-hochberg.ts";
import { calibrationEvidence } from "../metrics/tests/calibration-evidence.ts";
import { reliabilityBins } from "../reliability/binned.ts";
import type { GroupReport } from "./document.ts";
import { type PairSample, sampleOptions } from "./pair-sample.ts";

/** The rows of one group, as pairs to measure calibration on and as top-label confidence against correctness. */
export interface GroupSample {
  readonly by: string;
  readonly name: string;
  readonly calibration: PairSample;
  readonly confidence: PairSample;
}

/** q-value at or below which a group is flagged. */
export const FLAG_AT = 0.05;

/**
 * Reports of groups of rows with the false discovery rate controlled over all of them.
 *
 * @param groups groups of the same column
 * @param label rule of the calibration pairs, recorded in the specs
 * @returns one report per group, in the order given; a group whose rows all weigh nothing is left out
 */
export function groupReports(
  groups: readonly GroupSample[],
  label: NonNullable<BinnedErrorOptions["label"]>,
  level: number,
): GroupReport[] {
  const weighty = groups.filter(hasWeight);
  if (weighty.length === 0) return [];
  const evidence = weighty.map(({ calibration }) =>
    calibrationEvidence(calibration.probabilities, calibration.outcomes, sampleOptions(calibration)),
  );
  const adjusted = benjaminiHochberg(evidence);
  return weighty.map((group, g) => {
    const { calibration, confidence } = group;
    const options = { ...sampleOptions(calibration), level, label };
    const sample = checkSample(calibration.probabilities.length, options);
    const bins = binStatistics(calibration.probabilities, calibration.outcomes, {}, sample);
    return {
      by: group.by,
      name: group.name,
      n: sample.n,
      accuracy: accuracy(confidence.outcomes, { ...sampleOptions(confidence), level }),
      meanConfidence: meanEstimate(
        confidence.probabilities,
        { metric: "mean-confidence", label: "top-label" },
        {
          ...sampleOptions(confidence),
          level,
          min: 0,
          max: 1,
        },
      ),
      ece: binnedError(bins, sample, { label }),
      noiseFloor: expectedFloor(bins, sample),
      gap: meanCalibrationGap(calibration.probabilities, calibration.outcomes, options),
      pValue: evidence[g],
      qValue: adjusted[g],
      flagged: adjusted[g] <= FLAG_AT,
      bins: reliabilityBins(calibration.probabilities, calibration.outcomes, { ...options, bins: 10 }),
    };
  });
}

function hasWeight({ calibration: { probabilities, weights } }: GroupSample): boolean {
  return weights ? weights.some((w) => w > 0) : probabilities.length > 0;
}
