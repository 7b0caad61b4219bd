import type { SegmentFit } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { finiteOr } from "./finite-or.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { brief, count, decimal } from "./words.ts";

/** What is drawn of a segment; the name is cut after 40 characters. */
export type DrawnSegment = Pick<SegmentFit, "name" | "n" | "gapPooled" | "gapOwn">;

/**
 * The gap of every segment (stated minus observed, in percentage points) under the pooled calibrator (hollow) and under its own
 * correction (filled), each with its interval.
 *
 * @param segments drawn from top to bottom
 * @param options where and how large; the default height grows with the segments
 */
export function segmentGaps(segments: readonly DrawnSegment[], options: PlotOptions): SVGSVGElement {
  const { document, width = 420, height = 84 + 38 * segments.length, label = "Gap of each segment" } = options;
  const rows = segments.map(({ name, n, gapPooled, gapOwn }, i) => {
    const ends = (gap: typeof gapOwn) => ({
      value: gap.value * 100,
      lower: finiteOr(gap.lower, gap.value) * 100,
      upper: finiteOr(gap.upper, gap.value) * 100,
    });
    return { line: i, name: brief(name, 40), rows: `${count(n)} rows`, pooled: ends(gapPooled), own: ends(gapOwn) };
  });
  const reach = Math.max(1, ...rows.flatMap(({ pooled, own }) => [pooled, own].flatMap((g) => [-g.lower, g.upper])));
  const points = (kind: "pooled" | "own", shift: number) =>
    rows.map(({ line, name, [kind]: gap }) => ({
      ...gap,
      line: line + shift,
      title: `${name}, ${kind}: ${decimal(gap.value, 1)} [${decimal(gap.lower, 1)}, ${decimal(gap.upper, 1)}] points`,
    }));
  const [pooled, own] = [points("pooled", 0.02), points("own", 0.24)];
  const rule = { y: "line", x1: "lower", x2: "upper", strokeWidth: 2 } as const;
  const dot = { x: "value", y: "line", r: 4, strokeWidth: 1.8, title: "title" } as const;
  const text = { y: "line", dy: -12, fontSize: 12, stroke: color("paper"), strokeWidth: 3 } as const;
  const legend = { frameAnchor: "top-left", textAnchor: "start", fontSize: 11, dy: -22 } as const;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 30,
    marginRight: 12,
    marginBottom: 44,
    marginLeft: 12,
    x: { domain: [-reach * 1.06, reach * 1.06] },
    y: { domain: [-0.6, Math.max(1, rows.length) - 0.5], reverse: true, axis: null },
    marks: [
      Plot.gridX({ ticks: 5, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ticks: 5,
        tickFormat: (value: number) => `${value > 0 ? "+" : ""}${Number(value.toPrecision(3))}`,
        tickSize: 0,
        label: "← too low\u2003stated minus observed, points\u2003too high →",
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.ruleX([0], { stroke: color("reference") }),
      Plot.text(["○ one calibrator for all"], { ...legend, fill: color("series-2") }),
      Plot.text(["● with its own correction"], { ...legend, dx: 150, fill: color("series-1") }),
      Plot.ruleY(pooled, { ...rule, stroke: color("series-2") }),
      Plot.ruleY(own, { ...rule, stroke: color("series-1") }),
      Plot.dot(pooled, { ...dot, stroke: color("series-2"), fill: color("paper") }),
      Plot.dot(own, { ...dot, stroke: color("series-1"), fill: color("series-1") }),
      Plot.text(rows, { ...text, text: "name", frameAnchor: "left", textAnchor: "start", fill: color("ink") }),
      Plot.text(rows, { ...text, text: "rows", frameAnchor: "right", textAnchor: "end", fill: color("muted") }),
    ],
  });
  return finish(plotted, label);
}
