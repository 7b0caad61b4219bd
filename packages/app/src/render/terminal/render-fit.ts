import type { FitDocument } from "@candor/core";
import { formatCount, formatLevel } from "@candor/pages";
import { candidateLines } from "./candidate-lines.ts";
import { wrapText } from "./display-width.ts";
import { fitScoreLines } from "./fit-score-lines.ts";
import { heading } from "./heading.ts";
import { type Pen, type Style, safeName } from "./pen.ts";
import { reliabilityLines } from "./reliability-lines.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";
import { segmentFitLines } from "./segment-fit-lines.ts";
import { factLines, verdictLines } from "./verdict-head.ts";

/**
 * A fit as text for a terminal: whether it helps, the numbers held out, the method and those passed over, the reliability
 * after, segments, and what more labels would bring.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderFit(document: FitDocument, options: TerminalOptions): string {
  return renderSections(options, (pen) => [
    headLines(document, pen),
    fitScoreLines(document, pen),
    candidateLines(document, pen),
    reliabilityLines({ reliability: document.reliability.after, classNames: document.classNames }, pen, "after"),
    segmentFitLines(document, pen),
    learningLines(document, pen),
    noteLines(document, pen),
  ]);
}

function headLines({ verdict, source, n, scoreKind, classNames, before }: FitDocument, pen: Pen): string[] {
  const tone = verdict.status === "improved" ? "good" : verdict.status === "worse" ? "bad" : "neutral";
  const what =
    scoreKind === "probability"
      ? `probability of "${safeName(classNames[1] ?? "1", 24)}"`
      : scoreKind === "confidence"
        ? "confidence and correctness"
        : `${scoreKind} of ${formatCount(classNames.length)} classes`;
  const facts = [`${formatCount(n)} rows`, what, `intervals at ${formatLevel(before.logLoss.level)}`];
  return [
    ...verdictLines(verdict.sentence, tone, pen),
    "",
    `  ${safeName(source.name, pen.columns - 2)}`,
    ...factLines(facts, pen),
  ];
}

function learningLines({ learningCurve }: FitDocument, pen: Pen): string[] {
  if (learningCurve === null) return [];
  const lines = wrapText(safeName(learningCurve.sentence, 600), pen.columns - 2);
  return [...heading(pen, "More labels"), ...lines.map((line) => `  ${line}`)];
}

function noteLines({ warnings, source }: FitDocument, pen: Pen): string[] {
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
