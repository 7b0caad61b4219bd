// The public names of @candor/plots, one by one. What is not named here is private.

export { type CandidateExcess, candidateExcess } from "./candidate-excess.ts";
export type { TimeChange } from "./change-labels.ts";
export { type ClassCoverageOptions, classCoverage, classCoverageRanked, type JudgedPart } from "./class-coverage.ts";
export { type ComparedReliability, compareReliability } from "./compare-reliability.ts";
export {
  type ConfidenceOverTimeOptions,
  confidenceOverTime,
  type TimeConfidences,
  type TimeQuantiles,
} from "./confidence-over-time.ts";
export { type CostCurveOptions, type CostPoint, costCurve } from "./cost-curve.ts";
export { type CutoffLinesOptions, cutoffLines, type DrawnCutoff } from "./cutoff-lines.ts";
export { decisionsOverTime, type TimeDecisions } from "./decisions-over-time.ts";
export {
  type EstimateOverTimeOptions,
  estimateOverTime,
  mostTimeEstimates,
  type TimeEstimate,
  type TimeEstimates,
} from "./estimate-over-time.ts";
export { type GroupFlag, groupFlag } from "./group-flag.ts";
export { type IntervalCoverageOptions, intervalCoverage } from "./interval-coverage.ts";
export {
  type CoveredGroup,
  type IntervalCoverageGroupsOptions,
  intervalCoverageGroups,
} from "./interval-coverage-groups.ts";
export { type LearningCurveOptions, learningCurve } from "./learning-curve.ts";
// inputs unlike the training data
export { mixedRiskCoverage } from "./mixed-risk-coverage.ts";
// thresholds that are set by hand
export { type ChoicePoint, type MovableChoice, movableChoice } from "./movable-choice.ts";
export { noiseAndUnknown, type UncertainPoint } from "./noise-and-unknown.ts";
export { noiseFloorStrip } from "./noise-floor-strip.ts";
export { type OverTimeOptions, overTime } from "./over-time.ts";
export { pValueHistogram } from "./p-value-histogram.ts";
export { type ColorName, color, palette, plotStyles } from "./palette.ts";
export { type PitHistogramOptions, pitHistogram } from "./pit-histogram.ts";
export type { PlotOptions } from "./plot-options.ts";
export { type PrecisionRecallOptions, precisionRecall } from "./precision-recall.ts";
export { type QuantileCalibrationOptions, quantileCalibration } from "./quantile-calibration.ts";
export { reliabilityBinned } from "./reliability-binned.ts";
export { reliabilityChange } from "./reliability-change.ts";
export { reliabilityCorp } from "./reliability-corp.ts";
export type { ReliabilityOptions } from "./reliability-options.ts";
export { reliabilitySmooth } from "./reliability-smooth.ts";
export { type ReviewCapacityOptions, reviewCapacity } from "./review-capacity.ts";
export { type ReviewVolumeOptions, reviewVolume } from "./review-volume.ts";
export { riskCoverage } from "./risk-coverage.ts";
export { type RiskCoverageChoiceOptions, riskCoverageChoice } from "./risk-coverage-choice.ts";
export { type RankingOptions, rocCurve } from "./roc-curve.ts";
export { type ScoreHistogramOptions, scoreHistogram } from "./score-histogram.ts";
export { type DrawnSegment, segmentGaps } from "./segment-gaps.ts";
export { type RankedSegment, segmentRanking } from "./segment-ranking.ts";
export { type SizeBin, setSizes } from "./set-sizes.ts";
export { type DrawnGroup, smallMultiples } from "./small-multiples.ts";
export type { Stretch } from "./stretch.ts";
export { type ThresholdFrame, thresholdFrame, thresholdMargins } from "./threshold-frame.ts";
export { type ThresholdBar, type ThresholdHistogramOptions, thresholdHistogram } from "./threshold-histogram.ts";
export { type TimeFrame, timeFrame, timeMargins } from "./time-frame.ts";
export type { TimePlotOptions } from "./time-plot.ts";
// answers of language models
export {
  type HeatSpan,
  heatOf,
  heatSteps,
  type TokenHeatOptions,
  textNodes,
  tokenHeatMap,
  tokenHeatStyles,
} from "./token-heat-map.ts";
export { type TimeTraffic, trafficOverTime } from "./traffic-over-time.ts";
export { type MetricDifference, versusDifferences } from "./versus-differences.ts";
