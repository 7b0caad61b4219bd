import type { Child, Page } from "./page.ts";
import { formatCount } from "./words/format.ts";

/** A column and how to fill it. */
export interface Column<Item> {
  readonly title: string;
  /** Numbers are set to the right with figures of equal width. */
  readonly numeric?: boolean;
  /** Whole sentences: the column keeps room for them. */
  readonly words?: boolean;
  readonly cell: (item: Item) => Child;
}

/** How to name a table, and how much of it to show. */
export interface TableOptions {
  /** What the table holds, in words: its heading, or only its label where `hidden`. */
  readonly caption: string;
  readonly hidden?: boolean;
  /** Rows shown. Default 200. */
  readonly limit?: number;
}

/** Rows that a table of the report shows at most. */
export const ROW_LIMIT = 200;

/**
 * The sentence that says what was left out, e.g. `9,800 more in the JSON document.`; empty when nothing was.
 *
 * @param total items there are
 * @param shown items shown
 */
export function leftOut(total: number, shown: number): string {
  return total > shown ? `${formatCount(total - shown)} more in the JSON document.` : "";
}

/**
 * A table in a box that scrolls sideways on narrow screens, with at most `limit` rows and a word on the rest.
 *
 * @param page the page it is for
 * @param items one per row; the first column names the row
 * @param columns titles and cells
 * @param options caption and limit
 */
export function table<Item>(
  page: Page,
  items: readonly Item[],
  columns: readonly Column<Item>[],
  options: TableOptions,
): HTMLElement {
  const { make } = page;
  const { caption, hidden = false, limit = ROW_LIMIT } = options;
  const align = ({ numeric, words }: Column<Item>): Record<string, string> =>
    numeric ? { class: "number" } : words ? { class: "words" } : {};
  const head = columns.map((column) => make("th", { scope: "col", ...align(column) }, column.title));
  const body = items.slice(0, limit).map((item) => {
    const cells = columns.map((column, i) =>
      i === 0
        ? make("th", { scope: "row", ...align(column) }, column.cell(item))
        : make("td", align(column), column.cell(item)),
    );
    return make("tr", {}, ...cells);
  });
  const id = page.identifier();
  const label: Record<string, string> = hidden ? { "aria-label": caption } : { "aria-labelledby": id };
  const box = make(
    "div",
    { class: "scroll", role: "region", tabindex: "0", ...label },
    make("table", label, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body)),
  );
  const rest = leftOut(items.length, limit);
  return make(
    "div",
    { class: "table" },
    ...(hidden ? [] : [make("h3", { id }, caption)]),
    box,
    ...(rest === "" ? [] : [make("p", { class: "note" }, rest)]),
  );
}
