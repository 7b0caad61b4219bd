import type { Estimate, RegressionReport } from "@candor/core";
import { formatInterval, formatMeasureValue, formatPercent } from "@candor/pages";
import { padEnd, padStart } from "../display-width.ts";
import { heading } from "../heading.ts";
import type { Pen } from "../pen.ts";

const levelColumns = 7;
const observedColumns = 8;
/** Levels drawn at most; of more the nearest to even steps. */
const mostLevels = 11;

type Cell = readonly [sign: string, style: "dim" | "bad" | "mark"];

/** A level without needless decimals, e.g. `5 %`, `2.5 %`. */
function levelText(level: number): string {
  return `${Number((level * 100).toPrecision(4))} %`;
}

function side({ lower, upper }: Pick<Estimate, "lower" | "upper">, level: number): "over" | "under" | undefined {
  return lower > level ? "over" : upper < level ? "under" : undefined;
}

/** Whisker, point and, shaded, where the point of a perfect forecast is. */
function cells(level: number, { value, lower, upper }: Estimate, width: number, pen: Pen): string {
  const { signs } = pen;
  const at = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * (width - 1));
  const style = side({ lower, upper }, level) === undefined ? "mark" : "bad";
  const row: Cell[] = Array.from({ length: width }, () => [" ", "dim"]);
  const [from, to, point] = [at(Number.isFinite(lower) ? lower : 0), at(Number.isFinite(upper) ? upper : 1), at(value)];
  for (let i = from; i <= to; i++) row[i] = [signs.whisker, style];
  if (from < point) row[from] = [signs.left, style];
  if (to > point) row[to] = [signs.right, style];
  row[at(level)] = [
    at(level) >= from && at(level) <= to ? signs.agreeing : signs.shade,
    at(level) >= from && at(level) <= to ? style : "dim",
  ];
  row[point] = [signs.point, style];
  let text = "";
  for (let i = 0; i < row.length; ) {
    const current = row[i]?.[1] ?? "dim";
    let run = "";
    for (; i < row.length && row[i]?.[1] === current; i++) run += row[i]?.[0] ?? "";
    text += run.trim() === "" ? run : pen.style(current, run);
  }
  return text;
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

/** At most `mostLevels` of them: the first, the last, and the nearest to even steps between. */
function chosen<Item>(items: readonly Item[]): readonly Item[] {
  if (items.length <= mostLevels) return items;
  const step = (items.length - 1) / (mostLevels - 1);
  return Array.from({ length: mostLevels }, (_, i) => items[Math.round(i * step)]).flatMap((item) => item ?? []);
}

/**
 * The quantile calibration curve lying on its side: one line per level, the highest at the top. A perfect forecast has its
 * points on the shaded places.
 */
export function curveLines({ quantileCurve }: Pick<RegressionReport, "quantileCurve">, pen: Pen, when = ""): string[] {
  if (quantileCurve.length === 0) return [];
  const free = pen.columns - 2 - levelColumns - 1 - observedColumns - 2;
  const width = 4 * Math.floor((free - 1) / 4) + 1;
  const { signs } = pen;
  const shown = chosen(quantileCurve);
  const rows = shown.toReversed().map(({ level, observed }) => {
    const found = side(observed, level);
    const flag = found === undefined ? " " : pen.style("bad", signs[found]);
    const value = padStart(formatPercent(observed.value), observedColumns);
    return `  ${padStart(levelText(level), levelColumns)} ${cells(level, observed, width, pen)}${value} ${flag}`;
  });
  const margin = " ".repeat(2 + levelColumns + 1);
  const detail = `share of outcomes below each quantile${shown.length < quantileCurve.length ? `, ${shown.length} of ${quantileCurve.length} levels` : ""}`;
  return [
    ...heading(pen, when === "" ? "Quantiles" : `Quantiles ${when}`, detail),
    ...rows,
    pen.style("dim", margin + axis(width, pen)),
    pen.style("dim", margin + axisLabels(width)),
    pen.style(
      "dim",
      `${margin}${signs.point} observed  ${signs.left}${signs.whisker}${signs.right} interval  ${signs.shade} perfect  ${signs.over} too high  ${signs.under} too low`,
    ),
  ];
}

/** Central intervals: what they promise, how often they held, and how wide they are. */
export function intervalLines({ intervals }: Pick<RegressionReport, "intervals">, pen: Pen, when = ""): string[] {
  if (intervals.length === 0) return [];
  const { signs } = pen;
  const rows = chosen(intervals).map(({ level, coverage, meanWidth, intervalScore }) => {
    const { value, lower, upper } = coverage;
    const held = lower > level ? "over" : upper < level ? "under" : undefined;
    const word = held === "over" ? "too wide" : held === "under" ? "too narrow" : "";
    const found = held === undefined ? "" : pen.style("bad", `${signs[held]} ${word}`);
    const ends = formatInterval({ lower: lower * 100, upper: upper * 100 }, 1);
    return [
      `  ${padStart(levelText(level), levelColumns + 1)}`,
      padStart(formatPercent(value), 9),
      ` ${padEnd(ends, 15)}`,
      padStart(formatMeasureValue(meanWidth), 13),
      padStart(formatMeasureValue(intervalScore), 15),
      `  ${found}`,
    ].join("");
  });
  const title = `  ${padStart("level", levelColumns + 1)}${padStart("held", 9)}${" ".repeat(16)}${padStart("mean width", 13)}${padStart("interval score", 15)}`;
  return [
    ...heading(pen, when === "" ? "Intervals" : `Intervals ${when}`, "how often they held the outcome"),
    pen.style("dim", title),
    ...rows,
  ];
}
