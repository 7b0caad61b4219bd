import type { ConformalDocument } from "@candor/core";
import { formatCount, formatName, type Page, type Section, section, table } from "@candor/pages";
import { partName, partThreshold } from "../../conformal-words.ts";

/** The threshold of each class, cluster or group; nothing where there is one for all rows. */
export function thresholdsSection(page: Page, { parts, condition }: ConformalDocument): Section | undefined {
  if (parts.length < 2) return undefined;
  const what = { none: "Rows", class: "Class", clusters: "Classes", groups: "Group" }[condition.kind];
  return section(
    page,
    { id: "thresholds", short: "Thresholds", title: "Thresholds" },
    table(
      page,
      parts.toSorted((a, b) => a.n - b.n),
      [
        { title: what, cell: (part) => page.name(formatName(partName(condition, part, 8), 120), 120) },
        { title: "Calibration rows", numeric: true, cell: ({ n }) => formatCount(n) },
        { title: "Rank", numeric: true, cell: ({ rank }) => (rank === null ? "" : formatCount(rank)) },
        { title: "Threshold", numeric: true, cell: (part) => partThreshold(part) },
      ],
      { caption: "Of each part, the fewest rows first" },
    ),
  );
}
