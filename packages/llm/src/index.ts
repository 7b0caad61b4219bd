// The public names of @candor/llm, one by one. What is not named here is private.

// responses in
export { fromResponse } from "./adapters/from-response.ts";
export { fromStream } from "./adapters/from-stream.ts";
export { openStream, type StreamReader } from "./adapters/open-stream.ts";
export { type StreamOptions, type StreamSource, streamEvents } from "./adapters/stream-events.ts";
// one answer to a decision
export {
  type AssessBand,
  type Assessment,
  type AssessOptions,
  assess,
  type GivenScore,
  prepareAssess,
  type WeakestPart,
} from "./assess/assess.ts";
// labelled scores to a calibrator and a policy
export { calibratorOfScore } from "./assess/calibrator-of-score.ts";
export { type ConfidenceFit, type FitConfidenceOptions, fitConfidence } from "./assess/fit-confidence.ts";
export { splitHalves } from "./assess/split-halves.ts";
// answers about retrieved text, and steps of agents
export type { CompositeConfidence, CompositePart, PartValue } from "./combine/composite.ts";
export { type RagOptions, type RagParts, ragConfidence } from "./combine/rag-confidence.ts";
export { retrievalScore } from "./combine/retrieval-score.ts";
export { type StepOptions, type StepParts, stepConfidence } from "./combine/step-confidence.ts";
export {
  type TrajectoryConfidence,
  type TrajectoryOptions,
  trajectoryConfidence,
} from "./combine/trajectory-confidence.ts";
// trying again within a budget
export { correct } from "./correct/correct.ts";
export type {
  Budget,
  Correction,
  CorrectionAttempt,
  CorrectionState,
  CorrectionTask,
  CorrectOptions,
  Cost,
  StopReason,
  Strategy,
  StrategyResult,
  WorstCase,
} from "./correct/correction.ts";
export { type FinalScores, finalScores } from "./correct/final-scores.ts";
export {
  askAgain,
  type CorrectionModel,
  escalateTo,
  handOver,
  reAsk,
  type SampleMoreOptions,
  type StrategyOptions,
  sampleMore,
  verifyAnswer,
} from "./correct/strategies.ts";
// saved responses as a document
export type {
  AnswerChannel,
  AnswerDocument,
  AnswerField,
  AnswerNote,
  AnswerScore,
  AnswerToken,
} from "./document/answer-document.ts";
export { type AssessedScore, assessScore, type ScoreJudges } from "./document/assess-score.ts";
export {
  type ComparableAnswer,
  type ComparedAnswers,
  comparableAnswer,
  compareAnswers,
} from "./document/compare-answers.ts";
export { type InspectOptions, inspectAnswer } from "./document/inspect-answer.ts";
export { type DocumentJudge, judgeEntry } from "./document/judge-entry.ts";
export type {
  DocumentAssessment,
  DocumentField,
  DocumentJudgement,
  DocumentToken,
  LlmDocument,
  LlmEntry,
  LlmGroup,
  LlmSummary,
  OwnValue,
  ScoreDistribution,
} from "./document/llm-document.ts";
export { type EntryContext, makeEntries } from "./document/make-entries.ts";
export { scoreDistribution } from "./document/score-distribution.ts";
export { createSummary, type SummaryCounter } from "./document/summarise.ts";
export { type TextSpan, textSpans } from "./document/text-spans.ts";
// when two answers are the same
export { createEquivalence } from "./equivalence/create-equivalence.ts";
export type {
  AsyncEquivalence,
  Equivalence,
  EquivalenceKind,
  EquivalenceOptions,
} from "./equivalence/equivalence.ts";
export { finalAnswer } from "./equivalence/final-answer.ts";
export {
  type Embed,
  type Entails,
  embeddingEquivalence,
  entailmentEquivalence,
} from "./equivalence/model-equivalence.ts";
// evidence without log-probabilities
export { askJudge, type JudgeAskOptions, type JudgedAnswer } from "./evidence/ask-judge.ts";
export {
  askVerbalised,
  parseTopAnswers,
  type StatedAnswer,
  type VerbalisedAnswer,
  type VerbalisedOptions,
  type VerbalisedStyle,
} from "./evidence/ask-verbalised.ts";
export {
  type Capabilities,
  type CapabilityCache,
  createCapabilities,
  type ObservedRequest,
} from "./evidence/capabilities.ts";
export { type Capability, type CapabilityKey, capabilityName, type Known } from "./evidence/capability.ts";
export { type Delimited, delimit } from "./evidence/delimit.ts";
export { documentedCapability } from "./evidence/documented-capability.ts";
// what a confidence rests on
export type { Ask, AskModel, Evidence, EvidenceKind } from "./evidence/evidence.ts";
export { evidenceOf } from "./evidence/evidence-of.ts";
export {
  type Expression,
  likelihoodPhrases,
  measureExpressions,
  parseLinguisticConfidence,
} from "./evidence/linguistic.ts";
export { askPTrue, type PTrueOptions } from "./evidence/p-true.ts";
export {
  parseStatedConfidence,
  type StatedConfidence,
  type StatedOptions,
} from "./evidence/parse-stated-confidence.ts";
export { type EvidencePlan, type PlanOptions, planEvidence } from "./evidence/plan-evidence.ts";
export { type ProbeOptions, probeLogprobs } from "./evidence/probe-logprobs.ts";
export { readRejection } from "./evidence/read-rejection.ts";
export type { StatedScale } from "./evidence/stated-number.ts";
export {
  linguisticPrompt,
  oneStagePrompt,
  secondStagePrompt,
  topAnswersPrompt,
} from "./evidence/verbalised-prompts.ts";
// structured output
export { argumentsOf } from "./fields/arguments-of.ts";
export type { Field, FieldAlternative, FieldFlag } from "./fields/field.ts";
export { fieldFlagSentence } from "./fields/field-flag-sentence.ts";
export { fieldsOf } from "./fields/fields-of.ts";
export { type FieldOptions, readFields } from "./fields/read-fields.ts";
export { weakestField } from "./fields/weakest-field.ts";
export type { GuardStatistic } from "./guard/running-statistics.ts";
// confidence while an answer streams
export {
  createStreamGuard,
  type GuardOptions,
  type GuardState,
  type GuardVerdict,
  type StreamGuard,
  StreamRejected,
} from "./guard/stream-guard.ts";
export { type Measure, topKConfidence } from "./guard/token-confidence.ts";
export { warmUpThreshold } from "./guard/warm-up-threshold.ts";
export { type Vote, type VoteCount, type VoteResult, weightedVote } from "./guard/weighted-vote.ts";
// judges
export { type BooleanJudgement, type BooleanJudgeOptions, judgeBoolean } from "./judges/judge-boolean.ts";
export { type Candidate, type ChoiceJudgement, judgeChoice } from "./judges/judge-choice.ts";
export {
  type AnyJudgement,
  type ConsistencyOptions,
  type JudgeAnswer,
  type JudgeConsistency,
  judgeConsistency,
} from "./judges/judge-consistency.ts";
export { judgeScale, levelsOf, type Scale, type ScaleJudgement } from "./judges/judge-scale.ts";
export type { Distribution, JudgeOptions, VerdictMass } from "./judges/judgement.ts";
// several answers to one question
export { type ClusterOptions, clusterAnswers } from "./sampling/cluster-answers.ts";
export type { Partition } from "./sampling/partition.ts";
export {
  exactMatch,
  type Infer,
  type MutualRelation,
  nonContradiction,
  type Relation,
  relateAnswers,
} from "./sampling/relate-answers.ts";
export {
  type DecidedSample,
  type DrawFailure,
  type SampleOptions,
  sampleUntilDecided,
} from "./sampling/sample-until-decided.ts";
export { type SelfConsistency, type SelfConsistencyOptions, selfConsistency } from "./sampling/self-consistency.ts";
export { type DensitySample, type SemanticDensityOptions, semanticDensity } from "./sampling/semantic-density.ts";
export { type SemanticEntropy, type SemanticEntropyOptions, semanticEntropy } from "./sampling/semantic-entropy.ts";
export type { WeightOptions } from "./sampling/sequence-weights.ts";
export type { Decided, StopWhen } from "./sampling/vote.ts";
export { type WeightedPart, weightedScore } from "./sampling/weighted-score.ts";
// scores
export type { Score } from "./scores/score.ts";
export { scoreMeaning } from "./scores/score-meaning.ts";
export { type ConfidenceName, confidenceNames, type ScoreName, scoreNames } from "./scores/score-names.ts";
export { type ScoreOptions, scoreTrace, type TraceScores } from "./scores/score-trace.ts";
// answers and their tokens
export { flagSentence } from "./trace/flag-sentence.ts";
export type { Provider, WireFormat } from "./trace/provider.ts";
export type { ReadOptions } from "./trace/read-options.ts";
export type { Alternative, Channel, Token } from "./trace/token.ts";
export {
  type DecisionAnswer,
  type LlmResponse,
  type LogprobBasis,
  type LogprobStatus,
  type ProviderFault,
  type ToolCall,
  type Trace,
  type TraceFlag,
  tokensOf,
  type Usage,
} from "./trace/trace.ts";

// wrappers of clients
export { type AgentConfidence, agentConfidence, whenUnsure } from "./wrappers/agent-confidence.ts";
export type { Confidence, ConfidenceOptions } from "./wrappers/confidence.ts";
export {
  type AnswerPosition,
  type CallbackOptions,
  type ConfidenceCallback,
  confidenceCallback,
} from "./wrappers/confidence-callback.ts";
export { confidenceFetch, type Fetch } from "./wrappers/confidence-fetch.ts";
export { confidenceIn } from "./wrappers/confidence-in.ts";
export {
  confidenceMiddleware,
  type MiddlewareOptions,
  type SdkMiddleware,
  type SdkModel,
  type SdkStream,
} from "./wrappers/confidence-middleware.ts";
export { type OpenAiClient, withConfidence } from "./wrappers/with-confidence.ts";
