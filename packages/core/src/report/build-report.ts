import type { Estimate, Spec } from "../estimate.ts";
import { meanEstimate } from "../intervals/mean.ts";
import { checkSample } from "../intervals/sample.ts";
import {
  debiasedCalibrationError,
  expectedCalibrationError,
  type LabelRule,
} from "../metrics/calibration/binned-calibration-error.ts";
import { explainDifference } from "../metrics/calibration/explain-difference.ts";
import { noiseFloor } from "../metrics/calibration/noise-floor.ts";
import { presetBinning, presetNames } from "../metrics/calibration/presets.ts";
import { accuracy } from "../metrics/ranking/accuracy.ts";
import { precisionRecallCurve } from "../metrics/ranking/precision-recall-curve.ts";
import { rocCurve } from "../metrics/ranking/roc-curve.ts";
import { corpDecomposition } from "../metrics/scores/corp-decomposition.ts";
import { recalibrated } from "../metrics/scores/corp-parts.ts";
import { murphyDecomposition } from "../metrics/scores/murphy-decomposition.ts";
import { riskCoverageCurve } from "../metrics/selective/risk-coverage-curve.ts";
import { evidence } from "../metrics/tests/calibration-evidence.ts";
import { calibrationScoreTest } from "../metrics/tests/calibration-score-test.ts";
import { createRandom } from "../random/random.ts";
import { reliabilityBins } from "../reliability/binned.ts";
import { corpReliability } from "../reliability/corp.ts";
import { smoothReliability } from "../reliability/smooth.ts";
import type {
  Decomposition,
  GroupReport,
  Histogram,
  PresetValue,
  ProbabilityReport,
  Reliability,
  ReportDocument,
  Task,
  VersusReport,
} from "./document.ts";
import { furtherMetrics } from "./further-metrics.ts";
import { type GroupSample, groupReports } from "./group-report.ts";
import { type PairSample, type SortedSample, sampleOptions, sortSample } from "./pair-sample.ts";
import { unlessUndefined } from "./unless-undefined.ts";
import { verdict } from "./verdict.ts";

/** Numbers that need more than pairs: whole probability vectors, or exact sums kept beside cells. */
export interface ExactScores {
  readonly brier: Estimate;
  readonly logLoss: Estimate;
  readonly classwiseEce: Estimate | null;
}

/** Everything a report is made of, from rows or from cells. */
export interface ReportInput {
  readonly version: string;
  readonly task: Task;
  readonly source: ReportDocument["source"];
  readonly weighted: boolean;
  readonly classNames: readonly string[];
  /** What calibration is measured on. */
  readonly calibration: PairSample;
  /** Top-label confidence against correctness. */
  readonly confidence: PairSample;
  readonly scores: ExactScores;
  /** Groups by column, in the order of the columns. */
  readonly segments: readonly (readonly GroupSample[])[];
  readonly classes: readonly GroupSample[];
  readonly periods: readonly GroupSample[];
  readonly versus: VersusReport | null;
  /** Nominal coverage of every interval. */
  readonly level: number;
}

/** Seed of everything random in a report: the same file gives the same report. */
const SEED = 20_261_121;

/**
 * The report document of checked data.
 *
 * @throws {InputError} `empty`
 */
export function assembleReport(input: ReportInput): ProbabilityReport {
  const { task, calibration, confidence, level } = input;
  const label: LabelRule = task === "binary" ? "positive-class" : task === "confidence" ? "confidence" : "top-label";
  const sorted = sortSample(calibration);
  const sortedConfidence = confidence.probabilities === calibration.probabilities ? sorted : sortSample(confidence);
  const { probabilities, outcomes } = calibration;
  const plain = { ...sampleOptions(calibration), level };
  const pairs = { ...plain, label };
  const { probabilities: q, outcomes: z } = sorted.sample;
  const ranked = { ...sampleOptions(sorted.sample), level, order: sorted.order };
  const sample = checkSample(probabilities.length, plain);

  const ece = expectedCalibrationError(probabilities, outcomes, pairs);
  const debiased = debiasedCalibrationError(probabilities, outcomes, pairs);
  const floor = noiseFloor(probabilities, outcomes, { ...pairs, random: createRandom(SEED) });
  const score = calibrationScoreTest(probabilities, outcomes, plain);
  const isBinary = task === "binary";
  const samples = { calibration, sorted, confidence, sortedConfidence };
  const further = furtherMetrics(samples, { label, level, isBinary });
  const topLabelOptions = { ...sampleOptions(confidence), level };
  const accuracyEstimate = accuracy(confidence.outcomes, topLabelOptions);
  const meanConfidence = meanEstimate(
    confidence.probabilities,
    { metric: "mean-confidence", label: "top-label" },
    { ...topLabelOptions, min: 0, max: 1 },
  );
  const baseRate = accuracy(outcomes, plain);
  const meanProbability = meanEstimate(
    probabilities,
    { metric: "mean-probability", label: "positive-class" },
    { ...plain, min: 0, max: 1 },
  );

  return {
    schema: "candor.report/1",
    version: input.version,
    task,
    source: input.source,
    n: sample.n,
    effectiveN: sample.effectiveN,
    weighted: input.weighted,
    classes: task === "confidence" ? null : input.classNames.length,
    classNames: input.classNames,
    accuracy: accuracyEstimate,
    meanConfidence,
    baseRate: isBinary ? { ...baseRate, spec: { metric: "base-rate", label: "positive-class" } } : null,
    meanProbability: isBinary ? meanProbability : null,
    metrics: {
      ...further,
      ece,
      eceLeft: expectedCalibrationError(probabilities, outcomes, { ...pairs, edgeRule: "left-closed" }),
      eceEqualMass: expectedCalibrationError(q, z, {
        ...ranked,
        label,
        binning: "equal-mass",
        // Merged rows have no file order: a cell cut in two would put its zeros into one bin and its ones into another.
        ties: calibration.merged ? "together" : "file-order",
      }),
      eceDebiased: debiased,
      mce: expectedCalibrationError(probabilities, outcomes, { ...pairs, norm: "max" }),
      classwiseEce: input.scores.classwiseEce,
      brier: input.scores.brier,
      logLoss: input.scores.logLoss,
      calibrationScoreTest: score,
    },
    decompositions: decompositions(sorted, level),
    noiseFloor: floor,
    reliability: reliability(sorted, isBinary ? "probability" : "confidence", level),
    histogram: histogram(calibration),
    riskCoverage: riskCoverageCurve(sortedConfidence.sample.probabilities, sortedConfidence.sample.outcomes, {
      ...sampleOptions(sortedConfidence.sample),
      level,
      order: sortedConfidence.order,
      maxPoints: 200,
    }).map(({ coverage, risk, lower, upper, threshold }) => ({ coverage, risk, lower, upper, threshold })),
    roc: unlessUndefined(() => rocCurve(q, z, { ...ranked, maxPoints: 300 })) ?? [],
    precisionRecall: unlessUndefined(() => precisionRecallCurve(q, z, { ...ranked, maxPoints: 300 })) ?? [],
    segments: input.segments.flatMap((groups) => byEvidence(groupReports(groups, label, level))),
    perClass: groupReports(input.classes, "confidence", level),
    overTime: groupReports(input.periods, label, level),
    presets: presets(calibration, ece, label),
    versus: input.versus,
    verdict: verdict({
      label: isBinary ? "probability" : "confidence",
      ece,
      debiased,
      noiseFloor: floor,
      scorePValue: evidence(probabilities, outcomes, plain, () => score.pValue),
      overconfidence: further.overconfidence,
      underconfidence: further.underconfidence,
      stated: isBinary ? meanProbability.value : meanConfidence.value,
      observed: isBinary ? baseRate.value : accuracyEstimate.value,
    }),
  };
}

