// The public names of @candor/core, one by one. What is not named here is private.

export { type Estimate, type IntervalKind, type SampleOptions, type Spec, type TestEstimate } from "./estimate.ts";
export { type InputCode, InputError } from "./errors.ts";
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
