import type { Estimate, TestEstimate } from "../estimate.ts";
import { argsort } from "../kernels/argsort.ts";
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
import { type PairSample, sampleOptions } from "./pair-sample.ts";
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

/**
 * Every further metric of a report.
 *
 * @param calibration pairs that calibration is measured on
 * @param confidence top-label confidence against correctness
 * @param order ascending argsort of the calibration probabilities
 */
export function furtherMetrics(
  calibration: PairSample,
  confidence: PairSample,
  { order, label, level, isBinary }: { order: Uint32Array; label: LabelRule; level: number; isBinary: boolean },
): FurtherMetrics {
  const { probabilities: p, outcomes: y } = calibration;
  const plain = { ...sampleOptions(calibration), level };
  const sorted = { ...plain, order };
  const pairs = { ...sorted, label };
  const cox = unlessUndefined(() => coxCalibration(p, y, plain));
  const index = unlessUndefined(() => integratedCalibrationIndex(p, y, sorted));
  return {
    ece10: expectedCalibrationError(p, y, { ...pairs, bins: 10 }),
    l2CalibrationError: expectedCalibrationError(p, y, { ...pairs, norm: "l2" }),
    // Its bins part equal scores in file order, which merged rows no longer have.
    sweepEce: calibration.merged ? null : sweepCalibrationError(p, y, pairs),
    smoothEce: smoothEce(p, y, plain),
    kernelCalibrationError: unlessUndefined(() => kernelCalibrationError(p, y, { ...plain, label })),
    ici: index?.ici ?? null,
    e50: index?.e50 ?? null,
    e90: index?.e90 ?? null,
    eMax: index?.eMax ?? null,
    ks: finiteTest(unlessUndefined(() => ksCalibration(p, y, sorted))),
    kuiper: finiteTest(unlessUndefined(() => kuiperCalibration(p, y, sorted))),
    meanGap: meanCalibrationGap(p, y, { ...plain, label }),
    calibrationInTheLarge: unlessUndefined(() => calibrationInTheLarge(p, y, plain)),
    coxSlope: cox?.slope ?? null,
    coxIntercept: cox?.intercept ?? null,
    overconfidence: overconfidence(p, y, pairs),
    underconfidence: underconfidence(p, y, pairs),
    spiegelhalter: finiteTest(unlessUndefined(() => spiegelhalterTest(p, y, plain))),
    hosmerLemeshow: finiteTest(unlessUndefined(() => hosmerLemeshowTest(p, y, { ...sorted, data: "external" }))),
    auroc: unlessUndefined(() => auroc(p, y, sorted)),
    averagePrecision: unlessUndefined(() => averagePrecision(p, y, sorted)),
    ...selectiveMetrics(confidence, level, confidence.probabilities === p ? order : argsort(confidence.probabilities)),
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
  confidence: PairSample,
  level: number,
  order: Uint32Array,
): Pick<FurtherMetrics, "aurc" | "eAurc" | "augrc"> & Record<string, Estimate | null> {
  const { probabilities: p, outcomes: y } = confidence;
  const options = { ...sampleOptions(confidence), level, order };
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
