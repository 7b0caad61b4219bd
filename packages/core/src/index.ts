// The public names of @candor/core, one by one. What is not named here is private.

export { type InputCode, InputError } from "./errors.ts";
export type { Estimate, IntervalKind, MergedRows, SampleOptions, Spec, TestEstimate } from "./estimate.ts";
// intervals
export { checkClassProbabilities, checkPairs } from "./intervals/check-pairs.ts";
export { estimateFromInfluence, type MeanOptions, meanEstimate } from "./intervals/mean.ts";
export { clopperPearson, type Interval, proportionEstimate, wilson } from "./intervals/proportion.ts";
export { type CheckedSample, checkSample, effectiveSize } from "./intervals/sample.ts";
export { type Matrix, matrix, matrixFromRows } from "./matrix.ts";
export type {
  BandPoint,
  CurvePoint,
  Decomposition,
  GroupReport,
  Histogram,
  NoiseFloor,
  PresetValue,
  Reliability,
  ReliabilityBin,
  ReportDocument,
  RiskCoveragePoint,
  Task,
  Verdict,
  VerdictStatus,
  VersusReport,
} from "./report/document.ts";
export type {
  BinaryPredictions,
  ConfidencePredictions,
  MulticlassPredictions,
  Predictions,
  SegmentColumn,
  TimeColumn,
} from "./report/predictions.ts";
