import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { count, percent } from "./words.ts";

/** A part of the rows with its coverage, as it is drawn. */
export interface CoverageLine {
  readonly name: string;
  readonly n: number;
  readonly value: number;
  /** Bounds of its interval; finite. */
  readonly lower: number;
  readonly upper: number;
  /** Its tooltip. */
  readonly title: string;
  /** Drawn as a filled diamond. */
  readonly isMarked: boolean;
}

/** What is drawn around the lines. */
export interface CoverageLinesOptions extends PlotOptions {
  /** The level that the parts are held against, in (0, 1). */
  readonly level: number;
  /** What the dashed line and the diamonds mean. */
  readonly note: string;
  /** What the coverage is a share of. */
  readonly axis: string;
  readonly label: string;
}

/**
 * Where an axis of coverages starts: a tenth below the level at most, lower where an interval reaches lower.
 *
 * @param lines what is drawn on it
 * @param level the level that they are held against, in (0, 1)
 * @returns a tenth, >= 0
 */
export function coverageFrom(lines: readonly Pick<CoverageLine, "lower">[], level: number): number {
  return Math.max(0, Math.floor(Math.min(level - 0.1, ...lines.map(({ lower }) => lower)) * 10 - 1e-9) / 10);
}

/** What the marks of a picture of coverages mean, at its upper right. */
export function coverageNote(note: string): Plot.Markish {
  return Plot.text([note], {
    frameAnchor: "top-right",
    textAnchor: "end",
    fontSize: 11,
    dy: -20,
    fill: color("muted"),
  });
}

/**
 * The coverage of some parts with its interval, one line per part under its name, against a level.
 *
 * @param lines drawn from top to bottom
 * @param options the level, the words around, where and how large; the default height grows with the parts
 */
export function coverageLines(lines: readonly CoverageLine[], options: CoverageLinesOptions): SVGSVGElement {
  const { document, level, note, axis, label, width = 420, height = 84 + 34 * lines.length } = options;
  const drawn = lines.map((row, line) => ({ ...row, line, rows: `${count(row.n)} rows` }));
  const plain = drawn.filter(({ isMarked }) => !isMarked);
  const marked = drawn.filter(({ isMarked }) => isMarked);
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
    x: { domain: [coverageFrom(lines, level), 1] },
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
      Plot.ruleX([level], { stroke: color("ink"), strokeDasharray: "4 3" }),
      coverageNote(note),
      Plot.ruleY(plain, { ...rule, stroke: color("series-1") }),
      Plot.ruleY(marked, { ...rule, stroke: color("series-2") }),
      Plot.dot(plain, { ...dot, r: 4, fill: color("paper"), stroke: color("series-1"), strokeWidth: 1.8 }),
      Plot.dot(marked, { ...dot, r: 5, symbol: "diamond", fill: color("series-2") }),
      Plot.text(drawn, { ...text, text: "name", frameAnchor: "left", textAnchor: "start", fill: color("ink") }),
      Plot.text(drawn, { ...text, text: "rows", frameAnchor: "right", textAnchor: "end", fill: color("muted") }),
    ],
  });
  return finish(plotted, label);
}
