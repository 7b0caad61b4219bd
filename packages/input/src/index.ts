// The public interface of @candor/input.

export { BadInput, type BadInputDetail } from "./bad-input.ts";
export { CategoryCodes } from "./category-codes.ts";
export { BinaryLabels, labelState } from "./checks/binary-labels.ts";
export { ClassValues } from "./checks/class-values.ts";
export { complainAbout } from "./checks/complain.ts";
export { isMissingText } from "./checks/missing-text.ts";
export { pickRows } from "./checks/pick.ts";
export { type BadRow, RowScreen } from "./checks/row-screen.ts";
export { ScoreValues } from "./checks/score-values.ts";
export { SharedColumns } from "./checks/shared-columns.ts";
export { Clipping } from "./checks/unit-interval.ts";
export { recogniseClassColumns } from "./class-columns.ts";
export { type Collected, collectBatches, EXACT_ROWS, EXACT_VALUES, type SizeMode } from "./collect-batches.ts";
export { type CsvDialect, csvDialect, splitLine } from "./csv/csv-dialect.ts";
export { isNoNumber, numberOfText } from "./csv/read-number.ts";
export type { DataSource } from "./data-source.ts";
export { type FittingField, fieldsLike } from "./fields-like.ts";
export { type Compression, type DetectedFormat, type Format, formatOf, formats, headBytes } from "./file-format.ts";
export { fieldsNamed, findField } from "./find-field.ts";
export type { InputOptions, ReadContext } from "./input-options.ts";
export { joinPredictions } from "./join-predictions.ts";
export { acquisitionName, knownNames, plainName, propensityName, rowIdName } from "./known-names.ts";
export { locateNumber } from "./locate-shared.ts";
export { openBlob } from "./open-blob.ts";
export type { OpenedPredictions, ReadSummary } from "./opened-predictions.ts";
export { type OpenedTables, rowsPerBatch, sourceName } from "./opened-tables.ts";
export { makeOutputPlan, makePlan, makeScorePlan, type ScorePlan } from "./plan.ts";
export { predictionsOf } from "./prediction-reader.ts";
export { readMoment } from "./read-moment.ts";
export { collectRegression, mostForecastValues } from "./regression/collect-regression.ts";
export { makeForecastPlan } from "./regression/forecast-plan.ts";
export { ForecastReader } from "./regression/forecast-reader.ts";
export type { ForecastBatch, OpenedBase, OpenedRegression } from "./regression/opened-regression.ts";
export { openedForecasts, regressionOf } from "./regression/regression-reader.ts";
export { flaggedFamily, looksLikeForecasts, type TaskFamily } from "./regression/task-family.ts";
export { type CollectedRows, type CollectOptions, collectForReport, type ReportWords, reportOn } from "./report-on.ts";
export { chosenScore, type ScoreNeed, scoreNeed } from "./score-need.ts";
export { type ScreenedBatch, ScreenedRows } from "./screened-rows.ts";
export { nameList, nearestName, printable, shownValue } from "./show.ts";
export { Slots } from "./slots.ts";
export {
  type BlockColumn,
  type CategoryColumn,
  type Column,
  type ColumnBatch,
  type ColumnRequest,
  type Field,
  type FieldKind,
  gap,
  type StreamOptions,
  type Table,
} from "./table.ts";
export { type Located, TableSet } from "./table-set.ts";
