import { formatCount, formatInterval, formatPercent, type Page, table } from "@candor/pages";
import type { CoveredPart } from "../../conformal-words.ts";

/** Coverage of some parts with intervals. */
export function coverageTable(
  page: Page,
  parts: readonly CoveredPart[],
  title: string,
  caption: string,
  hidden = true,
): HTMLElement {
  return table(
    page,
    parts,
    [
      { title, cell: ({ name }) => page.name(name) },
      { title: "Rows", numeric: true, cell: ({ n }) => formatCount(n) },
      { title: "Coverage", numeric: true, cell: ({ coverage }) => formatPercent(coverage.value) },
      {
        title: "Interval, %",
        numeric: true,
        cell: ({ coverage: { lower, upper } }) => formatInterval({ lower: lower * 100, upper: upper * 100 }, 1),
      },
    ],
    { caption, hidden },
  );
}
