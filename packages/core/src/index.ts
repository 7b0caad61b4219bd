// The public names of @candor/core, one by one. What is not named here is private.

export { type InputCode, InputError } from "./errors.ts";
export type { Estimate, IntervalKind, MergedRows, SampleOptions, Spec, TestEstimate } from "./estimate.ts";
// intervals
export { checkClassProbabilities, checkPairs } from "./intervals/check-pairs.ts";
export { estimateFromInfluence, type MeanOptions, meanEstimate } from "./intervals/mean.ts";
export { clopperPearson, type Interval, proportionEstimate, wilson } from "./intervals/proportion.ts";
export { type CheckedSample, checkSample, effectiveSize } from "./intervals/sample.ts";
// ground floor: kernels, random numbers, linear algebra, optimisation
export { argsort, sortedCopy } from "./kernels/argsort.ts";
export { midRanks } from "./kernels/ranks.ts";
export { select } from "./kernels/select.ts";
export { logSoftmax, logSumExp, softmax } from "./kernels/softmax.ts";
export { sum, weightedSum } from "./kernels/sum.ts";
export { type QuantileOptions, weightedQuantile } from "./kernels/weighted-quantile.ts";
export { cholesky, choleskyInverse, choleskySolve } from "./linalg/cholesky.ts";
export { type Matrix, matrix, matrixFromRows } from "./matrix.ts";
export { type BrentOptions, findRoot, type Minimum, minimize, type Root } from "./optimize/brent.ts";
export { fitLogistic, type LogisticFit, type LogisticOptions } from "./optimize/logistic.ts";
export { createRandom, type Random } from "./random/random.ts";
export { type NumberBlock, shuffle } from "./random/shuffle.ts";
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
