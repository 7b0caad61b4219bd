import type { Estimate } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { brief, count, percent } from "./words.ts";

/** What coverage is held against. */
export interface ClassCoverageOptions extends PlotOptions {
  /** The level asked for, in (0, 1). */
  readonly wanted: number;
  /** What the coverage is a share of. Default: `Share of rows whose set holds the true class`. */
  readonly axis?: string;
}

/** Rows that are judged apart: a class, a group, or sets of one size. The name is cut after 30 characters. */
export interface JudgedPart {
  readonly name: string;
  readonly n: number;
  readonly coverage: Pick<Estimate, "value" | "lower" | "upper">;
}

function bound(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}

/** What is drawn of a part; those whose whole interval is below the level asked for are marked. */
function drawnPart({ name, n, coverage }: JudgedPart, line: number, wanted: number) {
  const { value } = coverage;
  const [lower, upper] = [bound(coverage.lower, 0), bound(coverage.upper, 1)];
  const title = `${brief(name, 30)}: ${percent(value)} [${percent(lower)}, ${percent(upper)}], ${count(n)} rows`;
  return { line, name: brief(name, 30), rows: `${count(n)} rows`, value, lower, upper, title, isBelow: upper < wanted };
}

function level(wanted: number): string {
  return percent(wanted, Number.isInteger(Math.round(wanted * 1e6) / 1e4) ? 0 : 1);
}

/**
 * How often sets or intervals held the truth in each of some parts, one line per part, against the level asked for. Parts
 * whose whole interval is below it are filled diamonds.
 *
 * @param parts drawn from top to bottom
 * @param options the level, where and how large; the default height grows with the parts
 */
export function classCoverage(parts: readonly JudgedPart[], options: ClassCoverageOptions): SVGSVGElement {
  const { document, wanted, width = 420, height = 84 + 34 * parts.length, label = "Coverage" } = options;
  const { axis = "Share of rows whose set holds the true class" } = options;
  const drawn = parts.map((part, line) => drawnPart(part, line, wanted));
  const plain = drawn.filter(({ isBelow }) => !isBelow);
  const below = drawn.filter(({ isBelow }) => isBelow);
  const from = Math.max(0, Math.floor(Math.min(wanted - 0.1, ...drawn.map(({ lower }) => lower)) * 10 - 1e-9) / 10);
  const rule = { y: "line", x1: "lower", x2: "upper", strokeWidth: 2 } as const;
  const dot = { x: "value", y: "line", title: "title" } as const;
  const text = { y: "line", dy: -13, fontSize: 12, stroke: color("paper"), strokeWidth: 3 } as const;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 30,
    marginRight: 22,
    marginBottom: 44,
    marginLeft: 18,
    x: { domain: [from, 1] },
    y: { domain: [-0.65, Math.max(1, drawn.length) - 0.5], reverse: true, axis: null },
    marks: [
      Plot.gridX({ ticks: 5, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ticks: 5,
        tickFormat: (value: number) => percent(value, 0),
        tickSize: 0,
        label: axis,
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.ruleX([wanted], { stroke: color("ink"), strokeDasharray: "4 3" }),
      Plot.text([`- - wanted ${level(wanted)}\u2003◆ below it`], {
        frameAnchor: "top-right",
        textAnchor: "end",
        fontSize: 11,
        dy: -20,
        fill: color("muted"),
      }),
      Plot.ruleY(plain, { ...rule, stroke: color("series-1") }),
      Plot.ruleY(below, { ...rule, stroke: color("series-2") }),
      Plot.dot(plain, { ...dot, r: 4, fill: color("paper"), stroke: color("series-1"), strokeWidth: 1.8 }),
      Plot.dot(below, { ...dot, r: 5, symbol: "diamond", fill: color("series-2") }),
      Plot.text(drawn, { ...text, text: "name", frameAnchor: "left", textAnchor: "start", fill: color("ink") }),
      Plot.text(drawn, { ...text, text: "rows", frameAnchor: "right", textAnchor: "end", fill: color("muted") }),
    ],
  });
  return finish(plotted, label);
}

/**
 * The same for many parts: one upright line per part without its name, the least covered on the left. Names stand in the
 * tooltips.
 *
 * @param parts in any order
 * @param options the level, where and how large
 */
export function classCoverageRanked(parts: readonly JudgedPart[], options: ClassCoverageOptions): SVGSVGElement {
  const { document, wanted, width = 480, height = 320, label = "Coverage of each class" } = options;
  const { axis = "Share of rows whose set holds the true class" } = options;
  const drawn = parts
    .toSorted((a, b) => a.coverage.value - b.coverage.value)
    .map((part, line) => drawnPart(part, line, wanted));
  const from = Math.max(0, Math.floor(Math.min(wanted - 0.1, ...drawn.map(({ lower }) => lower)) * 10 - 1e-9) / 10);
  const rule = {
    x: "line",
    y1: "lower",
    y2: "upper",
    strokeWidth: drawn.length > 300 ? 0.6 : 1.4,
    strokeOpacity: 0.7,
  } as const;
  const dot = { x: "line", y: "value", title: "title", r: drawn.length > 300 ? 1.5 : 2.8 } as const;
  const plain = drawn.filter(({ isBelow }) => !isBelow);
  const below = drawn.filter(({ isBelow }) => isBelow);
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 44,
    marginRight: 14,
    marginBottom: 36,
    marginLeft: 46,
    x: { domain: [-1, Math.max(1, drawn.length)], axis: null },
    y: { domain: [from, 1] },
    marks: [
      Plot.gridY({ ticks: 5, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisY({
        ticks: 5,
        tickFormat: (value: number) => percent(value, 0),
        tickSize: 0,
        label: axis,
        labelArrow: "up",
        fill: color("muted"),
      }),
      Plot.ruleX(plain, { ...rule, stroke: color("series-1") }),
      Plot.ruleX(below, { ...rule, stroke: color("series-2") }),
      Plot.ruleY([wanted], { stroke: color("ink"), strokeDasharray: "4 3" }),
      Plot.dot(plain, { ...dot, fill: color("series-1") }),
      Plot.dot(below, { ...dot, symbol: "diamond", fill: color("series-2") }),
      Plot.text([`${count(drawn.length)} classes, the least covered first`], {
        frameAnchor: "bottom",
        dy: 22,
        fill: color("muted"),
      }),
      Plot.text([`- - wanted ${level(wanted)}\u2003◆ below it`], {
        frameAnchor: "top-right",
        textAnchor: "end",
        fontSize: 11,
        dy: -20,
        fill: color("muted"),
      }),
    ],
  });
  return finish(plotted, label);
}
