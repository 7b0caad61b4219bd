// The public names of @candor/plots, one by one. What is not named here is private.

export { type CandidateExcess, candidateExcess } from "./candidate-excess.ts";
export { type ComparedReliability, compareReliability } from "./compare-reliability.ts";
export { type GroupFlag, groupFlag } from "./group-flag.ts";
export { type LearningCurveOptions, learningCurve } from "./learning-curve.ts";
export { noiseFloorStrip } from "./noise-floor-strip.ts";
export { type OverTimeOptions, overTime } from "./over-time.ts";
export { type ColorName, color, palette, plotStyles } from "./palette.ts";
export type { PlotOptions } from "./plot-options.ts";
export { type PrecisionRecallOptions, precisionRecall } from "./precision-recall.ts";
export { reliabilityBinned } from "./reliability-binned.ts";
export { reliabilityChange } from "./reliability-change.ts";
export { reliabilityCorp } from "./reliability-corp.ts";
export { reliabilitySmooth } from "./reliability-smooth.ts";
export { riskCoverage } from "./risk-coverage.ts";
export { type RankingOptions, rocCurve } from "./roc-curve.ts";
export { type ScoreHistogramOptions, scoreHistogram } from "./score-histogram.ts";
export { type DrawnSegment, segmentGaps } from "./segment-gaps.ts";
export { smallMultiples } from "./small-multiples.ts";
export { type MetricDifference, versusDifferences } from "./versus-differences.ts";
