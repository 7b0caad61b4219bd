import type { ReportDocument } from "@candor/core";
import { accuracyLines } from "./accuracy-lines.ts";
import { ensembleLines } from "./ensemble-lines.ts";
import { groupLines } from "./group-lines.ts";
import { headLines } from "./head-lines.ts";
import { noteLines } from "./note-lines.ts";
import { numberLines, rankingOnlyLines } from "./number-lines.ts";
import { reliabilityLines } from "./reliability-lines.ts";
import { renderSections, type TerminalOptions } from "./render-sections.ts";
import { scoreComparisonLines } from "./score-comparison-lines.ts";
import { selectedLabelsLines } from "./selected-labels-lines.ts";
import { timeLines } from "./time-lines.ts";
import { versusLines } from "./versus-lines.ts";

/**
 * A report as text for a terminal: the verdict first, then the numbers behind it, a reliability diagram, the segments
 * ranked by evidence, and what to do next. Of a score that is no probability only what its order shows.
 *
 * @returns lines of at most `columns` columns, each ended by a line feed; control characters from the data are replaced
 */
export function renderTerminal(document: ReportDocument, options: TerminalOptions): string {
  const onlyRanks = document.verdict.status === "not-a-probability";
  return renderSections(options, (pen) => [
    headLines(document, pen),
    selectedLabelsLines(document, pen),
    ...(onlyRanks
      ? [rankingOnlyLines(document, pen), accuracyLines(document, pen)]
      : [
          numberLines(document, pen),
          reliabilityLines(document, pen),
          groupLines(document, pen),
          timeLines(document, pen),
        ]),
    ensembleLines(document, pen),
    scoreComparisonLines(document, pen),
    versusLines(document, pen),
    noteLines(document, pen),
  ]);
}
