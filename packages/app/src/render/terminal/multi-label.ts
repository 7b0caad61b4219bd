import type { Estimate, MultiLabelDocument } from "@candor/core";
import { formatCount, formatInterval, formatLevel, formatNumber, formatPercent } from "@candor/pages";
import { formatThreshold, multiLabelMethod, multiLabelVerdict, riskName } from "../multi-label-words.ts";
import { padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, type Style, safeName } from "./pen.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";
import { verdictHead } from "./verdict-head.ts";

const nameColumns = 24;
const valueColumns = 10;

/**
 * A threshold of labels as text for a terminal: what it promises, what it rests on, what test rows say and what has to be
 * true.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderMultiLabel(document: MultiLabelDocument, options: TerminalOptions): string {
  return renderSections(options, (pen) => [
    headLines(document, pen),
    thresholdLines(document, pen),
    testLines(document, pen),
    bullets(pen, "It holds if", document.assumptions),
    noteLines(document, pen),
  ]);
}

function headLines(document: MultiLabelDocument, pen: Pen): string[] {
  const { sentence, tone } = multiLabelVerdict(document);
  const { source, rows, labelNames } = document;
  const facts = [
    `${formatCount(rows)} calibration rows`,
    `${formatCount(labelNames.length)} ${labelNames.length === 1 ? "label" : "labels"}`,
    multiLabelMethod(document),
  ];
  return verdictHead({ sentence, tone, name: source.name, facts }, pen);
}

function row(name: string, value: string, detail = ""): string {
  return `  ${padEnd(name, nameColumns)}${padStart(value, valueColumns)}  ${detail}`;
}

function thresholdLines(document: MultiLabelDocument, pen: Pen): string[] {
  const { attained, candidates, calibrationRisk, upperBound, target, threshold, meanLabels, qualifying } = document;
  const { from, to, count } = candidates;
  const tried = `${formatCount(qualifying)} of ${formatCount(count)} from ${formatThreshold(from)} to ${formatThreshold(to)} qualify`;
  return [
    ...heading(pen, attained ? "Threshold" : "The most careful threshold"),
    row("Score at least", formatThreshold(threshold), tried),
    row(riskName(document), formatPercent(calibrationRisk, 2), "of the calibration rows"),
    row("  with allowance", formatPercent(upperBound, 2), `may be ${formatLevel(target)} at most`),
    row("Labels per row", formatNumber(meanLabels, 2)),
  ];
}

function testLines(document: MultiLabelDocument, pen: Pen): string[] {
  const { evaluation } = document;
  if (evaluation === null) return [];
  const { rows, n, risk, meanLabels, empty } = evaluation;
  const percent = ({ lower, upper }: Estimate) => formatInterval({ lower: lower * 100, upper: upper * 100 }, 1);
  const counted = n === rows ? "" : `, ${formatCount(n)} with a true label`;
  return [
    ...heading(pen, "Test", `${formatCount(rows)} rows${counted}, intervals at ${formatLevel(risk.level)}`),
    row(riskName(document), formatPercent(risk.value), percent(risk)),
    row("Labels per row", formatNumber(meanLabels.value, 2), formatInterval(meanLabels, 2)),
    ...(empty === 0 ? [] : [row("Without any label", formatPercent(empty / rows))]),
  ];
}

function lines(pen: Pen, text: string, style: Style | undefined): string[] {
  return wrapText(safeName(text, 600), pen.columns - 4).map((part, i) => {
    const line = `  ${i === 0 ? pen.signs.bullet : " "} ${part}`;
    return style === undefined ? line : pen.style(style, line);
  });
}

function bullets(pen: Pen, title: string, texts: readonly string[]): string[] {
  return [...heading(pen, title), ...texts.flatMap((text) => lines(pen, text, undefined))];
}

function noteLines({ attained, sure, warnings, source }: MultiLabelDocument, pen: Pen): string[] {
  const left = source.skipped.map(
    ({ reason, count }) => `${formatCount(count)} ${count === 1 ? "row" : "rows"} left out: ${reason}`,
  );
  const average =
    attained && sure === null
      ? ["on average over calibration files: with this one it can be more, unless --sure says how sure to be"]
      : [];
  return [
    ...warnings.flatMap((text) => lines(pen, text, "doubt")),
    ...[...average, ...left, ...source.notes].flatMap((text) => lines(pen, text, "dim")),
  ];
}
