import type { CandidateResult, FitDocument } from "@candor/core";
import { formatInterval, formatNumber, formatParameter, wordsOf } from "@candor/pages";
import { padEnd, padStart, wrapText } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";

const shown = 8;
const labelColumns = 30;

/** The chosen one first, then by log loss, those without a fit last. */
function ranked(candidates: readonly CandidateResult[]): CandidateResult[] {
  return candidates.toSorted(
    (a, b) => Number(b.chosen) - Number(a.chosen) || (a.logLoss ?? Infinity) - (b.logLoss ?? Infinity),
  );
}

function row({ label, chosen, logLoss, excessLogLoss, reason }: CandidateResult, pen: Pen): string[] {
  const { signs } = pen;
  const head = `  ${chosen ? signs.point : signs.none} ${padEnd(safeName(label, labelColumns), labelColumns)}`;
  if (logLoss === null) {
    const text = wrapText(safeName(reason, 300), pen.columns - 4 - labelColumns - 2);
    return text.map((line, i) =>
      i === 0 ? `${head}  ${pen.style("dim", line)}` : " ".repeat(labelColumns + 6) + pen.style("dim", line),
    );
  }
  const interval = excessLogLoss === null || excessLogLoss.value === 0 ? "the lowest" : formatInterval(excessLogLoss);
  const excess = excessLogLoss === null || excessLogLoss.value === 0 ? "" : `+${formatNumber(excessLogLoss.value)}`;
  const line = `${head}${padStart(formatNumber(logLoss), 9)}${padStart(excess, 10)} ${interval}`;
  return [chosen ? pen.style("bold", line) : line];
}

/** Which method was chosen and why, its parameters, and the methods passed over. */
export function candidateLines({ candidates, label, reason, parameters }: FitDocument, pen: Pen): string[] {
  const order = ranked(candidates);
  const rest = order.length - shown;
  const numbers = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === "number" ? [`${wordsOf(name)} ${formatParameter(value)}`] : [],
  );
  return [
    ...heading(pen, "Method", safeName(label, 60)),
    ...wrapText(safeName(reason, 600), pen.columns - 2).map((line) => `  ${line}`),
    ...(numbers.length > 0 ? wrapText(numbers.join(", "), pen.columns - 2).map((line) => `  ${line}`) : []),
    ...(order.length > 1
      ? [
          "",
          pen.style("dim", `  ${padEnd("tried", labelColumns + 2)}${padStart("log loss", 9)}${padStart("excess", 10)}`),
          ...order.slice(0, shown).flatMap((candidate) => row(candidate, pen)),
          ...(rest > 0 ? [pen.style("dim", `  and ${rest} more: --html or --json`)] : []),
        ]
      : []),
  ];
}
