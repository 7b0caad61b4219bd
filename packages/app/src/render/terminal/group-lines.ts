import type { GroupReport, ReportDocument } from "@candor/core";
import { formatCount, formatNumber, formatPValue } from "../format.ts";
import { padEnd, padStart } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, type Style, safeName } from "./pen.ts";

const shownPerColumn = 8;
const shownClasses = 5;
const wordColumns = 18;

function finding({ flagged, gap }: GroupReport, { signs }: Pen): { sign: string; words: string; style: Style } {
  if (!flagged) return { sign: signs.none, words: "no evidence", style: "dim" };
  if (gap.lower > 0) return { sign: signs.over, words: "over-confident", style: "bad" };
  if (gap.upper < 0) return { sign: signs.under, words: "under-confident", style: "bad" };
  return { sign: signs.off, words: "miscalibrated", style: "bad" };
}

function signed(share: number): string {
  return (share > 0 ? "+" : "") + formatNumber(share * 100, 1);
}

function groupRow(group: GroupReport, nameColumns: number, pen: Pen): string {
  const { sign, words, style } = finding(group, pen);
  const { value, lower, upper } = group.gap;
  return [
    "  ",
    pen.style(style, padEnd(`${sign} ${words}`, wordColumns)),
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

function table(title: string, groups: readonly GroupReport[], shown: number, pen: Pen): string[] {
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
    ...order.slice(0, shown).map((group) => groupRow(group, nameColumns, pen)),
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
export function groupLines({ segments, perClass }: ReportDocument, pen: Pen): string[] {
  const detail = "strongest evidence first; gap in points, stated minus observed";
  const lines: string[] = [];
  if (segments.length > 0) {
    lines.push(...heading(pen, "Segments", detail));
    for (const [by, groups] of byColumn(segments))
      lines.push(...table(`by ${safeName(by, 30)}`, groups, shownPerColumn, pen));
  }
  if (perClass.length > 0) {
    if (lines.length > 0) lines.push("");
    lines.push(...heading(pen, "Classes", detail), ...table("by class", perClass, shownClasses, pen));
  }
  return lines;
}
