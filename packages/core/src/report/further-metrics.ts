import type { Estimate, TestEstimate } from "../estimate.ts";
import { expectedCalibrationError, type LabelRule } from "../metrics/calibration/binned-calibration-error.ts";
import { calibrationInTheLarge, meanCalibrationGap } from "../metrics/calibration/calibration-in-the-large.ts";
import { coxCalibration } from "../metrics/calibration/cox.ts";
import { ksCalibration, kuiperCalibration } from "../metrics/calibration/cumulative.ts";
import { overconfidence, underconfidence } from "../metrics/calibration/direction.ts";
import { integratedCalibrationIndex } from "../metrics/calibration/integrated-calibration-index.ts";
import { kernelCalibrationError } from "../metrics/calibration/kernel-calibration-error.ts";
import { smoothEce } from "../metrics/calibration/smooth-ece.ts";
import { sweepCalibrationError } from "../metrics/calibration/sweep-calibration-error.ts";
import { auroc } from "../metrics/ranking/auroc.ts";
import { averagePrecision } from "../metrics/ranking/average-precision.ts";
import { achievableAurc } from "../metrics/selective/achievable-aurc.ts";
import { augrc, excessAugrc } from "../metrics/selective/augrc.ts";
import { aurc } from "../metrics/selective/aurc.ts";
import { excessAurc } from "../metrics/selective/excess-aurc.ts";
import { coverageAtRisk, riskAtCoverage } from "../metrics/selective/operating-point.ts";
import { hosmerLemeshowTest } from "../metrics/tests/hosmer-lemeshow-test.ts";
import { spiegelhalterTest } from "../metrics/tests/spiegelhalter-test.ts";
import { finiteTest } from "./finite-test.ts";
import { type PairSample, type SortedSample, sampleOptions } from "./pair-sample.ts";
import { unlessUndefined } from "./unless-undefined.ts";

/** Metrics whose value the report document promises, beside the binned errors and proper scores. */
export interface FurtherMetrics {
  readonly smoothEce: Estimate;
  readonly auroc: Estimate | null;
  readonly aurc: Estimate;
  readonly eAurc: Estimate;
  readonly augrc: Estimate;
  readonly spiegelhalter: TestEstimate | null;
  readonly ks: TestEstimate | null;
  readonly overconfidence: Estimate;
  readonly underconfidence: Estimate;
  readonly [name: string]: Estimate | TestEstimate | null;
}

/** The rows of a report in the forms that its metrics need. */
export interface MetricSamples {
  /** What calibration is measured on, in the order of the file. */
  readonly calibration: PairSample;
  /** The same rows, sorted. */
  readonly sorted: SortedSample;
  /** Top-label confidence against correctness, in the order of the file and sorted. */
  readonly confidence: PairSample;
  readonly sortedConfidence: SortedSample;
}

/** Every further metric of a report. */
export function furtherMetrics(
  { calibration, sorted, confidence, sortedConfidence }: MetricSamples,
  { label, level, isBinary }: { label: LabelRule; level: number; isBinary: boolean },
): FurtherMetrics {
  const { probabilities: p, outcomes: y } = calibration;
  const plain = { ...sampleOptions(calibration), level };
  const pairs = { ...plain, label };
  const { probabilities: q, outcomes: z } = sorted.sample;
  const ranked = { ...sampleOptions(sorted.sample), level, order: sorted.order };
  const cox = unlessUndefined(() => coxCalibration(p, y, plain));
  const index = unlessUndefined(() => integratedCalibrationIndex(q, z, ranked));
  return {
    ece10: expectedCalibrationError(p, y, { ...pairs, bins: 10 }),
    l2CalibrationError: expectedCalibrationError(p, y, { ...pairs, norm: "l2" }),
    // Its bins part equal scores in file order, which merged rows no longer have.
    sweepEce: calibration.merged ? null : sweepCalibrationError(q, z, { ...ranked, label }),
    smoothEce: smoothEce(p, y, plain),
    // Its blocks are neighbouring rows, which must be so by chance: never the sorted ones.
    kernelCalibrationError: unlessUndefined(() => kernelCalibrationError(p, y, pairs)),
    ici: index?.ici ?? null,
    e50: index?.e50 ?? null,
    e90: index?.e90 ?? null,
    eMax: index?.eMax ?? null,
    ks: finiteTest(unlessUndefined(() => ksCalibration(q, z, ranked))),
    kuiper: finiteTest(unlessUndefined(() => kuiperCalibration(q, z, ranked))),
    meanGap: meanCalibrationGap(p, y, pairs),
    calibrationInTheLarge: unlessUndefined(() => calibrationInTheLarge(p, y, plain)),
    coxSlope: cox?.slope ?? null,
    coxIntercept: cox?.intercept ?? null,
    overconfidence: overconfidence(p, y, pairs),
    underconfidence: underconfidence(p, y, pairs),
    spiegelhalter: finiteTest(unlessUndefined(() => spiegelhalterTest(p, y, plain))),
    hosmerLemeshow: finiteTest(unlessUndefined(() => hosmerLemeshowTest(q, z, { ...ranked, data: "external" }))),
    auroc: unlessUndefined(() => auroc(q, z, ranked)),
    averagePrecision: unlessUndefined(() => averagePrecision(q, z, ranked)),
    ...selectiveMetrics(sortedConfidence, level),
    ...(isBinary ? { eceTopLabel: topLabelError(confidence, level) } : {}),
  };
}

function topLabelError(confidence: PairSample, level: number): Estimate {
  return expectedCalibrationError(confidence.probabilities, confidence.outcomes, {
    ...sampleOptions(confidence),
    level,
    label: "top-label",
  });
}

function selectiveMetrics(
  { sample, order }: SortedSample,
  level: number,
): Pick<FurtherMetrics, "aurc" | "eAurc" | "augrc"> & Record<string, Estimate | null> {
  const { probabilities: p, outcomes: y } = sample;
  const options = { ...sampleOptions(sample), level, order };
  const averaged = aurc(p, y, { ...options, convention: "expected-ties" });
  return {
    aurc: unlessUndefined(() => aurc(p, y, options)) ?? averaged,
    aurcExpectedTies: averaged,
    aurcFdShifts: aurc(p, y, { ...options, convention: "fd-shifts" }),
    aurcTorchUncertainty: unlessUndefined(() => aurc(p, y, { ...options, convention: "torch-uncertainty" })),
    achievableAurc: achievableAurc(p, y, options),
    eAurc: excessAurc(p, y, { ...options, convention: "expected-ties" }),
    augrc: augrc(p, y, options),
    eAugrc: excessAugrc(p, y, options),
    riskAt80Coverage: riskAtCoverage(p, y, 0.8, options),
    coverageAt5PercentRisk: coverageAtRisk(p, y, 0.05, options),
  };
}
