import type { AuditResult, FitDocument, SegmentFit } from "@candor/core";
import { formatCount, formatNumber, formatPercent, formatPValue } from "@candor/pages";
import { padEnd, padStart } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";

const shown = 8;

function points(share: number): string {
  return `${share > 0 ? "+" : ""}${formatNumber(share * 100, 1)}`;
}

function segmentRow({ name, n, gapPooled, gapOwn, shrinkage }: SegmentFit, nameColumns: number): string {
  return [
    `  ${padEnd(safeName(name, nameColumns), nameColumns)}`,
    padStart(formatCount(n), 10),
    padStart(points(gapPooled.value), 10),
    padStart(points(gapOwn.value), 10),
    padStart(formatPercent(shrinkage, 0), 12),
  ].join("");
}

function auditRow({ by, name, n, gap, qValue }: AuditResult, nameColumns: number, pen: Pen): string {
  return pen.style(
    "bad",
    [
      `  ${padEnd(safeName(`${by} = ${name}`, nameColumns), nameColumns)}`,
      padStart(formatCount(n), 10),
      padStart(points(gap.value), 10),
      padStart(formatPValue(qValue, "q"), 12),
    ].join(""),
  );
}

/** Corrections per segment, and the segments that are still off after them. */
export function segmentFitLines({ segments, audit }: FitDocument, pen: Pen): string[] {
  const nameColumns = pen.columns - 2 - 10 - 10 - 10 - 12;
  const lines: string[] = [];
  if (segments.length > 0) {
    const order = segments.toSorted((a, b) => b.n - a.n);
    lines.push(
      ...heading(pen, "Segments", "stated minus observed, in points: pooled, then with its own correction"),
      pen.style(
        "dim",
        `  ${padEnd(`by ${safeName(order[0]?.by ?? "", 30)}`, nameColumns)}${padStart("rows", 10)}${padStart("pooled", 10)}${padStart("own", 10)}${padStart("own weight", 12)}`,
      ),
      ...order.slice(0, shown).map((segment) => segmentRow(segment, nameColumns)),
      ...(order.length > shown ? [pen.style("dim", `  and ${formatCount(order.length - shown)} more`)] : []),
    );
  }
  if (audit.length > 0) {
    const flagged = audit.filter((result) => result.flagged).toSorted((a, b) => a.qValue - b.qValue);
    if (lines.length > 0) lines.push("");
    lines.push(
      ...heading(pen, "Audit", `${formatCount(audit.length)} segments and pairs of segments, after calibration`),
      ...(flagged.length === 0
        ? ["  none is miscalibrated beyond chance (false discovery rate 5 %)"]
        : flagged.slice(0, shown).map((result) => auditRow(result, nameColumns + 10, pen))),
      ...(flagged.length > shown ? [pen.style("dim", `  and ${formatCount(flagged.length - shown)} more`)] : []),
    );
  }
  return lines;
}
