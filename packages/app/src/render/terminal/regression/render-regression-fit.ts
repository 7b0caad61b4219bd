import type { Estimate, RegressionFitDocument } from "@candor/core";
import {
  confidenceLevel,
  forecastWords,
  formatCount,
  formatEstimate,
  formatInterval,
  formatLevel,
  formatMeasure,
  formatMeasured,
  formatMeasureValue,
  formatPercent,
} from "@candor/pages";
import { changedNumbers, excessWords, lossWords, mapWords } from "../../regression/fit-words.ts";
import { displayWidth, padEnd, padStart, wrapText } from "../display-width.ts";
import { heading } from "../heading.ts";
import { type Pen, type Style, safeName } from "../pen.ts";
import { renderSections, type TerminalOptions } from "../render-sections.ts";
import { factLines, verdictLines } from "../verdict-head.ts";
import { curveLines, intervalLines } from "./curve-lines.ts";
import { regressionGroupLines } from "./regression-group-lines.ts";

const nameColumns = 26;
const valueColumns = 10;

/**
 * A fit of forecasts as text for a terminal: whether it helps, the numbers held out, the method and those passed over, and the
 * intervals and quantiles after.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderRegressionFit(document: RegressionFitDocument, options: TerminalOptions): string {
  return renderSections(options, (pen) => [
    headLines(document, pen),
    changeLines(document, pen),
    methodLines(document, pen),
    intervalLines(document.after, pen, "after"),
    curveLines(document.after, pen, "after"),
    regressionGroupLines(document.after, pen, "after"),
    noteLines(document, pen),
  ]);
}

function headLines({ verdict, source, n, before }: RegressionFitDocument, pen: Pen): string[] {
  const tone = verdict.status === "improved" ? "good" : verdict.status === "worse" ? "bad" : "neutral";
  const facts = [`${formatCount(n)} rows`, forecastWords(before), `confidence ${formatLevel(confidenceLevel(before))}`];
  return [
    ...verdictLines(verdict.sentence, tone, pen),
    "",
    `  ${safeName(source.name, pen.columns - 2)}`,
    ...factLines(facts, pen),
  ];
}

function howHeldOut({ validation }: RegressionFitDocument): string {
  const { scheme, folds } = validation;
  if (scheme === "time") return "each fold predicted from earlier rows";
  return scheme === "grouped" ? `${folds} folds, rows of one group together` : `${folds} folds`;
}

function valueText(estimate: Estimate | null, unit: "measure" | "number" | "percent"): string {
  if (estimate === null) return "–";
  if (unit === "percent") return formatPercent(estimate.value);
  return unit === "measure" ? formatMeasureValue(estimate) : (formatEstimate(estimate).split(" ")[0] ?? "");
}

function gain(pen: Pen, name: string, estimate: Estimate | null, measured: boolean): string[] {
  if (estimate === null) return [];
  const { value, lower, upper } = estimate;
  const word = value > 0 ? "lower" : value < 0 ? "higher" : "the same";
  const style: Style = lower > 0 ? "good" : upper < 0 ? "bad" : "dim";
  const size =
    value === 0
      ? ""
      : `${measured ? formatMeasure(Math.abs(value)) : (formatEstimate({ ...estimate, value: Math.abs(value) }).split(" ")[0] ?? "")} `;
  const ends = measured ? formatMeasured(estimate).replace(/^\S+ ?/, "") : formatInterval(estimate);
  const first = `  ${padEnd(name, nameColumns)}${pen.style(style, `${size}${word} after`)},`;
  const second = `improvement ${ends}`;
  const width = 2 + nameColumns + displayWidth(`${size}${word} after, ${second}`);
  return width <= pen.columns ? [`${first} ${second}`] : [first, `${" ".repeat(2 + nameColumns)}${second}`];
}

/** Before and after on rows held out, and what changed. */
function changeLines(document: RegressionFitDocument, pen: Pen): string[] {
  const title = `${" ".repeat(2 + nameColumns)}${padStart("before", valueColumns)}${padStart("after", valueColumns + 2)}`;
  const rows = changedNumbers(document).map(
    ({ name, unit, before, after }) =>
      `  ${padEnd(name, nameColumns)}${padStart(valueText(before, unit), valueColumns)}${padStart(valueText(after, unit), valueColumns + 2)}`,
  );
  const { loss, miscalibrationArea } = document.improvement;
  return [
    ...heading(pen, "Held out", howHeldOut(document)),
    pen.style("dim", title),
    ...rows,
    "",
    ...gain(pen, "Loss", loss, true),
    ...gain(pen, "Miscalibration area", miscalibrationArea, false),
    ...wrapText(lossWords(document), pen.columns - 2).map((line) => pen.style("dim", `  ${line}`)),
  ];
}

const labelColumns = 36;

/** Which method was chosen and why, what it does, and the methods passed over. */
function methodLines({ candidates, label, reason, calibrator }: RegressionFitDocument, pen: Pen): string[] {
  const { signs } = pen;
  const order = candidates.toSorted(
    (a, b) => Number(b.chosen) - Number(a.chosen) || (a.loss ?? Infinity) - (b.loss ?? Infinity),
  );
  const rows = order.flatMap((candidate) => {
    const { chosen, loss } = candidate;
    const head = `  ${chosen ? signs.point : signs.none} ${padEnd(safeName(candidate.label, labelColumns), labelColumns)}`;
    if (loss === null)
      return wrapText(safeName(candidate.reason, 300), pen.columns - labelColumns - 6).map((line, i) =>
        i === 0 ? `${head}  ${pen.style("dim", line)}` : " ".repeat(labelColumns + 6) + pen.style("dim", line),
      );
    const above = excessWords(candidate);
    const start = `${head}${padStart(formatMeasure(loss), 10)}  `;
    const fits = displayWidth(start + above) <= pen.columns;
    const line = start + (fits ? above : above.replace(/ .*/, ""));
    return [chosen ? pen.style("bold", line) : line];
  });
  return [
    ...heading(pen, "Method", safeName(label, 60)),
    ...wrapText(safeName(reason, 600), pen.columns - 2).map((line) => `  ${line}`),
    ...mapWords(calibrator.map).flatMap((text) => wrapText(text, pen.columns - 2).map((line) => `  ${line}`)),
    ...(rows.length > 1
      ? [
          "",
          pen.style("dim", `  ${padEnd("tried", labelColumns + 2)}${padStart("loss", 10)}  above the best repair`),
          ...rows,
        ]
      : []),
  ];
}

function noteLines({ warnings, source }: RegressionFitDocument, pen: Pen): string[] {
  const left = source.skipped.map(
    ({ reason, count }) => `${formatCount(count)} ${count === 1 ? "row" : "rows"} left out: ${safeName(reason, 60)}`,
  );
  const line = (text: string, style: Style): string[] =>
    wrapText(safeName(text, 500), pen.columns - 4).map((part, i) =>
      pen.style(style, `  ${i === 0 ? pen.signs.bullet : " "} ${part}`),
    );
  return [
    ...warnings.flatMap((text) => line(text, "doubt")),
    ...[...left, ...source.notes].flatMap((text) => line(text, "dim")),
  ];
}