/** Strongest evidence first. */
function byEvidence(groups: readonly GroupReport[]): GroupReport[] {
  return [...groups].sort((a, b) => a.qValue - b.qValue || a.pValue - b.pValue || b.n - a.n);
}

function decompositions({ sample, order }: SortedSample, level: number): ReportDocument["decompositions"] {
  const { probabilities, outcomes } = sample;
  const options = { ...sampleOptions(sample), level };
  const fitted = recalibrated(probabilities, outcomes, checkSample(probabilities.length, options), order);
  const corp = (score: "brier" | "log-loss"): Decomposition | null =>
    unlessUndefined(() => corpDecomposition(probabilities, outcomes, { ...options, order, fitted, score }));
  const murphy = unlessUndefined(() => {
    const {
      reliability: miscalibration,
      resolution,
      uncertainty,
    } = murphyDecomposition(probabilities, outcomes, options);
    return { miscalibration, discrimination: resolution, uncertainty };
  });
  return { brierCorp: corp("brier"), logLossCorp: corp("log-loss"), brierMurphy: murphy };
}

/** The diagram in its three forms. */
export function reliability({ sample, order }: SortedSample, axis: Reliability["axis"], level: number): Reliability {
  const { probabilities, outcomes } = sample;
  const options = { ...sampleOptions(sample), level, order };
  const smooth = smoothReliability(probabilities, outcomes, options);
  const corp = corpReliability(probabilities, outcomes, { ...options, random: createRandom(SEED + 1) });
  return {
    axis,
    bins: reliabilityBins(probabilities, outcomes, options),
    smooth: smooth.points,
    corp: corp.points,
    level,
    specs: {
      bins: { metric: "reliability-bins", binning: "equal-width", bins: 15, edges: "right-closed" },
      smooth: smooth.spec,
      corp: corp.spec,
    },
  };
}

/** Bins of the ECE and of the tools it is compared with. */
const BINS = 15;

const HISTOGRAM_BINS = 40;

function histogram({ probabilities, outcomes, weights }: PairSample): Histogram {
  const share = new Float64Array(HISTOGRAM_BINS);
  const hits = new Float64Array(HISTOGRAM_BINS);
  let total = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const w = weights ? weights[i] : 1;
    const b = Math.min(HISTOGRAM_BINS - 1, Math.trunc(probabilities[i] * HISTOGRAM_BINS));
    share[b] += w;
    hits[b] += w * outcomes[i];
    total += w;
  }
  return {
    edges: Array.from({ length: HISTOGRAM_BINS + 1 }, (_, k) => k / HISTOGRAM_BINS),
    shares: Array.from(share, (s) => s / total),
    observed: Array.from(share, (s, b) => (s > 0 ? hits[b] / s : null)),
  };
}

/** What other tools show for the same 15 bins; those that follow one rule are computed once. */
function presets(pairs: PairSample, ece: Estimate, label: LabelRule): PresetValue[] {
  const { probabilities, outcomes } = pairs;
  const byRule = new Map<string, Estimate>();
  return presetNames.map((preset) => {
    const binning = presetBinning(preset, BINS);
    const rule = JSON.stringify(binning);
    const options = { ...sampleOptions(pairs), ...binning, label, level: ece.level };
    const estimate = byRule.get(rule) ?? expectedCalibrationError(probabilities, outcomes, options);
    byRule.set(rule, estimate);
    const spec: Spec = { ...estimate.spec, preset };
    const isSame = estimate.value === ece.value;
    const difference = isSame ? "" : explainDifference(ece, { ...estimate, spec }, probabilities);
    return { preset, value: estimate.value, spec, difference };
  });
}
