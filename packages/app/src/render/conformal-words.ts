import type { Condition, ConformalDocument, ConformalEvaluation, ConformalPart, TwoSidedPart } from "@candor/core";
import { formatCount, formatLevel, formatMeasureValue, formatNumber, formatPercent, formatPValue } from "@candor/pages";

/** How likely a coverage as far off has to be before it counts as chance. */
const CHANCE = 0.01;

/** A verdict in a symbol, a word and a tone, with its sentence; the word and the sentence alone are enough. */
export interface ConformalVerdict {
  readonly symbol: string;
  readonly word: string;
  readonly tone: "good" | "warn" | "neutral";
  readonly sentence: string;
}

/** True where every threshold is infinite: nothing was learnt. */
export function isUnbounded({ parts }: ConformalDocument): boolean {
  return parts.every(isInfinite);
}

/** True where a part has no finite threshold on any side. */
export function isInfinite(part: ConformalPart | TwoSidedPart): boolean {
  return part.quantile === null && (!("upperQuantile" in part) || part.upperQuantile === null);
}

/** What the sets or intervals are made of. */
export function conformalNouns({ task }: ConformalDocument): {
  readonly one: string;
  readonly many: string;
  readonly truth: string;
  readonly size: string;
  readonly everything: string;
} {
  return task === "classification"
    ? { one: "set", many: "sets", truth: "the true class", size: "classes", everything: "all classes" }
    : { one: "interval", many: "intervals", truth: "the outcome", size: "width", everything: "the whole line" };
}

/** The verdict: what was measured on test rows, or what is promised without any. */
export function conformalVerdict(document: ConformalDocument): ConformalVerdict {
  const { level, evaluation, n, task } = document;
  const { many, one, truth, everything } = conformalNouns(document);
  if (isUnbounded(document))
    return {
      symbol: "✗",
      word: "Nothing learnt",
      tone: "warn",
      sentence: `The rows are too few for level ${formatLevel(level)}: every ${one} ${task === "classification" ? "holds" : "is"} ${everything}.`,
    };
  if (evaluation === null)
    return {
      symbol: "✓",
      word: "Ready",
      tone: "good",
      sentence: `The ${many} hold ${truth} of new rows at least ${formatLevel(level)} of the time, calibrated on ${formatCount(n)} rows.`,
    };
  const measured = measuredSentence(document, evaluation);
  const { coverage, pValue } = evaluation;
  const asked = `That is less than the ${formatLevel(level)} asked for`;
  if (pValue !== null && coverage.value < level && pValue < CHANCE)
    return {
      symbol: "✗",
      word: "Below the level",
      tone: "warn",
      sentence: `${measured} ${asked}, by more than chance (${formatPValue(pValue)}): the test rows are not like the calibration rows.`,
    };
  if (pValue === null && coverage.upper < level)
    return {
      symbol: "?",
      word: "Low on the test rows",
      tone: "neutral",
      sentence: `${measured} ${asked}; whether by chance, no exact test says here.`,
    };
  return { symbol: "✓", word: "Holds on the test rows", tone: "good", sentence: measured };
}

function measuredSentence(document: ConformalDocument, { coverage, meanSize, n }: ConformalEvaluation): string {
  const { truth } = conformalNouns(document);
  const held = `hold ${truth} in ${formatPercent(coverage.value)} of rows (${formatNumber(coverage.lower * 100, 1)} to ${formatPercent(coverage.upper)}, ${formatCount(n)} test rows).`;
  if (document.task === "classification")
    return `Sets of ${formatNumber(meanSize?.value, 2)} classes on average ${held}`;
  return meanSize === null
    ? `Intervals without ends ${held}`
    : `Intervals of mean width ${formatMeasureValue(meanSize)} ${held}`;
}

/** For whom the level holds. */
export function conditionWords(condition: Condition): string {
  switch (condition.kind) {
    case "none":
      return "on average over all rows";
    case "class":
      return condition.borrowed ? "about for each class" : "for each class apart";
    case "clusters":
      return "for each cluster of classes apart";
    case "groups":
      return `for each group of ${condition.columns.join(" × ")} apart`;
  }
}

/** A number as it was given, with at most five digits. */
function givenNumber(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(5)));
}

