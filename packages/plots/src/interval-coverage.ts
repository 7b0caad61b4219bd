import type { IntervalQuality } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { diagonal, unitSquare } from "./unit-square.ts";
import { percent } from "./words.ts";

/** What to draw beside the points. */
export interface IntervalCoverageOptions extends PlotOptions {
  /** The intervals of the same rows before a change, drawn hollow. */
  readonly before?: readonly IntervalQuality[];
}

function pointsOf(intervals: readonly IntervalQuality[]) {
  return intervals.map(({ level, coverage: { value, lower, upper } }) => ({
    x: level,
    y: value,
    lower: Number.isFinite(lower) ? lower : value,
    upper: Number.isFinite(upper) ? upper : value,
    title: `${percent(level, 1)} interval: held ${percent(value)} of outcomes [${percent(lower)}, ${percent(upper)}]`,
  }));
}

function sides(): Plot.Markish[] {
  const style = { fontSize: 10, fill: color("muted"), stroke: color("paper"), strokeWidth: 3 };
  return [
    Plot.text(["intervals too wide"], { ...style, x: 0, y: 1, dx: 8, dy: 12, textAnchor: "start" }),
    Plot.text(["intervals too narrow"], { ...style, x: 1, y: 0, dx: -6, dy: -9, textAnchor: "end" }),
  ];
}

/**
 * How often central intervals held the outcome, against how often they were meant to: on the diagonal they keep their promise.
 *
 * @param intervals of a report
 * @param options where and how large, and the intervals before
 */
export function intervalCoverage(
  intervals: readonly IntervalQuality[],
  options: IntervalCoverageOptions,
): SVGSVGElement {
  const points = pointsOf(intervals);
  const before = pointsOf(options.before ?? []);
  const rule = { x: "x", y1: "lower", y2: "upper", strokeWidth: 1.5 } as const;
  const dot = { x: "x", y: "y", r: 3.5, title: "title" } as const;
  return unitSquare(
    {
      xLabel: "Level the interval promises",
      yLabel: "Share of outcomes inside",
      label: "Coverage of the intervals",
      marks: [
        diagonal(),
        sides(),
        Plot.lineY(before, { x: "x", y: "y", stroke: color("series-2"), strokeOpacity: 0.4 }),
        Plot.ruleX(before, { ...rule, stroke: color("series-2") }),
        Plot.dot(before, { ...dot, fill: color("paper"), stroke: color("series-2"), strokeWidth: 1.8 }),
        Plot.lineY(points, { x: "x", y: "y", stroke: color("series-1"), strokeOpacity: 0.4 }),
        Plot.ruleX(points, { ...rule, stroke: color("series-1") }),
        Plot.dot(points, { ...dot, fill: color("series-1"), stroke: color("paper"), strokeWidth: 1 }),
        before.length === 0
          ? []
          : [["○ before", "series-2"] as const, ["● after", "series-1"] as const].map(([name, fill], i) =>
              Plot.text([name], {
                x: 0,
                y: 1,
                dx: 8,
                dy: 30 + 16 * i,
                textAnchor: "start",
                fill: color(fill),
                stroke: color("paper"),
                strokeWidth: 3,
              }),
            ),
      ],
    },
    options,
  );
}
