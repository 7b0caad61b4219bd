import type { ReportDocument } from "@candor/core";
import type { Child, Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { leftOut, table } from "./table.ts";
import { formatCount, formatName } from "./words/format.ts";

/** Most columns, reasons and notes that are listed. */
export const LIST_LIMIT = 50;
const TEXT_LIMIT = 600;

/** A term, what it is, and whether that takes the whole width. */
export type Fact = readonly [term: string, value: Child, long?: "long"];

/** Terms with their values. */
export function factList(page: Page, facts: readonly Fact[]): HTMLElement {
  const { make } = page;
  return make(
    "dl",
    { class: "facts" },
    ...facts.map(([term, value, long]) =>
      make("div", long ? { class: "long" } : {}, make("dt", {}, term), make("dd", {}, value)),
    ),
  );
}

/** File and rows: what every page says of its source. */
export function rowFacts(page: Page, { name, rows, skipped }: ReportDocument["source"], used: number): Fact[] {
  return [
    ["File", page.name(name, 120)],
    ["Rows read", formatCount(rows)],
    ["Rows used", formatCount(used)],
    ["Rows left out", formatCount(skipped.reduce((sum, { count }) => sum + count, 0))],
  ];
}

/** The columns used, the rows left out and the notes, each where there are any. */
function sourceTables(page: Page, source: ReportDocument["source"]): HTMLElement[] {
  const { make } = page;
  const columns = Object.entries(source.columns);
  const parts: HTMLElement[] = [];
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
  return parts;
}

/** Where the rows come from: facts, then columns, rows left out and notes. */
export function sourceOf(page: Page, source: ReportDocument["source"], facts: readonly Fact[]): Section {
  return section(
    page,
    { id: "source", short: "Source", title: "Source" },
    factList(page, facts),
    ...sourceTables(page, source),
  );
}