/** The method with its constants: `raps (penalty 0.01 beyond 5 ranks), randomised`. */
export function methodWords(document: ConformalDocument): string {
  if (document.task === "regression") {
    const { method, quantileLevels, interval } = document;
    const scaled = interval.kind === "predictive-system" && interval.isNormalised ? " scaled by sigma" : "";
    return quantileLevels === null
      ? `${method}${scaled}`
      : `${method} of the quantiles ${quantileLevels[0]} and ${quantileLevels[1]}`;
  }
  const { score, method, randomised } = document;
  const constants =
    score.kind === "raps"
      ? ` (penalty ${givenNumber(score.penalty)} beyond ${formatCount(score.freeRanks)} ranks)`
      : score.kind === "saps"
        ? ` (weight ${givenNumber(score.weight)} of a rank)`
        : "";
  return `${method}${constants}${randomised ? ", randomised" : ""}`;
}

/** What the rows were: `probabilities of 100 classes`. */
export function rowsWords(document: ConformalDocument): string {
  if (document.task === "regression") return "forecasts of a number";
  const { scoreKind, classNames } = document;
  return scoreKind === "probability"
    ? "one probability per row"
    : `${scoreKind} of ${formatCount(classNames.length)} classes`;
}

/** A threshold: seven digits, `∞` where infinite. */
export function thresholdWords(quantile: number | null): string {
  if (quantile === null) return "∞";
  return String(Number(quantile.toPrecision(7)));
}

/** Thresholds of both sides where there are two. */
export function partThreshold(part: ConformalPart | TwoSidedPart): string {
  return "upperQuantile" in part
    ? `${thresholdWords(part.quantile)} below, ${thresholdWords(part.upperQuantile)} above`
    : thresholdWords(part.quantile);
}

/** How many values, or which ranks, a threshold rests on: `rank 4,501 of 5,000`. */
export function partRank({ n, rank, weighted }: ConformalPart): string {
  if (rank !== null && rank > n) return `too few rows: rank ${formatCount(rank)} of ${formatCount(n)}`;
  if (weighted !== undefined) return `of a row of mean weight; ${formatCount(n)} rows`;
  return rank === null ? `${formatCount(n)} rows` : `rank ${formatCount(rank)} of ${formatCount(n)}`;
}

/** What a part is of: its classes or the values of its groups. */
export function partName({ kind }: Condition, { values }: ConformalPart, limit = 4): string {
  if (kind === "groups") return values.join(" × ");
  if (values.length === 0) return "all rows";
  const rest = values.length - limit;
  return rest > 0 ? `${values.slice(0, limit).join(", ")} and ${rest} more` : values.join(", ");
}

/** A range of sizes of sets: `1 class`, `3–4 classes`; or of widths. */
export function sizeWords(
  { task }: ConformalDocument,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  if (task === "regression") {
    const estimate = { value: to, lower: from, upper: to, interval: "exact" } as const;
    const low = formatMeasureValue({ ...estimate, value: from });
    return from === to ? low : `${low} to ${formatMeasureValue(estimate)}`;
  }
  if (to === 0) return "empty";
  return from === to
    ? `${formatCount(to)} ${to === 1 ? "class" : "classes"}`
    : `${formatCount(from)}–${formatCount(to)} classes`;
}

/** True where all intervals have one width, but for rounding: there is nothing to say by width. */
export function isOneWidth(document: ConformalDocument, { sizeCoverage }: ConformalEvaluation): boolean {
  const [first] = sizeCoverage;
  const last = sizeCoverage.at(-1);
  if (document.task === "classification" || first === undefined || last === undefined) return false;
  return (
    sizeWords(document, { from: first.from, to: first.from }) === sizeWords(document, { from: last.to, to: last.to })
  );
}

/** In which nine of ten calibration files of this size the true coverage lies; empty where that is not known. */
export function rangeWords({ coverageRange }: ConformalDocument): string {
  if (coverageRange === null || coverageRange.lower === 1) return "";
  const { lower, upper } = coverageRange;
  return `${formatPercent(lower)} to ${formatPercent(upper)}`;
}

/** Classes with test rows, the least covered first. */
export function leastCovered({ classCoverage }: ConformalEvaluation): CoveredPart[] {
  return classCoverage
    .flatMap(({ name, n, coverage }) => (coverage === null ? [] : [{ name, n, coverage }]))
    .toSorted((a, b) => a.coverage.value - b.coverage.value || b.n - a.n);
}

/** Some rows that were judged apart. */
export interface CoveredPart {
  readonly name: string;
  readonly n: number;
  readonly coverage: ConformalEvaluation["coverage"];
}
