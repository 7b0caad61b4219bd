import type { ReportDocument } from "@candor/core";
import { formatCount } from "@candor/pages";
import { wrapText } from "./display-width.ts";
import { type Pen, safeName } from "./pen.ts";

function notesOf({ source, metrics, presets, verdict }: ReportDocument): string[] {
  const skipped = source.skipped.map(
    ({ reason, count }) => `${formatCount(count)} ${count === 1 ? "row" : "rows"} left out: ${safeName(reason, 60)}`,
  );
  const approximate = source.approximate ? ["computed from cells in one pass, not from the rows: approximate"] : [];
  const noTheorem = Object.values(metrics).some((metric) => metric?.interval === "approximate")
    ? ["≈ no theorem promises how often this interval holds the truth"]
    : [];
  const tools =
    presets.length > 0 && verdict.status !== "not-a-probability"
      ? ["the ECE that other tools show, and why it differs: --html or --json"]
      : [];
  return [...skipped, ...approximate, ...source.notes.map((note) => safeName(note, 400)), ...noTheorem, ...tools];
}

/** What was left out, clipped or approximated, and what to do next. */
export function noteLines(document: ReportDocument, pen: Pen): string[] {
  const notes = notesOf(document).flatMap((note) =>
    wrapText(note, pen.columns - 4).map((line, i) => `  ${i === 0 ? pen.signs.bullet : " "} ${line}`),
  );
  return [
    ...notes.map((line) => pen.style("dim", line)),
    ...(notes.length > 0 ? [""] : []),
    `Pictures and tables: ${pen.style("bold", "--html report.html")}   Every number with its spec: ${pen.style("bold", "--json")}`,
  ];
}
