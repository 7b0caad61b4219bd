import type { RegressionReport } from "@candor/core";
import { formatNumber, formatPercent, shownPit } from "@candor/pages";
import { padEnd, padStart } from "../display-width.ts";
import { heading } from "../heading.ts";
import type { Pen } from "../pen.ts";
import { bar } from "../reliability-lines.ts";

const mostBins = 20;

/** Where in its forecast distribution each outcome fell: a perfect forecast has equal shares but for chance. */
export function pitLines(document: RegressionReport, pen: Pen, when = ""): string[] {
  const pit = shownPit(document);
  if (pit.length === 0 || pit.length > mostBins) return [];
  const { signs } = pen;
  const columns = pen.columns - 2 - 10 - 8 - 2 - 16 - 2 - 8;
  const largest = Math.max(...pit.map(({ share }) => share));
  const rows = pit.map(({ from, to, share, lower, upper }) => {
    const found = share > upper ? "over" : share < lower ? "under" : undefined;
    const style = found === undefined ? "mark" : "bad";
    const range = `${formatNumber(lower * 100, 1)}–${formatPercent(upper, 1)}`;
    return [
      `  ${padEnd(`${formatNumber(from, 2)}–${formatNumber(to, 2)}`, 10)}`,
      pen.style(style, padEnd(bar(share, largest, columns, pen), columns)),
      padStart(formatPercent(share), 8),
      pen.style("dim", `  ${found === undefined ? range : padEnd(range, 16)}`),
      found === undefined ? "" : pen.style("bad", `${signs[found]} ${found === "over" ? "more" : "fewer"}`),
    ].join("");
  });
  const lowest = pit.at(0);
  const title = `  ${padEnd("level", 10)}${" ".repeat(columns)}${padStart("share", 8)}  perfect shows`;
  return [
    ...heading(
      pen,
      when === "" ? "Where the outcomes fell" : `Where the outcomes fell ${when}`,
      lowest === undefined ? "" : "in the distribution forecast for each of them",
    ),
    pen.style("dim", title),
    ...rows,
  ];
}
