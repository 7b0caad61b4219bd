import type { ComparedScore, Estimate, ReportDocument } from "@candor/core";
import { formatInterval, formatLevel, formatNumber, formatPercent } from "@candor/pages";
import { padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";

const nameColumns = 12;

function signed(value: number): string {
  return formatNumber(value, 4);
}

/** How far the best is ahead, with the interval that holds together with the others. */
function toBest(difference: Estimate | null): string {
  return difference === null ? "best" : `${signed(difference.value)} ${formatInterval(difference, 4)}`;
}

function row(score: ComparedScore, pen: Pen): string {
  const { name, auroc, aurc, selectiveError, calibrated, isShownWorse, sameOrderAs, aurocToBest } = score;
  const difference = sameOrderAs === null || aurocToBest === null ? toBest(aurocToBest) : `order of ${sameOrderAs}`;
  const cells = [
    `  ${padEnd(safeName(name, nameColumns), nameColumns)}`,
    padStart(formatNumber(auroc.value, 4), 7),
    `  ${padEnd(difference, 24)}`,
    padStart(formatNumber(aurc.value, 4), 8),
    padStart(formatPercent(selectiveError.value), 9),
    padStart(calibrated === null ? "" : formatNumber(calibrated.logLoss.value, 4), 10),
  ].join("");
  return isShownWorse ? pen.style("dim", cells) : cells;
}

/** All scores of the outputs against each other, and which one to use. */
export function scoreComparisonLines({ scoreComparison }: ReportDocument, pen: Pen): string[] {
  if (scoreComparison === undefined) return [];
  const { scores, sentence, coverage, level, notes } = scoreComparison;
  const head = [
    `  ${padEnd("score", nameColumns)}`,
    padStart("AUROC", 7),
    `  ${padEnd("best is ahead by", 24)}`,
    padStart("AURC", 8),
    padStart("wrong in", 9),
    padStart("log loss", 10),
  ].join("");
  const second = `${" ".repeat(2 + nameColumns + 7 + 2 + 24 + 8)}${padStart(`top ${formatPercent(coverage, 0)}`, 9)}${padStart("calibrated", 11)}`;
  const together = `differences hold together at ${formatLevel(level)}; log loss after a fit on other folds`;
  return [
    ...heading(pen, "Scores of the outputs", "right above wrong: which ranks best?"),
    ...wrapText(safeName(sentence, 1000), pen.columns - 2).map((line) => `  ${pen.style("bold", line)}`),
    pen.style("dim", head),
    pen.style("dim", second),
    ...scores.map((score) => row(score, pen)),
    ...[together, ...notes].flatMap((note) =>
      wrapText(note, pen.columns - 4).map((line) => pen.style("dim", `  ${line}`)),
    ),
  ];
}
