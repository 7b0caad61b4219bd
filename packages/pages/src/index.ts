// The public interface of @candor/pages.

export { evidenceColumn } from "./evidence-column.ts";
export { figure } from "./figure.ts";
export {
  binnedFinding,
  corpFinding,
  gapOverTimeFinding,
  groupsFinding,
  histogramFinding,
  overTimeFinding,
  precisionRecallFinding,
  riskCoverageFinding,
  rocFinding,
  smoothFinding,
} from "./findings.ts";
export { type KeyNumber, keyNumberList } from "./key-number-list.ts";
export { keyNumbers } from "./key-numbers.ts";
export { type Child, type Page, pageOf } from "./page.ts";
export { type PageParts, pageContent } from "./page-content.ts";
export { pageStyles } from "./page-styles.ts";
export { promisesSection } from "./regression/promises-section.ts";
export { regressionSegments } from "./regression/regression-groups.ts";
export { regressionPage, regressionSections } from "./regression/regression-page.ts";
export { regressionStyles } from "./regression/regression-styles.ts";
export { regressionSource, regressionSpecRows } from "./regression/regression-tables.ts";
export { reliabilitySection } from "./reliability-section.ts";
export { reportPage, reportSections } from "./report-page.ts";
export { type Section, section } from "./section.ts";
export { serialize } from "./serialize.ts";
export { type Fact, factList, LIST_LIMIT, rowFacts, sourceOf } from "./source-parts.ts";
export { codeText, madeFacts, type SpecRow, specDetails, specRow } from "./spec-parts.ts";
export { type Column, leftOut, table } from "./table.ts";
export { verdictWords } from "./verdict-words.ts";
export { warningsSection } from "./warnings-section.ts";
export { wholePage } from "./whole-page.ts";
export { describeSpec } from "./words/describe-spec.ts";
export { poolingOrderName, uncertaintyName } from "./words/ensemble-words.ts";
export { isTest } from "./words/estimate-words.ts";
export {
  formatCount,
  formatEstimate,
  formatInterval,
  formatLevel,
  formatName,
  formatNumber,
  formatParameter,
  formatPercent,
  formatPValue,
  formatShare,
} from "./words/format.ts";
export {
  formatMeasure,
  formatMeasured,
  formatMeasureInterval,
  formatMeasureValue,
  measureDecimals,
} from "./words/measure.ts";
export { methodWords } from "./words/method-words.ts";
export { metricName, wordsOf } from "./words/metric-name.ts";
export { parameterWords } from "./words/parameter-words.ts";
export {
  confidenceLevel,
  forecastWords,
  groupLevel,
  groupWords,
  periodName,
  regressionMetricName,
  regressionStatus,
  shownPit,
} from "./words/regression-words.ts";
export { designNames, estimatorNames, estimatorsOf } from "./words/selected-labels-words.ts";
export type { StatusWords } from "./words/status-words.ts";
