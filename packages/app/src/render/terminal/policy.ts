import type { PolicyDocument } from "@candor/core";
import { formatCount, formatLevel } from "@candor/pages";
import { isRefused } from "../policy-words.ts";
import { displayWidth, wrapText } from "./display-width.ts";
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
  const { signs } = pen;
  const [sign, style]: [string, Style] = isRefused(document)
    ? [signs.notCalibrated, "bad"]
    : [signs.calibrated, "good"];
  const indent = " ".repeat(sign.length + 1);
  const sentence = wrapText(safeName(verdict.sentence, 1000), pen.columns - indent.length).map((line, i) =>
    i === 0 ? `${pen.style(style, sign)} ${pen.style("bold", line)}` : indent + pen.style("bold", line),
  );
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
    ...sentence,
    "",
    ...(source === null ? [] : [`  ${safeName(source.name, pen.columns - 2)}`]),
    ...joined(facts, ` ${signs.bullet} `, pen.columns - 2).map((line) => pen.style("dim", `  ${line}`)),
  ];
}

/** Joins the parts, starting a new line rather than breaking one of them. */
function joined(parts: readonly string[], separator: string, columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1) ?? ""}${separator}${part}`;
    if (lines.length > 0 && displayWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
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
