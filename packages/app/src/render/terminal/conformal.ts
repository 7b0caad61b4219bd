import type { ConformalDocument } from "@candor/core";
import { formatCount, formatLevel } from "@candor/pages";
import { conformalVerdict, methodWords, rowsWords } from "../conformal-words.ts";
import {
  assumptionLines,
  classLines,
  groupLines,
  guaranteeLines,
  partLines,
  sizeLines,
  testLines,
} from "./conformal-lines.ts";
import { wrapText } from "./display-width.ts";
import { type Pen, type Style, safeName } from "./pen.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";
import { verdictHead } from "./verdict-head.ts";

/**
 * Prediction sets or intervals as text for a terminal: the verdict, the guarantee, what test rows say, sizes, classes, groups,
 * thresholds and what has to be true.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderConformal(document: ConformalDocument, options: TerminalOptions): string {
  return renderSections(options, (pen) => [
    headLines(document, pen),
    guaranteeLines(document, pen),
    testLines(document, pen),
    sizeLines(document, pen),
    classLines(document, pen),
    groupLines(document, pen),
    partLines(document, pen),
    assumptionLines(document, pen),
    noteLines(document, pen),
  ]);
}

function headLines(document: ConformalDocument, pen: Pen): string[] {
  const { sentence, tone } = conformalVerdict(document);
  const { source, n, level, weighted } = document;
  const facts = [
    `${formatCount(n)} calibration rows`,
    rowsWords(document),
    safeName(methodWords(document), 70),
    `level ${formatLevel(level)}`,
    ...(weighted ? ["weighted"] : []),
  ];
  return verdictHead({ sentence, tone, name: source.name, facts }, pen);
}

function noteLines({ warnings, source }: ConformalDocument, pen: Pen): string[] {
  const left = source.skipped.map(
    ({ reason, count }) => `${formatCount(count)} ${count === 1 ? "row" : "rows"} left out: ${safeName(reason, 60)}`,
  );
  const line = (text: string, style: Style): string[] =>
    wrapText(safeName(text, 600), pen.columns - 4).map((part, i) =>
      pen.style(style, `  ${i === 0 ? pen.signs.bullet : " "} ${part}`),
    );
  return [
    ...warnings.flatMap((text) => line(text, "doubt")),
    ...[...left, ...source.notes].flatMap((text) => line(text, "dim")),
  ];
}
