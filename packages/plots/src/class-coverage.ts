import type { Estimate } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { type CoverageLine, coverageFrom, coverageLines, coverageNote } from "./coverage-lines.ts";
import { finish } from "./finish.ts";
import { finiteOr } from "./finite-or.ts";
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

/** What is drawn of a part; those whose whole interval is below the level asked for are marked. */
function drawnPart({ name, n, coverage }: JudgedPart, wanted: number): CoverageLine {
  const { value } = coverage;
  const [lower, upper] = [finiteOr(coverage.lower, 0), finiteOr(coverage.upper, 1)];
  const title = `${brief(name, 30)}: ${percent(value)} [${percent(lower)}, ${percent(upper)}], ${count(n)} rows`;
  return { name: brief(name, 30), n, value, lower, upper, title, isMarked: upper < wanted };
}

function noteOf(wanted: number): string {
  const level = percent(wanted, Number.isInteger(Math.round(wanted * 1e6) / 1e4) ? 0 : 1);
  return `- - wanted ${level}\u2003◆ below it`;
}

const usualAxis = "Share of rows whose set holds the true class";

/**
 * How often sets or intervals held the truth in each of some parts, one line per part, against the level asked for. Parts
 * whose whole interval is below it are filled diamonds.
 *
 * @param parts drawn from top to bottom
 * @param options the level, where and how large; the default height grows with the parts
 */
export function classCoverage(parts: readonly JudgedPart[], options: ClassCoverageOptions): SVGSVGElement {
  const { wanted, axis = usualAxis, label = "Coverage" } = options;
  const lines = parts.map((part) => drawnPart(part, wanted));
  return coverageLines(lines, { ...options, level: wanted, note: noteOf(wanted), axis, label });
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
  const { axis = usualAxis } = options;
  const drawn = parts
    .toSorted((a, b) => a.coverage.value - b.coverage.value)
    .map((part, line) => ({ ...drawnPart(part, wanted), line }));
  const rule = {
    x: "line",
    y1: "lower",
    y2: "upper",
    strokeWidth: drawn.length > 300 ? 0.6 : 1.4,
    strokeOpacity: 0.7,
  } as const;
  const dot = { x: "line", y: "value", title: "title", r: drawn.length > 300 ? 1.5 : 2.8 } as const;
  const plain = drawn.filter(({ isMarked }) => !isMarked);
  const below = drawn.filter(({ isMarked }) => isMarked);
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 44,
    marginRight: 14,
    marginBottom: 36,
    marginLeft: 46,
    x: { domain: [-1, Math.max(1, drawn.length)], axis: null },
    y: { domain: [coverageFrom(drawn, wanted), 1] },
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
      coverageNote(noteOf(wanted)),
    ],
  });
  return finish(plotted, label);
}
