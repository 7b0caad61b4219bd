import type { RegressionReport } from "@candor/core";
import { formatCount, formatPercent } from "@candor/pages";
import { wrapText } from "../display-width.ts";
import { type Pen, safeName } from "../pen.ts";
import { renderSections, type TerminalOptions } from "../render-sections.ts";
import { curveLines, intervalLines } from "./curve-lines.ts";
import { forecastEnsembleLines } from "./forecast-ensemble-lines.ts";
import { pitLines } from "./pit-lines.ts";
import { regressionGroupLines, regressionTimeLines } from "./regression-group-lines.ts";
import { regressionHead } from "./regression-head.ts";
import { regressionNumbers } from "./regression-numbers.ts";

/**
 * A report on forecasts of numbers as text for a terminal: the verdict first, then the numbers behind it, the intervals and
 * quantiles, where the outcomes fell, the segments ranked by evidence, and what to do next.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderRegression(document: RegressionReport, options: TerminalOptions): string {
  return renderSections(options, (pen) => [
    regressionHead(document, pen),
    regressionNumbers(document, pen),
    intervalLines(document, pen),
    curveLines(document, pen),
    pitLines(document, pen),
    forecastEnsembleLines(document, pen),
    regressionGroupLines(document, pen),
    regressionTimeLines(document, pen),
    noteLines(document, pen),
  ]);
}

function noteLines({ source, metrics }: RegressionReport, pen: Pen): string[] {
  const crossed = metrics["crossedRows"];
  const order =
    crossed && crossed.value > 0 ? [`in ${formatPercent(crossed.value)} of rows quantiles are out of order`] : [];
  const skipped = source.skipped.map(
    ({ reason, count }) => `${formatCount(count)} ${count === 1 ? "row" : "rows"} left out: ${safeName(reason, 60)}`,
  );
  const notes = [...skipped, ...order, ...source.notes.map((note) => safeName(note, 400))].flatMap((note) =>
    wrapText(note, pen.columns - 4).map((line, i) => `  ${i === 0 ? pen.signs.bullet : " "} ${line}`),
  );
  return [
    ...notes.map((line) => pen.style("dim", line)),
    ...(notes.length > 0 ? [""] : []),
    `Pictures and tables: ${pen.style("bold", "--html report.html")}   Every number with its spec: ${pen.style("bold", "--json")}`,
  ];
}
