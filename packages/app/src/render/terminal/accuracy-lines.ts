import type { GroupReport, ReportDocument } from "@candor/core";
import { formatCount, formatInterval, formatPercent } from "@candor/pages";
import { padEnd, padStart } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";

const shown = 12;

function row({ name, n, accuracy }: GroupReport, nameColumns: number): string {
  const ends = formatInterval({ lower: accuracy.lower * 100, upper: accuracy.upper * 100 }, 1);
  const cells = [padStart(formatCount(n), 11), padStart(formatPercent(accuracy.value), 10), `  ${padEnd(ends, 15)}`];
  return `  ${padEnd(safeName(name, nameColumns), nameColumns)}${cells.join("")}`;
}

/** How often predictions are right in each segment: what can be said of it where the score is no probability. */
export function accuracyLines({ segments }: ReportDocument, pen: Pen): string[] {
  if (segments.length === 0) return [];
  const nameColumns = pen.columns - 2 - 11 - 10 - 17;
  const columns = [...new Set(segments.map(({ by }) => by))];
  return [
    ...heading(pen, "Segments", "how often the prediction is right"),
    ...columns.flatMap((by) => {
      const groups = segments
        .filter((group) => group.by === by)
        .toSorted((a, b) => a.accuracy.value - b.accuracy.value);
      const rest = groups.length - shown;
      return [
        pen.style(
          "dim",
          `  ${padEnd(`by ${safeName(by, 30)}`, nameColumns)}${padStart("rows", 11)}${padStart("right", 10)}`,
        ),
        ...groups.slice(0, shown).map((group) => row(group, nameColumns)),
        ...(rest > 0 ? [pen.style("dim", `  and ${formatCount(rest)} more, right more often`)] : []),
      ];
    }),
  ];
}
