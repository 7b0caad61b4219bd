import type { GroupReport, ReportDocument } from "@candor/core";
import { formatCount, formatNumber, formatPValue } from "@candor/pages";
import { padEnd, padStart } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, type Style, safeName } from "./pen.ts";

const shownPerColumn = 8;
const shownClasses = 5;
const wordColumns = 18;

/** How a direction is called: probabilities are too high, confidence is over-confident. */
interface Words {
  readonly over: string;
  readonly under: string;
}

const ofProbability: Words = { over: "too high", under: "too low" };
const ofConfidence: Words = { over: "over-confident", under: "under-confident" };

function finding(
  { flagged, gap }: GroupReport,
  { over, under }: Words,
  { signs }: Pen,
): { sign: string; word: string; style: Style } {
  if (!flagged) return { sign: signs.none, word: "no evidence", style: "dim" };
  if (gap.lower > 0) return { sign: signs.over, word: over, style: "bad" };
  if (gap.upper < 0) return { sign: signs.under, word: under, style: "bad" };
  return { sign: signs.off, word: "miscalibrated", style: "bad" };
}

/** Points with their sign; ±100 without decimals, so that the widest interval fits its column. */
function signed(share: number): string {
  const points = formatNumber(share * 100, Math.abs(share) > 0.9995 ? 0 : 1);
  return share > 0 ? `+${points}` : points;
}

function groupRow(group: GroupReport, words: Words, nameColumns: number, pen: Pen): string {
  const { sign, word, style } = finding(group, words, pen);
  const { value, lower, upper } = group.gap;
  return [
    "  ",
    pen.style(style, padEnd(`${sign} ${word}`, wordColumns)),
    padEnd(safeName(group.name, nameColumns), nameColumns),
    padStart(formatCount(group.n), 11),
    padStart(signed(value), 8),
    " ",
    padEnd(`[${signed(lower)}, ${signed(upper)}]`, 15),
    padStart(formatPValue(group.qValue, "q"), 9),
  ].join("");
}

/** Strongest evidence first; among equals, the larger gap. */
function ranked(groups: readonly GroupReport[]): GroupReport[] {
  return groups.toSorted(
    (a, b) => a.qValue - b.qValue || a.pValue - b.pValue || Math.abs(b.gap.value) - Math.abs(a.gap.value),
  );
}

function table(title: string, groups: readonly GroupReport[], words: Words, shown: number, pen: Pen): string[] {
  const nameColumns = pen.columns - 2 - wordColumns - 11 - 8 - 1 - 15 - 9;
  const order = ranked(groups);
  const rest = order.slice(shown);
  const flagged = rest.filter((group) => group.flagged).length;
  const more =
    rest.length === 0
      ? []
      : [`  and ${formatCount(rest.length)} more, ${flagged === 0 ? "none" : formatCount(flagged)} with evidence`];
  return [
    pen.style("dim", `  ${padEnd(title, wordColumns + nameColumns)}${padStart("rows", 11)}${padStart("gap", 8)}`),
    ...order.slice(0, shown).map((group) => groupRow(group, words, nameColumns, pen)),
    ...more.map((line) => pen.style("dim", line)),
  ];
}

/** Groups by the column they come from, in the order of the document. */
function byColumn(groups: readonly GroupReport[]): Map<string, GroupReport[]> {
  const columns = new Map<string, GroupReport[]>();
  for (const group of groups) columns.set(group.by, [...(columns.get(group.by) ?? []), group]);
  return columns;
}

/** Segments and classes, those with the strongest evidence of miscalibration first. */
export function groupLines({ segments, perClass, reliability }: ReportDocument, pen: Pen): string[] {
  const words = reliability.axis === "probability" ? ofProbability : ofConfidence;
  const detail = "strongest evidence first; gap in points, stated minus observed";
  const lines: string[] = [];
  if (segments.length > 0) {
    lines.push(...heading(pen, "Segments", detail));
    for (const [by, groups] of byColumn(segments))
      lines.push(...table(`by ${safeName(by, 30)}`, groups, words, shownPerColumn, pen));
  }
  if (perClass.length > 0) {
    if (lines.length > 0) lines.push("");
    lines.push(
      ...heading(pen, "Classes", detail),
      ...table("by predicted class", perClass, ofConfidence, shownClasses, pen),
    );
  }
  return lines;
}
