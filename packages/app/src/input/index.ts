// What the rest of the app may use of file reading, besides @candor/input.

// Boxes with scores, and true boxes.
export type { BoxFile } from "./detection/box-rows.ts";
export type { DetectionOptions } from "./detection/detection-options.ts";
export { jsonElements } from "./detection/json-elements.ts";
export { boxLayouts } from "./detection/known-box-columns.ts";
export { type DetectionSet, type DetectionSource, readDetections } from "./detection/read-detections.ts";
export { replaceNumber } from "./detection/replace-number.ts";
// Features, logits and probabilities of rows, for detectors of unlike rows.
export { classCodes } from "./features/class-codes.ts";
export type { EvidenceFlags, EvidenceKind, FlagNames } from "./features/evidence-plan.ts";
export {
  type EvidenceBatch,
  type EvidenceRequest,
  type OpenedEvidence,
  openEvidence,
} from "./features/open-evidence.ts";
export { type EvidenceFile, readEvidence, readMatrix } from "./features/read-evidence.ts";
export type { FileContext } from "./file-context.ts";
// Rows that become predictions and outcomes of a server.
export type { BadRowNote, ImportBatch, ImportOptions, ImportRow, OpenedImport } from "./import/import-options.ts";
export { openImport } from "./import/open-import.ts";
export type { OwnValue } from "./llm/envelope.ts";
// Saved responses of language models.
export { createCorrectReader, readLabelsById } from "./llm/read-labels.ts";
export { type OpenedResponses, openResponses, type ResponseOptions, type SavedResponse } from "./llm/read-responses.ts";
export { textLines } from "./llm/text-lines.ts";
export type { LoadedMembers } from "./members/load-members.ts";
export { type LabelBatch, type OpenedLabels, openLabels } from "./multi-label/open-labels.ts";
export { type LabelFile, readLabels } from "./multi-label/read-labels.ts";
export { openPredictions } from "./open-predictions.ts";
export { openScores } from "./open-scores.ts";
export type { OpenedScores, ScoreBatch } from "./opened-scores.ts";
export { type PredictionFile, readPredictions } from "./read-predictions.ts";
// Forecasts of numbers.
export { openForecasts, openRegression } from "./regression/open-forecasts.ts";
export type { OpenedForecasts } from "./regression/opened-forecasts.ts";
export {
  type RegressionFile,
  readRegression,
} from "./regression/read-regression.ts";
export { type RecognisedTask, recogniseTask } from "./regression/recognise-task.ts";
export type { CopyTarget, RowQuery, RowSource } from "./row-source.ts";
export { makeSpool, type Spool } from "./spool.ts";
