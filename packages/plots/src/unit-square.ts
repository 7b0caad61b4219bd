import type { ReliabilityBin } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { addBinLinks, type BinLink, spreadLinks } from "./bin-links.ts";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { percent } from "./words.ts";

const STRIP = 0.17;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Space around the square; a histogram under it keeps left and right. */
export const squareMargin = { top: 30, right: 14, bottom: 44, left: 40 } as const;
const MARGIN = squareMargin;

/** What fills a square whose two axes run from 0 to 1. */
export interface UnitSquare {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly marks: Plot.Markish[];
  /** Drawn under the square as the share of rows per bin. */
  readonly strip?: readonly ReliabilityBin[];
  /** Columns that lead somewhere. */
  readonly links?: readonly { readonly bin: ReliabilityBin; readonly href: string; readonly title: string }[];
  /** Drawn over the strip as an outline, at the same scale. */
  readonly outline?: readonly ReliabilityBin[];
  /** Reads a tick. Default: one decimal. */
  readonly tickFormat?: (value: number) => string;
  /** Used where `options.label` is absent. */
  readonly label: string;
}

interface StripBar {
  readonly x1: number;
  readonly x2: number;
  readonly y2: number;
  readonly title: string;
}

function stripBars(bins: readonly ReliabilityBin[], tallest: number): StripBar[] {
  return bins.map((bin) => {
    const middle = (bin.lower + bin.upper) / 2;
    const half = Math.max(0.004, (bin.upper - bin.lower) / 2);
    return {
      x1: Math.max(0, middle - half),
      x2: Math.min(1, middle + half),
      y2: -STRIP + (bin.share / tallest) * (STRIP - 0.055),
      title: `${percent(bin.share)} of rows`,
    };
  });
}

function stripMarks(bins: readonly ReliabilityBin[], outline: readonly ReliabilityBin[]): Plot.Markish[] {
  const tallest = Math.max(...bins.map((bin) => bin.share), ...outline.map((bin) => bin.share));
  if (!(tallest > 0)) return [];
  return [
    Plot.rect(stripBars(bins, tallest), {
      x1: "x1",
      x2: "x2",
      y1: -STRIP,
      y2: "y2",
      insetLeft: 0.5,
      insetRight: 0.5,
      fill: color(outline.length > 0 ? "series-1" : "reference"),
      fillOpacity: 0.65,
      title: "title",
    }),
    Plot.rect(stripBars(outline, tallest), {
      x1: "x1",
      x2: "x2",
      y1: -STRIP,
      y2: "y2",
      insetLeft: 0.5,
      insetRight: 0.5,
      fill: "none",
      stroke: color("series-2"),
      strokeWidth: 1.5,
    }),
    Plot.text([`share of rows (tallest bar ${percent(tallest, 0)})`], {
      x: 0,
      y: 0,
      dx: 2,
      dy: 9,
      textAnchor: "start",
      fontSize: 10,
      fill: color("muted"),
      stroke: color("paper"),
      strokeWidth: 3,
    }),
  ];
}

/** The diagonal from 0 to 1, on which what was stated comes true. */
export function diagonal(): Plot.Markish {
  return Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: color("reference"), strokeDasharray: "4 3" });
}

/**
 * The names of the two sides of the diagonal.
 *
 * @param above at the upper left
 * @param below at the lower right
 */
export function sideNames(above = "scores too low", below = "scores too high"): Plot.Markish[] {
  const style = { fontSize: 10, fill: color("muted"), stroke: color("paper"), strokeWidth: 3 };
  return [
    Plot.text([above], { ...style, x: 0, y: 1, dx: 8, dy: 12, textAnchor: "start" }),
    Plot.text([below], { ...style, x: 1, y: 0, dx: -6, dy: -9, textAnchor: "end" }),
  ];
}

/**
 * The names of what is drawn before and after a change, one below the other at the upper left.
 *
 * @param before in the second colour
 * @param after in the first
 */
export function changeNames(before: string, after: string): Plot.Markish[] {
  return [[before, color("series-2")] as const, [after, color("series-1")] as const].map(([name, fill], i) =>
    Plot.text([name], {
      x: 0,
      y: 1,
      dx: 8,
      dy: 30 + 16 * i,
      textAnchor: "start",
      fill,
      stroke: color("paper"),
      strokeWidth: 3,
    }),
  );
}

/**
 * A square picture with both axes from 0 to 1, both at the same scale.
 *
 * @param square labels, marks and the strip of row shares
 * @param options where and how large
 */
export function unitSquare(square: UnitSquare, options: PlotOptions): SVGSVGElement {
  const { document, width = 400, height, label = square.label } = options;
  const { strip = [], outline = [], links = [], tickFormat = (value: number) => value.toFixed(1) } = square;
  const below = strip.length > 0 ? STRIP : 0;
  const side = width - MARGIN.left - MARGIN.right;
  const axis = { ticks: TICKS, tickFormat, tickSize: 0, color: color("muted") };
  const plotted = Plot.plot({
    document,
    width,
    height: height ?? Math.round(side * (1 + below)) + MARGIN.top + MARGIN.bottom,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    x: { domain: [0, 1] },
    y: { domain: [-below, 1] },
    marks: [
      Plot.gridX(TICKS, { stroke: color("line"), strokeOpacity: 1 }),
      Plot.gridY(TICKS, { stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({ ...axis, label: square.xLabel, labelArrow: "right", labelOffset: 37, fill: color("muted") }),
      Plot.axisY({ ...axis, label: square.yLabel, labelArrow: "up", fill: color("muted") }),
      ...stripMarks(strip, outline),
      ...square.marks,
    ],
  });
  const finished = finish(plotted, label);
  if (links.length === 0) return finished;
  const at = (share: number): number => MARGIN.left + share * side;
  const columns = links.map(
    ({ bin, href, title }): BinLink => ({ href, title, left: at(bin.lower), right: at(bin.upper) }),
  );
  const bottom = Number(finished.getAttribute("height")) - MARGIN.bottom;
  return addBinLinks(finished, spreadLinks(columns, at(1)), { top: MARGIN.top, bottom });
}
