import type { ReliabilityBin, ReportDocument } from "@candor/core";
import { formatNumber, formatPercent } from "@candor/pages";
import { padStart } from "./display-width.ts";
import { heading } from "./heading.ts";
import { type Pen, safeName } from "./pen.ts";

const rangeColumns = 8;
const observedColumns = 8;

/** Cells of a row, each a sign with the style it is written in. */
type Cell = readonly [sign: string, style: "dim" | "bad" | "mark"];

/** The diagram takes what the numbers leave, in four equal quarters; the bars of shares take the rest. */
function layout(columns: number): { width: number; shareColumns: number } {
  const free = columns - 2 - rangeColumns - 1 - observedColumns - 3;
  const width = 4 * Math.floor((free - 8) / 4) + 1;
  return { width, shareColumns: free - width };
}

/** `93–100 %` for the edges of a bin. */
function rangeOf({ lower, upper }: ReliabilityBin): string {
  const digits = upper - lower < 0.015 ? 1 : 0;
  return `${formatNumber(lower * 100, digits)}–${formatPercent(upper, digits)}`;
}

function direction({ meanConfidence, observedLower, observedUpper }: ReliabilityBin): "over" | "under" | undefined {
  if (meanConfidence > observedUpper) return "over";
  return meanConfidence < observedLower ? "under" : undefined;
}

function cellsOf(bin: ReliabilityBin, width: number, pen: Pen): Cell[] {
  const { signs } = pen;
  const at = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * (width - 1));
  const style = direction(bin) === undefined ? "mark" : "bad";
  const cells: Cell[] = Array.from({ length: width }, () => [" ", "dim"]);
  for (let i = at(bin.lower); i <= at(bin.upper); i++) cells[i] = [signs.shade, "dim"];
  const [from, to, point] = [at(bin.observedLower), at(bin.observedUpper), at(bin.observed)];
  for (let i = from; i <= to; i++) cells[i] = [cells[i]?.[0] === signs.shade ? signs.agreeing : signs.whisker, style];
  if (from < point) cells[from] = [signs.left, style];
  if (to > point) cells[to] = [signs.right, style];
  cells[point] = [signs.point, style];
  return cells;
}

/** Writes the cells with as few changes of style as possible. */
function write(cells: readonly Cell[], pen: Pen): string {
  let text = "";
  for (let i = 0; i < cells.length; ) {
    const style = cells[i]?.[1] ?? "dim";
    let run = "";
    for (; i < cells.length && cells[i]?.[1] === style; i++) run += cells[i]?.[0] ?? "";
    text += run.trim() === "" ? run : pen.style(style, run);
  }
  return text;
}

/** A bar of `columns` columns at most for a share of the largest one. */
export function bar(share: number, largest: number, columns: number, { blocks }: Pen): string {
  const parts = blocks.length;
  const length = Math.round((largest > 0 ? share / largest : 0) * columns * parts);
  const whole = Math.floor(length / parts);
  const rest = length % parts;
  const least = length === 0 && share > 0 ? blocks.charAt(0) : "";
  return blocks.charAt(parts - 1).repeat(whole) + (rest > 0 ? blocks.charAt(rest - 1) : "") + least;
}

function axis(width: number, { signs }: Pen): string {
  const ticks = new Set([0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (width - 1))));
  return Array.from({ length: width }, (_, i) => (ticks.has(i) ? signs.tick : signs.line)).join("");
}

function axisLabels(width: number): string {
  const line = Array.from({ length: width }, () => " ");
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const label = formatPercent(share, 0);
    const middle = Math.round(share * (width - 1));
    const start = Math.min(width - label.length, Math.max(0, middle - Math.floor(label.length / 2)));
    for (let i = 0; i < label.length; i++) line[start + i] = label.charAt(i);
  }
  return line.join("");
}

/**
 * The reliability diagram lying on its side: one line per bin, the surest at the top. A calibrated model has its points on
 * the shaded steps.
 */
export function reliabilityLines(
  { reliability, classNames }: Pick<ReportDocument, "reliability" | "classNames">,
  pen: Pen,
  when = "",
): string[] {
  const { bins } = reliability;
  if (bins.length === 0) return [];
  const positive = safeName(classNames[1] ?? "1", 20);
  const [stated, observed] =
    reliability.axis === "probability" ? ["probability", `share of "${positive}"`] : ["confidence", "share correct"];
  const { width, shareColumns } = layout(pen.columns);
  const largest = Math.max(...bins.map(({ share }) => share));
  const rows = bins.toReversed().map((bin) => {
    const found = direction(bin);
    const flag = found === undefined ? " " : pen.style("bad", pen.signs[found]);
    const shares = pen.style("dim", bar(bin.share, largest, shareColumns, pen));
    const value = padStart(formatPercent(bin.observed), observedColumns);
    return `  ${padStart(rangeOf(bin), rangeColumns)} ${write(cellsOf(bin, width, pen), pen)}${value} ${flag} ${shares}`;
  });
  const margin = " ".repeat(2 + rangeColumns + 1);
  const { signs } = pen;
  return [
    ...heading(pen, when === "" ? "Reliability" : `Reliability ${when}`, `${observed} by stated ${stated}`),
    pen.style(
      "dim",
      `  ${padStart("stated", rangeColumns)} ${" ".repeat(width)}${padStart("observed", observedColumns)}   rows`,
    ),
    ...rows,
    pen.style("dim", margin + axis(width, pen)),
    pen.style("dim", margin + axisLabels(width)),
    pen.style(
      "dim",
      `${margin}${signs.point} observed  ${signs.left}${signs.whisker}${signs.right} interval  ${signs.shade} calibrated  ${signs.over} too high  ${signs.under} too low`,
    ),
  ];
}
