import type { ReportDocument } from "@candor/core";
import { formatCount, formatName, formatNumber } from "../format.ts";
import type { Child, Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { leftOut, table } from "./table.ts";

const LIST_LIMIT = 50;
const TEXT_LIMIT = 600;

/**
 * Where the numbers come from: the file, the columns, rows used and left out, and what was done to them.
 *
 * @param page the page it is for
 * @param document the report
 */
export function sourceSection(page: Page, { source, n, effectiveN, weighted }: ReportDocument): Section {
  const { make } = page;
  const skipped = source.skipped.reduce((sum, { count }) => sum + count, 0);
  const facts: [string, Child][] = [
    ["File", page.name(source.name, 120)],
    ["Rows read", formatCount(source.rows)],
    ["Rows used", formatCount(n)],
    ["Rows left out", formatCount(skipped)],
    ["Weights", weighted ? `yes; effective rows ${formatNumber(effectiveN, 1)}` : "none"],
    [
      "Method",
      source.approximate
        ? "one pass over mergeable cells: numbers are approximate, within the bounds the notes state"
        : "every row, exact",
    ],
  ];
  const list = make(
    "dl",
    { class: "facts" },
    ...facts.map(([term, value]) => make("div", {}, make("dt", {}, term), make("dd", {}, value))),
  );
  const columns = Object.entries(source.columns);
  const parts: HTMLElement[] = [list];
  if (columns.length > 0)
    parts.push(
      table(
        page,
        columns,
        [
          { title: "Role", cell: ([role]) => page.name(role) },
          { title: "Column", cell: ([, column]) => page.name(column, 120) },
        ],
        { caption: "Columns used", limit: LIST_LIMIT },
      ),
    );
  if (source.skipped.length > 0)
    parts.push(
      table(
        page,
        source.skipped,
        [
          { title: "Reason", words: true, cell: ({ reason }) => page.name(reason, 200) },
          { title: "Rows", numeric: true, cell: ({ count }) => formatCount(count) },
        ],
        { caption: "Rows left out", limit: LIST_LIMIT },
      ),
    );
  if (source.notes.length > 0) {
    const notes = source.notes.slice(0, LIST_LIMIT);
    const rest = leftOut(source.notes.length, notes.length);
    const items = rest === "" ? notes : [...notes, rest];
    parts.push(
      make("h3", {}, "Notes"),
      make("ul", { class: "notes" }, ...items.map((note) => make("li", {}, formatName(note, TEXT_LIMIT)))),
    );
  }
  return section(page, { id: "source", short: "Source", title: "Source" }, ...parts);
}
