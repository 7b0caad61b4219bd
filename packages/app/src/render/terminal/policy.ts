import type { PolicyDocument } from "@candor/core";
import { formatCount, formatLevel } from "@candor/pages";
import { isRefused } from "../policy-words.ts";
import { wrapText } from "./display-width.ts";
import { type Pen, type Style, safeName } from "./pen.ts";
import {
  alternativeLines,
  capacityLines,
  certificateLines,
  curveLines,
  expectedLines,
  ruleLines,
  segmentLines,
} from "./policy-lines.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";
import { factLines, verdictLines } from "./verdict-head.ts";

/**
 * A policy as text for a terminal: the verdict, the rule, what to expect, the certificate, what it is compared with, segments,
 * capacity and other thresholds.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderPolicy(document: PolicyDocument, options: TerminalOptions): string {
  return renderSections(options, (pen) => [
    headLines(document, pen),
    ruleLines(document, pen),
    expectedLines(document, pen),
    certificateLines(document, pen),
    alternativeLines(document, pen),
    segmentLines(document, pen),
    capacityLines(document, pen),
    curveLines(document, pen),
    noteLines(document, pen),
  ]);
}

function headLines(document: PolicyDocument, pen: Pen): string[] {
  const { verdict, source, n, scoreKind, classNames, choices, calibrator } = document;
  const what =
    scoreKind === "probability"
      ? `probability of "${safeName(classNames[1] ?? "1", 24)}"`
      : scoreKind === "confidence"
        ? "confidence and correctness"
        : `${scoreKind} of ${formatCount(classNames.length)} classes`;
  const facts = [
    ...(source === null ? ["from costs alone"] : [`${formatCount(n)} rows`]),
    what,
    ...(calibrator === null ? [] : [`calibrated by ${safeName(calibrator.method, 24)}`]),
    ...(source === null ? [] : [`intervals at ${formatLevel(choices.level)}`]),
  ];
  return [
    ...verdictLines(verdict.sentence, isRefused(document) ? "bad" : "good", pen),
    "",
    ...(source === null ? [] : [`  ${safeName(source.name, pen.columns - 2)}`]),
    ...factLines(facts, pen),
  ];
}

function noteLines({ warnings, source }: PolicyDocument, pen: Pen): string[] {
  const left = (source?.skipped ?? []).map(
    ({ reason, count }) => `${formatCount(count)} ${count === 1 ? "row" : "rows"} left out: ${safeName(reason, 60)}`,
  );
  const line = (text: string, style: Style): string[] =>
    wrapText(safeName(text, 600), pen.columns - 4).map((part, i) =>
      pen.style(style, `  ${i === 0 ? pen.signs.bullet : " "} ${part}`),
    );
  return [
    ...warnings.flatMap((text) => line(text, "doubt")),
    ...[...left, ...(source?.notes ?? [])].flatMap((text) => line(text, "dim")),
  ];
}
