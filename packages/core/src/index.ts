// The public names of @candor/core, one by one. What is not named here is private.

// calibration: applying binary maps
export { applyBinaryMap, vennAbersInterval } from "./calibration/apply-binary.ts";
// calibrators as files: applying, sealing, opening
export { type CalibratedClasses, calibrateClasses, calibrateScores } from "./calibration/apply-calibrator.ts";
// multiclass calibrators
export { applyMulticlassMap } from "./calibration/apply-multiclass.ts";
export { calibratorFingerprint } from "./calibration/artefact/calibrator-fingerprint.ts";
export { canonicalJson } from "./calibration/artefact/canonical-json.ts";
export { checkCompatible, type ScoreDescription } from "./calibration/artefact/check-compatible.ts";
export {
  createDataFingerprint,
  type DataFingerprint,
  type DataLayout,
  dataFingerprint,
} from "./calibration/artefact/data-fingerprint.ts";
export { isBinaryCalibrator } from "./calibration/artefact/is-binary-calibrator.ts";
export { openCalibrator } from "./calibration/artefact/open-calibrator.ts";
export { sealCalibrator } from "./calibration/artefact/seal-calibrator.ts";
export { createSha256, type Sha256, sha256 } from "./calibration/artefact/sha256.ts";
// calibrators without a parametric form
export { type BbqOptions, fitBbq } from "./calibration/binary/bbq.ts";
// parametric binary calibrators
export { type BetaOptions, fitBeta } from "./calibration/binary/beta.ts";
export type { MassCut } from "./calibration/binary/equal-mass.ts";
export { fitHistogramBinning, type HistogramBinningOptions } from "./calibration/binary/histogram-binning.ts";
export { fitIdentity } from "./calibration/binary/identity.ts";
export { fitIsotonic, type IsotonicOptions } from "./calibration/binary/isotonic.ts";
export { fitPlatt, type PlattOptions } from "./calibration/binary/platt.ts";
export { fitQuadratic } from "./calibration/binary/quadratic.ts";
export { fitScalingBinning, type ScalingBinningOptions } from "./calibration/binary/scaling-binning.ts";
export { fitShrunkenLogit, type ShrunkenLogitOptions } from "./calibration/binary/shrunken-logit.ts";
export { fitSpline, type SplineOptions } from "./calibration/binary/spline.ts";
export { type ClippedFitOptions, fitTemperature as fitBinaryTemperature } from "./calibration/binary/temperature.ts";
export { fitVennAbers } from "./calibration/binary/venn-abers.ts";
export type {
  BinaryFeature,
  BinaryMap,
  BlendedMap,
  ChainedMap,
  IdentityMap,
  InterpolatedMap,
  LogisticMap,
  SplineMap,
  StepMap,
  VennAbersMap,
} from "./calibration/binary-map.ts";
// decisions: scores to decisions by way of a calibrator and a policy
export { type CalibratedValues, calibrateValues } from "./calibration/calibrate-values.ts";
// how uncertain a calibrator's probabilities are
export {
  type BandData,
  type BandOptions,
  type CalibrationBand,
  calibrationBand,
} from "./calibration/calibration-band.ts";
export type {
  BinaryCalibrationData,
  CalibrationData,
  MulticlassCalibrationData,
} from "./calibration/calibration-data.ts";
// calibration: the artefact as data
export type {
  BinaryCalibrator,
  Calibrator,
  CalibratorDraft,
  MulticlassCalibrator,
  OuterEvidence,
  ScoreKind,
  SegmentMaps,
} from "./calibration/calibrator.ts";
export { checkBinaryMap } from "./calibration/check-binary-map.ts";
// choosing and proving a calibrator
export type { FitDocumentOptions, ProvenFit } from "./calibration/choose/assemble-document.ts";
export { type Choice, type ChooseOptions, chooseCalibrator } from "./calibration/choose/choose-calibrator.ts";
export {
  accumulateFit,
  approximateFit,
  createFitAccumulator,
  type FitAccumulator,
  type FitAccumulatorOptions,
} from "./calibration/choose/fit-accumulator.ts";
export { type CellsWithSample, fitDocumentFromCells } from "./calibration/choose/fit-from-cells-document.ts";
export { fitDocumentFromSample, type SampledRows } from "./calibration/choose/fit-from-sample-document.ts";
export { assignFolds, type FoldOptions, type FoldScheme, foldScheme } from "./calibration/choose/folds.ts";
export { fitDocument, proveFit } from "./calibration/choose/make-fit-document.ts";
export type { MethodOptions } from "./calibration/choose/method-options.ts";
export { calibrationMethods, type MethodName } from "./calibration/choose/methods.ts";
export { type ExportTarget, exportCalibrator } from "./calibration/export/export-calibrator.ts";
export type { CalibrationFit, FitCertificate, FitOptions } from "./calibration/fit.ts";
export type {
  AuditResult,
  CandidateResult,
  FitDocument,
  FitScores,
  LearningPoint,
  SegmentFit,
} from "./calibration/fit-document.ts";
// fitting from cells, with a bound on the error
export {
  type CellFit,
  type CellFitError,
  type CellFitOptions,
  type CellMethod,
  cellMethods,
  fitFromCells,
} from "./calibration/from-cells/fit-from-cells.ts";
export { type CalibrationDataOptions, calibrationData } from "./calibration/from-predictions.ts";
export { argmaxPreserving } from "./calibration/multiclass/argmax-preserving.ts";
export { checkMulticlassMap } from "./calibration/multiclass/check-multiclass-map.ts";
export { type DirichletOptions, fitDirichlet } from "./calibration/multiclass/dirichlet.ts";
export { fitEnsembleTemperature } from "./calibration/multiclass/ensemble-temperature.ts";
export { logitsFromProbabilities } from "./calibration/multiclass/logits-from-probabilities.ts";
export { fitMatrixScaling, type MatrixScalingOptions } from "./calibration/multiclass/matrix.ts";
export { type BinaryFitter, fitOneVsRest } from "./calibration/multiclass/one-vs-rest.ts";
export {
  fitStructuredMatrix,
  fitStructuredVector,
  type StructuredOptions,
} from "./calibration/multiclass/structured.ts";
export { fitTemperature } from "./calibration/multiclass/temperature.ts";
export { fitTopLabel, type TopLabelOptions } from "./calibration/multiclass/top-label.ts";
export { fitVectorScaling } from "./calibration/multiclass/vector.ts";
export type {
  BlendedClassMap,
  ChainedClassMap,
  LinearMap,
  MulticlassMap,
  OneVsRestMap,
  OrderKeepingMap,
  SoftmaxMap,
  TopLabelMap,
  UniformMap,
} from "./calibration/multiclass-map.ts";
// corrections per segment, and their audit
export { type AuditOptions, auditSegments } from "./calibration/segments/audit.ts";
export type { SegmentFolds } from "./calibration/segments/cross-fit.ts";
export { type BinarySegmentData, fitBinarySegments } from "./calibration/segments/fit-binary-segments.ts";
export { fitMulticlassSegments, type MulticlassSegmentData } from "./calibration/segments/fit-multiclass-segments.ts";
export type { SegmentFits, SegmentOptions } from "./calibration/segments/segment-results.ts";
export {
  type Bounded,
  type CalibrationSummary,
  type CellGroups,
  calibrationSummary,
  type GroupSums,
} from "./cells/calibration-summary.ts";
// cells
export {
  addToCells,
  type CellMoment,
  type CellPairs,
  type Cells,
  type CellsJson,
  cellMoments,
  cellPairs,
  cellsFromJson,
  cellsToJson,
  cellTotal,
  createCells,
  mergeCells,
} from "./cells/cells.ts";
export { type CellErrorBound, cellErrorBound } from "./cells/error-bound.ts";
export { fineGrid, type Grid, timeGrid } from "./cells/grid.ts";
// combining several scores into one probability
export {
  applyStack,
  applyStackToRow,
  type StackContribution,
  type StackedRow,
  type StackedRows,
  type StackRows,
} from "./combination/apply-stack.ts";
export { checkStack, stackFingerprint } from "./combination/artefact/check-stack.ts";
export { openStack } from "./combination/artefact/open-stack.ts";
export { sealStack } from "./combination/artefact/seal-stack.ts";
export { stackSchema } from "./combination/artefact/stack-schema.ts";
export type { StackShape } from "./combination/basis.ts";
export type { StackChoice } from "./combination/choose-stack.ts";
export { fitStack, type StackOptions } from "./combination/fit-stack.ts";
export type {
  Stack,
  StackCertificate,
  StackDraft,
  StackEvidence,
  StackedScore,
  StackModel,
  StackQuality,
  StackTerm,
} from "./combination/stack.ts";
export type { StackData, StackDirection, StackScale, StackScore } from "./combination/stack-data.ts";
// conformal: documents
export { type ConformalDraft, conformalFingerprint } from "./conformal/artefact/conformal-fingerprint.ts";
export { openConformal } from "./conformal/artefact/open-conformal.ts";
export { sealConformal } from "./conformal/artefact/seal-conformal.ts";
export type {
  Condition,
  ConformalDocument,
  ConformalEvaluation,
  ConformalIntervals,
  ConformalPart,
  ConformalSets,
  EmptySetPolicy,
  IntervalMethod,
  SetScore,
  TwoSidedPart,
  WeightedThresholds,
} from "./conformal/conformal-document.ts";
// conformal: quantiles, p-values and the range of the coverage
export {
  type ConformalQuantile,
  conformalQuantile,
  prepareWeightedScores,
  type WeightedScores,
  weightedConformalQuantile,
  weightedQuantileAt,
} from "./conformal/conformal-quantile.ts";
export {
  type CoverageRange,
  coveragePValue,
  coverageRange,
  rowsForCoverage,
} from "./conformal/coverage-range.ts";
export type { Decimal, Fraction } from "./conformal/exact-decimal.ts";
// conformal: intervals around forecasts of numbers
export { type EvaluateIntervalsOptions, evaluateIntervals } from "./conformal/intervals/evaluate-intervals.ts";
export {
  type ConformalIntervalsOptions,
  fitConformalIntervals,
  withIntervalEvaluation,
} from "./conformal/intervals/fit-conformal-intervals.ts";
export type { IntervalsOptions } from "./conformal/intervals/fit-intervals.ts";
export type { Intervals } from "./conformal/intervals/interval-ends.ts";
export {
  cvMinmax,
  cvPlus,
  jackknifeMinmax,
  jackknifePlus,
  type LeftOutIntervals,
} from "./conformal/intervals/jackknife.ts";
export { type PartSystem, partSystems } from "./conformal/intervals/part-systems.ts";
export {
  type IntervalsRule,
  type PredictIntervalsOptions,
  predictIntervals,
} from "./conformal/intervals/predict-intervals.ts";
export { predictiveCrps } from "./conformal/intervals/predictive-crps.ts";
export { predictiveProbabilities } from "./conformal/intervals/predictive-probabilities.ts";
export {
  predictiveIntervals,
  predictiveQuantiles,
  type QuantileSide,
} from "./conformal/intervals/predictive-quantiles.ts";
export {
  fitPredictiveSystem,
  type Locations,
  type PredictiveSystem,
} from "./conformal/intervals/predictive-system.ts";
export { createOnlineCalibrator, restoreOnlineCalibrator } from "./conformal/online/online-calibrator.ts";
export type {
  IntegralTerm,
  LongRun,
  OnlineCalibrator,
  OnlineMethod,
  OnlineOutcome,
  OnlineSnapshot,
} from "./conformal/online/online-method.ts";
export type { OnlineOptions } from "./conformal/online/online-options.ts";
export {
  confidenceAndCredibility,
  conformalPValue,
  type PreparedScores,
  type PValueSummary,
  prepareScores,
  smoothedPValue,
} from "./conformal/p-value.ts";
export { conformalRank, fewestScores } from "./conformal/rank.ts";
// conformal: sets of classes
export { type ClassPValuesOptions, classPValues } from "./conformal/sets/class-p-values.ts";
export { type EfficiencyCriteria, efficiencyCriteria } from "./conformal/sets/efficiency-criteria.ts";
export { type EvaluateSetsOptions, evaluateSets, withEvaluation } from "./conformal/sets/evaluate-sets.ts";
export { fitConformalSets } from "./conformal/sets/fit-conformal-sets.ts";
export { type PredictSetsOptions, predictSets } from "./conformal/sets/predict-sets.ts";
export { type PredictedSets, setContains, setMembers } from "./conformal/sets/predicted-sets.ts";
export { probabilityRows } from "./conformal/sets/probability-rows.ts";
export { rowUniforms, type UniformPurpose } from "./conformal/sets/row-uniforms.ts";
export {
  type ClassCoverageGap,
  classCoverageGap,
  coverageBySetSize,
  meanSetSize,
  type SetSizeCoverage,
  setCoverage,
  setsFromRows,
} from "./conformal/sets/set-metrics.ts";
export { setScores, setScoresOfClasses } from "./conformal/sets/set-scores.ts";
export type { SetsData, SetsScoreKind } from "./conformal/sets/sets-data.ts";
export type { ConformalSetsOptions, SetsCondition } from "./conformal/sets/sets-options.ts";
export { type RowThresholds, type SetsWithinOptions, setsWithin } from "./conformal/sets/sets-within.ts";
export {
  createStreamingCalibrator,
  restoreStreamingCalibrator,
  type StreamingCalibrator,
  type StreamingOptions,
  type StreamingSnapshot,
} from "./conformal/streaming-calibrator.ts";
export { type AppliedPolicy, applyPolicy } from "./decisions/apply-policy.ts";
// decisions: thresholds, policies as files, their verification
export { checkPolicy } from "./decisions/artefact/check-policy.ts";
export { openPolicy } from "./decisions/artefact/open-policy.ts";
export { type PolicyDraft, policyFingerprint } from "./decisions/artefact/policy-fingerprint.ts";
export { policySchema } from "./decisions/artefact/policy-schema.ts";
export { sealPolicy } from "./decisions/artefact/seal-policy.ts";
export { binaryCostRegions, type CostRegion } from "./decisions/binary-cost-regions.ts";
export { certificateSentence } from "./decisions/certificate-sentence.ts";
export {
  type CertifiedSelection,
  certifySelectiveRisk,
  type SelectiveRiskOptions,
} from "./decisions/certify/certify-selective-risk.ts";
export type { StartPlan } from "./decisions/certify/start-thresholds.ts";
export { checkCostMatrix, checkCosts } from "./decisions/check-costs.ts";
export { type CostThresholds, thresholdsFromCosts } from "./decisions/cost-thresholds.ts";
export { type Decisions, decide, decisionNames, type ScoredRows, scoredRows } from "./decisions/decide.ts";
// decisions: thresholds judged by cells instead of rows
export { type DecisionCurveOptions, decisionCurve } from "./decisions/from-cells/cells-curve.ts";
export {
  type CellTraffic,
  type DecisionCells,
  type DecisionCellsOptions,
  decisionCells,
} from "./decisions/from-cells/decision-cells.ts";
export { type LabelSpread, labelSpread } from "./decisions/from-cells/label-spread.ts";
export { type CellPolicyOptions, policyFromCells } from "./decisions/from-cells/policy-from-cells.ts";
export { snapThresholds, thresholdStops } from "./decisions/from-cells/snap-thresholds.ts";
export {
  type ThresholdOutcome,
  type ThresholdOutcomeOptions,
  thresholdOutcome,
} from "./decisions/from-cells/threshold-outcome.ts";
export { leastCostActions } from "./decisions/least-cost.ts";
export { makePolicy } from "./decisions/make-policy.ts";
export { objectiveWords } from "./decisions/objective-words.ts";
export { isOutside } from "./decisions/outside-rows.ts";
// decisions: a policy as data
export type {
  Capacity,
  CapacityPoint,
  CostMatrix,
  Costs,
  Decision,
  DecisionRule,
  DecisionScore,
  ExpectedOutcome,
  InDistributionDemand,
  Objective,
  PolicyAlternative,
  PolicyChoices,
  PolicyDocument,
  PolicyPoint,
  RiskCertificate,
  SegmentPolicy,
  Thresholds,
} from "./decisions/policy.ts";
export { type CostPolicyOptions, policyFromCosts } from "./decisions/policy-from-costs.ts";
export type { PolicyOptions } from "./decisions/policy-options.ts";
export { thresholdText } from "./decisions/threshold-text.ts";
export type { VerificationDocument, VerifiedNumber } from "./decisions/verification.ts";
export { type VerifyOptions, verifyPolicy } from "./decisions/verify-policy.ts";
// detections: boxes with scores against true boxes
export { type AreaRange, areaRanges, boxSizeCodes, boxSizes } from "./detection/area-ranges.ts";
export type { BoxDimension } from "./detection/bin-boxes.ts";
export {
  applyBoxCalibrator,
  type BoxCalibrator,
  type BoxCalibratorOptions,
  type BoxEvidence,
  boxFeatures,
  fitBoxCalibrator,
  isBoxCalibrator,
  openBoxCalibrator,
} from "./detection/box-calibrator.ts";
export type { Boxes, DetectedBoxes, DetectionData, TrueBoxes } from "./detection/boxes.ts";
export { certifyByGroup, type GroupCertificate, type GroupRiskOptions } from "./detection/certify-by-group.ts";
export { clusteredReliability } from "./detection/clustered-reliability.ts";
export {
  type AveragePrecisions,
  type ClassAveragePrecision,
  type CocoPrecisionOptions,
  cocoAveragePrecision,
  cocoThresholds,
} from "./detection/coco-average-precision.ts";
export {
  type CutoffCurve,
  type CutoffOptions,
  type CutoffPoint,
  type CutoffShare,
  cutoffCurve,
  type PrecisionTarget,
} from "./detection/cutoff-curve.ts";
export {
  type DetectionError,
  type DetectionErrorOptions,
  detectionCalibrationError,
} from "./detection/detection-calibration-error.ts";
export type {
  ClassDetections,
  DetectionCalibration,
  DetectionDocument,
  DetectionSourceRecord,
  SizeReliability,
} from "./detection/detection-document.ts";
export { type DetectionGroup, type DetectionGroupOptions, detectionGroups } from "./detection/detection-groups.ts";
export { type DetectionPolicyOptions, detectionPolicy } from "./detection/detection-policy.ts";
export { detectionPredictions, detectionSegments } from "./detection/detection-predictions.ts";
export { type DetectionReportOptions, detectionReport } from "./detection/detection-report.ts";
export { type DetectionRows, detectionRows, type RelativeBoxes, relativeBoxes } from "./detection/detection-rows.ts";
export { type LocalisationErrorOptions, localisationAwareError } from "./detection/localisation-aware-error.ts";
export { type DetectionMatches, type MatchOptions, matchDetections } from "./detection/match-detections.ts";
export { verifyDetectionPolicy } from "./detection/verify-detection-policy.ts";
// ensembles: members, noise and unknown, disagreement, calibration, the number of members
export type { OrderEvidence } from "./ensembles/compare-orders.ts";
export { decomposeEntropy } from "./ensembles/decompose-entropy.ts";
export {
  decomposeForecastVariance,
  type ForecastVarianceOptions,
  type ForecastVarianceParts,
} from "./ensembles/decompose-forecast-variance.ts";
export { decomposeVariance } from "./ensembles/decompose-variance.ts";
export { pairwiseDisagreement } from "./ensembles/disagreement.ts";
export {
  type EffectOfMembers,
  type EffectOptions,
  effectOfMembers,
  type MemberCountPoint,
} from "./ensembles/effect-of-members.ts";
export {
  applyEnsembleCalibrator,
  type EnsembleCalibrator,
  ensembleCalibratorSchema,
  openEnsembleCalibrator,
  type PoolingOrder,
  sealEnsembleCalibrator,
} from "./ensembles/ensemble-calibrator.ts";
export type {
  EnsembleReport,
  RankedUncertainty,
  UncertainRow,
  UncertaintyGroup,
  UncertaintySplit,
} from "./ensembles/ensemble-document.ts";
export { type EnsembleReportOptions, ensembleReport } from "./ensembles/ensemble-report.ts";
export { fewMemberInformation } from "./ensembles/few-member-information.ts";
export {
  type EnsembleFitDocument,
  type EnsembleFitOptions,
  fitEnsembleCalibrator,
} from "./ensembles/fit-ensemble-calibrator.ts";
export {
  type ForecastEnsembleOptions,
  type ForecastEnsembleReport,
  forecastEnsembleReport,
  type UncertainForecast,
} from "./ensembles/forecast-ensemble-report.ts";
export type { MemberForecasts } from "./ensembles/member-forecasts.ts";
export {
  fitMemberTemperatures,
  type MemberTemperatureOptions,
  type MemberTemperatures,
  temperedMembers,
} from "./ensembles/member-temperatures.ts";
export {
  type MemberOptions,
  type Members,
  membersFromLogits,
  membersFromMatrices,
  membersOf,
} from "./ensembles/members.ts";
export {
  type MixtureIntervalOptions,
  mixtureCdf,
  mixtureIntervals,
  mixtureQuantiles,
} from "./ensembles/normal-mixture.ts";
export { expectedPairwiseKl, maximumConsensusKl, type PairwiseKlOptions } from "./ensembles/pairwise-kl.ts";
export { predictiveMean } from "./ensembles/predictive-mean.ts";
export { type SampleIntervalOptions, sampleIntervals } from "./ensembles/sample-intervals.ts";
export { selectMemberRows, selectMembers } from "./ensembles/select-members.ts";
export type { UncertaintyParts } from "./ensembles/split-uncertainty.ts";
export { meanVariationRatio, voteVariationRatio } from "./ensembles/variation-ratio.ts";
export { voteEntropy } from "./ensembles/vote-entropy.ts";
export { memberVotes, voteShares } from "./ensembles/votes.ts";
export { type InputCode, InputError } from "./errors.ts";
export type { Estimate, IntervalKind, MergedRows, SampleOptions, Spec, TestEstimate } from "./estimate.ts";
// intervals
export { checkClassProbabilities, checkPairs } from "./intervals/check-pairs.ts";
export { estimateFromInfluence, type MeanOptions, meanEstimate } from "./intervals/mean.ts";
export { clopperPearson, type Interval, proportionEstimate, wilson } from "./intervals/proportion.ts";
export { type CheckedSample, checkSample, effectiveSize } from "./intervals/sample.ts";
// ground floor: kernels, random numbers, linear algebra, optimisation
export { argsort, sortedCopy } from "./kernels/argsort.ts";
// binned calibration errors, the noise floor, presets
export type { BinningOptions, EdgeRule } from "./kernels/bins.ts";
// scores, tests, ranking and selective prediction
export {
  type IsotonicBlock,
  type IsotonicFit,
  isotonicBlocks,
  isotonicRegression,
  isotonicValue,
} from "./kernels/isotonic.ts";
export { type Nearest, nearestDistances } from "./kernels/nearest/nearest-distances.ts";
export { pairwiseSum } from "./kernels/pairwise-sum.ts";
export { midRanks } from "./kernels/ranks.ts";
export { select } from "./kernels/select.ts";
export { logSoftmax, logSumExp, softmax } from "./kernels/softmax.ts";
export { sum, weightedSum } from "./kernels/sum.ts";
export { type QuantileOptions, weightedQuantile } from "./kernels/weighted-quantile.ts";
export { cholesky, choleskyInverse, choleskySolve } from "./linalg/cholesky.ts";
export { mahalanobisDistances } from "./linalg/mahalanobis-distances.ts";
export { type ShrinkageOptions, type ShrunkenCovariance, shrunkenCovariance } from "./linalg/shrunken-covariance.ts";
export { type SymmetricEigen, symmetricEigen } from "./linalg/symmetric-eigen.ts";
export { type Float32Matrix, type Matrix, matrix, matrixFromRows } from "./matrix.ts";
export {
  type BinnedErrorOptions,
  debiasedCalibrationError,
  expectedCalibrationError,
  type LabelRule,
  maximumCalibrationError,
  type Norm,
} from "./metrics/calibration/binned-calibration-error.ts";
// Smooth, cumulative and kernel calibration errors, Cox, ICI, direction, smooth and CORP reliability.
export {
  calibrationInTheLarge,
  type MeanGapOptions,
  meanCalibrationGap,
} from "./metrics/calibration/calibration-in-the-large.ts";
export { type ClasswiseOptions, classwiseCalibrationError } from "./metrics/calibration/classwise-calibration-error.ts";
export { type CoxCalibration, coxCalibration } from "./metrics/calibration/cox.ts";
export { type KuiperOptions, ksCalibration, kuiperCalibration } from "./metrics/calibration/cumulative.ts";
export type { CumulativeOptions, CumulativeTestEstimate } from "./metrics/calibration/cumulative-differences.ts";
export { type DirectionOptions, overconfidence, underconfidence } from "./metrics/calibration/direction.ts";
export { explainDifference } from "./metrics/calibration/explain-difference.ts";
export {
  type FullVectorOptions,
  fullVectorCalibrationError,
} from "./metrics/calibration/full-vector-calibration-error.ts";
export {
  type IntegratedCalibration,
  type IntegratedCalibrationOptions,
  integratedCalibrationIndex,
} from "./metrics/calibration/integrated-calibration-index.ts";
export { type KernelPairOptions, kernelCalibrationError } from "./metrics/calibration/kernel-calibration-error.ts";
export type { KernelCalibrationOptions, KernelEstimator } from "./metrics/calibration/kernel-calibration-options.ts";
export { multiclassKernelCalibrationError } from "./metrics/calibration/multiclass-kernel-calibration-error.ts";
export { type NoiseFloorOptions, noiseFloor } from "./metrics/calibration/noise-floor.ts";
export { type PresetName, presetCalibrationError, presetNames, presetRule } from "./metrics/calibration/presets.ts";
export { type SmoothEceAtOptions, smoothEce, smoothEceAt } from "./metrics/calibration/smooth-ece.ts";
export { type SmoothEceNull, type SmoothEceNullOptions, smoothEceNull } from "./metrics/calibration/smooth-ece-null.ts";
export {
  type RelplotEstimate,
  smoothEceRelplot,
  smoothEceRelplotAt,
} from "./metrics/calibration/smooth-ece-relplot.ts";
export { type SweepOptions, sweepCalibrationError } from "./metrics/calibration/sweep-calibration-error.ts";
export { accuracy } from "./metrics/ranking/accuracy.ts";
export { type AurocOptions, auroc } from "./metrics/ranking/auroc.ts";
export { aurocDifference } from "./metrics/ranking/auroc-difference.ts";
export { averagePrecision } from "./metrics/ranking/average-precision.ts";
export { prAucTrapezoid } from "./metrics/ranking/pr-auc-trapezoid.ts";
export { precisionRecallCurve } from "./metrics/ranking/precision-recall-curve.ts";
export { type CurveOptions, rocCurve } from "./metrics/ranking/roc-curve.ts";
export type { RankedOptions } from "./metrics/ranking/tie-groups.ts";
export { correctness, type TopLabel, topLabel } from "./metrics/ranking/top-label.ts";
export { brierScore } from "./metrics/scores/brier-score.ts";
export { brierScoreMulticlass } from "./metrics/scores/brier-score-multiclass.ts";
export { type CorpOptions, corpDecomposition } from "./metrics/scores/corp-decomposition.ts";
export { corpDecompositionClasswise } from "./metrics/scores/corp-decomposition-classwise.ts";
export type { CorpDecomposition } from "./metrics/scores/corp-parts.ts";
export { type LogLossOptions, logLoss } from "./metrics/scores/log-loss.ts";
export {
  type LogitLossOptions,
  logLossFromLogits,
  logLossFromLogProbabilities,
  logLossMulticlass,
} from "./metrics/scores/log-loss-multiclass.ts";
export {
  type MurphyDecomposition,
  type MurphyOptions,
  murphyDecomposition,
} from "./metrics/scores/murphy-decomposition.ts";
export { achievableAurc } from "./metrics/selective/achievable-aurc.ts";
export { type AuarcOptions, auarc } from "./metrics/selective/auarc.ts";
export { augrc, excessAugrc } from "./metrics/selective/augrc.ts";
export { type AurcConvention, type AurcOptions, aurc } from "./metrics/selective/aurc.ts";
export { type ExcessAurcOptions, excessAurc } from "./metrics/selective/excess-aurc.ts";
export {
  coverageAtRisk,
  type OperatingPoint,
  type RiskAtCoverageOptions,
  riskAtCoverage,
  selectiveAccuracy,
} from "./metrics/selective/operating-point.ts";
export type { ExcessConvention } from "./metrics/selective/optimal-area.ts";
export { optimalAurc } from "./metrics/selective/optimal-aurc.ts";
export { riskCoverageCurve, type SelectivePoint } from "./metrics/selective/risk-coverage-curve.ts";
export type { Correctness } from "./metrics/selective/selective-rows.ts";
export { type SelectiveStatistics, selectiveStatistics } from "./metrics/selective/selective-statistics.ts";
export { benjaminiHochberg } from "./metrics/tests/benjamini-hochberg.ts";
export { calibrationEvidence } from "./metrics/tests/calibration-evidence.ts";
export { calibrationScoreTest } from "./metrics/tests/calibration-score-test.ts";
export { type HosmerLemeshowOptions, hosmerLemeshowTest } from "./metrics/tests/hosmer-lemeshow-test.ts";
export {
  type CalibrationStatistic,
  type ResamplingEstimate,
  type ResamplingOptions,
  resamplingTest,
} from "./metrics/tests/resampling-test.ts";
export { type SpiegelhalterOptions, spiegelhalterTest } from "./metrics/tests/spiegelhalter-test.ts";
// detectors of rows unlike the training data
export {
  attachArrays,
  type DetachedDetector,
  detachArrays,
  detachedArrays,
} from "./ood/artefact/detach-arrays.ts";
export { oodDetectorFingerprint } from "./ood/artefact/ood-detector-fingerprint.ts";
export { openOodDetector } from "./ood/artefact/open-ood-detector.ts";
export { sealOodDetector } from "./ood/artefact/seal-ood-detector.ts";
export type {
  LinearHead,
  OodArray,
  OodCalibration,
  OodDetector,
  OodDetectorDraft,
  OodEvidence,
  OodLogistic,
  OodMethod,
  OodPart,
  OodReads,
  OodSource,
  OodSum,
  SingleOodMethod,
} from "./ood/detector.ts";
// inputs unlike the training data: what detectors' scores say of a row, of a batch and of the detector
export {
  type ConditionalOptions,
  calibrationConditionalPValues,
} from "./ood/evidence/conditional-p-values.ts";
export { conformalOodPValues, type OodPValueOptions } from "./ood/evidence/conformal-p-values.ts";
export {
  type Discoveries,
  type DiscoveryMethod,
  type DiscoveryOptions,
  discoverOutside,
  discoveryMethods,
  storeyShare,
} from "./ood/evidence/false-discoveries.ts";
export { type MergeMethod, mergeFactor, mergeMethods, mergePValues } from "./ood/evidence/merge-p-values.ts";
export {
  type CombinationStatistic,
  type CombinedEvidence,
  type CombineOptions,
  combinationStatistics,
  combinedPValues,
  combinedScores,
  combineEvidence,
} from "./ood/evidence/recalibrated-combination.ts";
export { fitOodDetector } from "./ood/fit-ood-detector.ts";
export { isOodMethod, type OodMethodDescription, oodMethods } from "./ood/methods.ts";
export { type FprAtTpr, type FprOptions, fprAtTpr } from "./ood/metrics/fpr-at-tpr.ts";
export type { OodPositive, OodScores } from "./ood/metrics/inside-outside.ts";
export { type OodAuprOptions, type OodMetricOptions, oodAupr, oodAuroc } from "./ood/metrics/ood-areas.ts";
export { oodScores } from "./ood/ood-scores.ts";
export { type OodReportOptions, oodReport, type ScoredDetector } from "./ood/report/build-ood-report.ts";
export type {
  FalseDiscovery,
  MixedSelective,
  OodPValueReport,
  OodReportDocument,
  OutsideGroup,
  RankedDetector,
  SelectiveCurve,
  SelectiveOrder,
} from "./ood/report/document.ts";
export type { OodFitOptions, OodTraining } from "./ood/training.ts";
export { type BrentOptions, findRoot, type Minimum, minimize, type Root } from "./optimize/brent.ts";
export { type LbfgsProblem, type LbfgsResult, minimizeLbfgs } from "./optimize/lbfgs.ts";
export { fitLogistic, type LogisticFit, type LogisticOptions } from "./optimize/logistic.ts";
export { createRandom, type Random } from "./random/random.ts";
export { type NumberBlock, shuffle } from "./random/shuffle.ts";
// forecasts of numbers: metrics
export { checkForecast, checkRegressionPredictions } from "./regression/check-forecast.ts";
// forecasts of numbers: types
export type { Forecast, RegressionPredictions } from "./regression/forecasts.ts";
export { type AreaScale, type AreaScaleOptions, areaMinimizingScale } from "./regression/metrics/area-scale.ts";
export type { CurveConvention } from "./regression/metrics/calibration-curve.ts";
export {
  type CalibrationErrorOptions,
  meanAbsoluteCalibrationError,
  rootMeanSquaredCalibrationError,
} from "./regression/metrics/calibration-error.ts";
export { type CoverageWidthOptions, coverageWidthCriterion } from "./regression/metrics/coverage-width-criterion.ts";
export { forecastBias } from "./regression/metrics/forecast-bias.ts";
export { gaussianCrps } from "./regression/metrics/gaussian-crps.ts";
export { gaussianLogLoss } from "./regression/metrics/gaussian-log-loss.ts";
export { gaussianCheckScore, gaussianIntervalScore } from "./regression/metrics/gaussian-quantile-scores.ts";
export { intervalCoverage } from "./regression/metrics/interval-coverage.ts";
export { intervalScore } from "./regression/metrics/interval-score.ts";
export { meanAbsoluteError } from "./regression/metrics/mean-absolute-error.ts";
export { meanWidth } from "./regression/metrics/mean-width.ts";
export { expectedMiscalibrationArea, miscalibrationArea } from "./regression/metrics/miscalibration-area.ts";
export { type OutcomeLine, outcomeLine } from "./regression/metrics/outcome-line.ts";
export { meanPinballLoss, pinballLoss } from "./regression/metrics/pinball-loss.ts";
export { type PitRanges, pitRanges, pitValues } from "./regression/metrics/pit.ts";
export { type PitBin, type PitHistogramOptions, pitHistogram } from "./regression/metrics/pit-histogram.ts";
export { pitTest } from "./regression/metrics/pit-test.ts";
export { quantileCoverage } from "./regression/metrics/quantile-coverage.ts";
export { quantileCrps } from "./regression/metrics/quantile-crps.ts";
export { type QuantileCurveOptions, quantileCalibrationCurve } from "./regression/metrics/quantile-curve.ts";
export { type RSquaredOptions, rSquared } from "./regression/metrics/r-squared.ts";
export { rootMeanSquaredError } from "./regression/metrics/root-mean-squared-error.ts";
export { sharpness } from "./regression/metrics/sharpness.ts";
export { type WeightedIntervalScore, weightedIntervalScore } from "./regression/metrics/weighted-interval-score.ts";
export { type DependenceOptions, widthCoverageDependence } from "./regression/metrics/width-coverage-dependence.ts";
export { type StratifiedOptions, widthStratifiedCoverage } from "./regression/metrics/width-stratified-coverage.ts";
// forecasts of numbers: repair
export { applyRegressionCalibrator } from "./regression/recalibrate/apply-calibrator.ts";
export { regressionDataFingerprint } from "./regression/recalibrate/data-fingerprint.ts";
export { type FitRegressionOptions, fitRegression } from "./regression/recalibrate/fit-regression.ts";
export { type RegressionMethod, regressionMethods } from "./regression/recalibrate/methods.ts";
export {
  openRegressionCalibrator,
  regressionCalibratorSchema,
  sealRegressionCalibrator,
} from "./regression/recalibrate/seal-calibrator.ts";
export type {
  RegressionCalibrator,
  RegressionCandidate,
  RegressionFitDocument,
  RegressionMap,
} from "./regression/regression-calibrator.ts";
export type {
  IntervalQuality,
  LevelCoverage,
  RegressionGroup,
  RegressionReport,
} from "./regression/regression-report.ts";
// forecasts of numbers: the report
export { type RegressionReportOptions, regressionReport } from "./regression/report.ts";
export { type ReliabilityBinsOptions, reliabilityBins } from "./reliability/binned.ts";
export { type CorpReliability, type CorpReliabilityOptions, corpReliability } from "./reliability/corp.ts";
export { type SmoothReliability, type SmoothReliabilityOptions, smoothReliability } from "./reliability/smooth.ts";
// the report
export {
  type ApproximateReportOptions,
  accumulate,
  approximateReport,
  createAccumulator,
  type ReportAccumulator,
} from "./report/approximate-report.ts";
export type {
  BandPoint,
  CurvePoint,
  Decomposition,
  GroupReport,
  Histogram,
  NoiseFloor,
  PresetValue,
  ProbabilityReport,
  Reliability,
  ReliabilityBin,
  ReportDocument,
  ReportVerdict,
  RiskCoveragePoint,
  Task,
  Verdict,
  VerdictStatus,
  VersusReport,
} from "./report/document.ts";
// groups of rows, tested together
export { type GroupSample, groupReports } from "./report/group-report.ts";
export { type PairSample, topLabelPairs } from "./report/pair-sample.ts";
export type {
  BinaryPredictions,
  ConfidencePredictions,
  InsidePValues,
  MulticlassPredictions,
  Predictions,
  SegmentColumn,
  TimeColumn,
} from "./report/predictions.ts";
export { type ReportOptions, report } from "./report/row-report.ts";
export { summaryVerdict, type VerdictEvidence, verdict } from "./report/verdict.ts";
export { versusReport } from "./report/versus.ts";
// risk control: bounds of a mean loss
export { bettingPValue, bettingUpper } from "./risk-control/bounds/betting.ts";
export { binomialPValue } from "./risk-control/bounds/binomial-p-value.ts";
export { clopperPearsonUpper } from "./risk-control/bounds/clopper-pearson.ts";
export { hoeffdingPValue, hoeffdingUpper } from "./risk-control/bounds/hoeffding.ts";
export {
  type HoeffdingBentkusOptions,
  hoeffdingBentkusPValue,
  hoeffdingBentkusUpper,
} from "./risk-control/bounds/hoeffding-bentkus.ts";
export type { LossBoundOptions } from "./risk-control/bounds/loss-bound.ts";
export { maurerPontilPValue, maurerPontilUpper } from "./risk-control/bounds/maurer-pontil.ts";
// risk control: the least conservative rule within a target
export { type ConformalRiskControlOptions, conformalRiskControl } from "./risk-control/conformal-risk-control.ts";
export {
  type FamilyWiseCorrection,
  type FamilyWiseOptions,
  familyWiseRejections,
} from "./risk-control/family-wise.ts";
export { type FixedSequenceOptions, fixedSequenceSelection } from "./risk-control/fixed-sequence-selection.ts";
export { type LearnThenTestOptions, learnThenTest, type TestedRules } from "./risk-control/learn-then-test.ts";
export { type LossCurve, type LossCurveOptions, lossCurve } from "./risk-control/loss-curve.ts";
export { applyMultiLabel } from "./risk-control/multi-label/apply-multi-label.ts";
export { controlMultiLabel, type MultiLabelOptions } from "./risk-control/multi-label/control-multi-label.ts";
export { evaluateMultiLabel, withMultiLabelEvaluation } from "./risk-control/multi-label/evaluate-multi-label.ts";
export { type FitMultiLabelOptions, fitMultiLabel } from "./risk-control/multi-label/fit-multi-label.ts";
export type {
  MultiLabelControl,
  MultiLabelMethod,
  MultiLabelRisk,
} from "./risk-control/multi-label/multi-label-control.ts";
export { multiLabelDataHash } from "./risk-control/multi-label/multi-label-data-hash.ts";
export type { MultiLabelDocument, MultiLabelEvaluation } from "./risk-control/multi-label/multi-label-document.ts";
export { openMultiLabel, sealMultiLabel } from "./risk-control/multi-label/seal-multi-label.ts";
export { type RiskControllingOptions, riskControllingRule } from "./risk-control/rcps.ts";
export { type RiskBound, riskPValue, riskUpper } from "./risk-control/risk-bound.ts";
export type { RiskControl } from "./risk-control/risk-control.ts";
export type { Selection, SelectionTarget } from "./risk-control/selection.ts";
export { selectionWithGuaranteedRisk } from "./risk-control/selection-with-guaranteed-risk.ts";
// sampling: which rows to label next
export {
  type AcquisitionEvidence,
  acquisitionScores,
  type MemberAcquisition,
  type RowAcquisition,
} from "./sampling/acquisition.ts";
export { type BatchBaldChoice, type BatchBaldOptions, batchBald } from "./sampling/batch-bald.ts";
export { badge, type CoverageOptions, coverByClusters, coverByDistance } from "./sampling/coverage.ts";
export { pivotalSample, poissonSample } from "./sampling/draw.ts";
export {
  accuracyUncertainty,
  type SamplingOptions,
  samplingProbabilities,
  type ThresholdDesign,
  thresholdProbabilities,
} from "./sampling/probabilities.ts";
export { entropyUncertainty, leastConfidence, marginUncertainty } from "./sampling/uncertainty.ts";
// scores from outputs: how sure a row of logits or probabilities is
export { aurcDifference } from "./scores/aurc-difference.ts";
export { type ClassOutputs, classScore } from "./scores/class-score.ts";
export { type CompareScoresOptions, compareScores, type ScoreCandidate } from "./scores/compare-scores.ts";
export {
  type ConfidenceRows,
  confidenceFrom,
  confidencesOf,
  type OutputRows,
  scoreRows,
} from "./scores/confidence-from.ts";
export { type ConfidenceScore, confidenceScore, scoreNote, scoreSentence } from "./scores/confidence-score.ts";
export type { JudgedRows } from "./scores/cross-fitted-quality.ts";
export { energyScore } from "./scores/energy-score.ts";
export { fitOnScore } from "./scores/fit-on-score.ts";
export { forecastIsNear, forecastScore } from "./scores/forecast-score.ts";
export { type GeneralisedEntropyOptions, generalisedEntropy } from "./scores/generalised-entropy.ts";
export { mapScore } from "./scores/map-score.ts";
export { marginScore } from "./scores/margin-score.ts";
export { maximumLogit } from "./scores/maximum-logit.ts";
export { maximumProbability } from "./scores/maximum-probability.ts";
export { negativeEntropy } from "./scores/negative-entropy.ts";
export { probabilityWithin } from "./scores/probability-within.ts";
export { type RecordedScore, recordedScore, recordScore, type ScoredOutputs } from "./scores/recorded-score.ts";
export { reportOnScore } from "./scores/report-on-score.ts";
export {
  isForecastScore,
  parseScoreChoice,
  type ScoreChoice,
  scoreChoiceText,
  scoreMember,
} from "./scores/score-choice.ts";
export { comparableScores, createScoreCollector, type ScoreCollector } from "./scores/score-collector.ts";
export type { ComparedScore, ScoreComparison } from "./scores/score-comparison.ts";
export {
  type ClassScoreName,
  type ForecastScoreName,
  type ScoreMap,
  type ScoreMember,
  type ScoreName,
  type ScoreReads,
  scoreFamily,
  scoreMapFormulas,
} from "./scores/score-family.ts";
export { sigmoidConfidence } from "./scores/sigmoid-confidence.ts";
// estimates from rows that were selected to be labelled
export {
  type BettingShareOptions,
  bettingErrorUpper,
  bettingShareInterval,
} from "./selected-labels/betting-interval.ts";
export { NO_LABEL_YET, type SelectedLabelsReport } from "./selected-labels/document.ts";
export {
  type LabellingDesign,
  type LabelsNeeded,
  type LabelsNeededOptions,
  labelsNeeded,
} from "./selected-labels/labels-needed.ts";
export {
  type SelectedBin,
  type SelectedCalibration,
  type SelectedCalibrationOptions,
  selectedCalibration,
} from "./selected-labels/selected-calibration.ts";
export { propensityWeights, type SelectedLabels, type SelectedOptions } from "./selected-labels/selected-labels.ts";
export { type SelectedMean, type SelectedMeanOptions, selectedMean } from "./selected-labels/selected-mean.ts";
export { type SelectedReportInput, selectedLabelsReport } from "./selected-labels/selected-report.ts";
export {
  type SelectedOperatingPoint,
  type SelectedThreshold,
  type SelectedThresholdOptions,
  selectedOperatingPoint,
  selectedThreshold,
} from "./selected-labels/selected-thresholds.ts";
// sequential tests of exchangeability
export { type ChangeDetector, detectChange, startChangeDetector } from "./sequential/change-detector.ts";
export {
  createExchangeabilityTest,
  type ExchangeabilityOptions,
  type ExchangeabilityOutcome,
  type ExchangeabilitySnapshot,
  type ExchangeabilityTest,
  restoreExchangeabilityTest,
} from "./sequential/exchangeability-test.ts";
export {
  betJumper,
  FINE_STAKES,
  type JumperOptions,
  type JumperState,
  startJumper,
} from "./sequential/jumper-martingale.ts";
// ground floor: special functions
export { brownianMaximumCdf, brownianMaximumSurvival } from "./special/brownian-maximum.ts";
export { brownianRangeCdf, brownianRangeSurvival } from "./special/brownian-range.ts";
export { chiSquareCdf, chiSquareQuantile, chiSquareSurvival } from "./special/chi-square.ts";
export { erf, erfc } from "./special/erf.ts";
export { kolmogorovCdf, kolmogorovQuantile, kolmogorovSurvival } from "./special/kolmogorov.ts";
export { kuiperCdf, kuiperSurvival } from "./special/kuiper.ts";
export { logGamma } from "./special/log-gamma.ts";
export { normalCdf, normalPdf, normalQuantile, normalSurvival } from "./special/normal.ts";
export { regularizedBeta, regularizedBetaInverse } from "./special/regularized-beta.ts";
export { regularizedGammaInverse, regularizedGammaP, regularizedGammaQ } from "./special/regularized-gamma.ts";
export { studentTCdf, studentTQuantile } from "./special/student-t.ts";
export { visibleText } from "./text/visible-text.ts";
