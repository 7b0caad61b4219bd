import type { IntervalQuality } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finiteOr } from "./finite-or.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { changeNames, diagonal, sideNames, unitSquare } from "./unit-square.ts";
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
    lower: finiteOr(lower, value),
    upper: finiteOr(upper, value),
    title: `${percent(level, 1)} interval: held ${percent(value)} of outcomes [${percent(lower)}, ${percent(upper)}]`,
  }));
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
        sideNames("intervals too wide", "intervals too narrow"),
        Plot.lineY(before, { x: "x", y: "y", stroke: color("series-2"), strokeOpacity: 0.4 }),
        Plot.ruleX(before, { ...rule, stroke: color("series-2") }),
        Plot.dot(before, { ...dot, fill: color("paper"), stroke: color("series-2"), strokeWidth: 1.8 }),
        Plot.lineY(points, { x: "x", y: "y", stroke: color("series-1"), strokeOpacity: 0.4 }),
        Plot.ruleX(points, { ...rule, stroke: color("series-1") }),
        Plot.dot(points, { ...dot, fill: color("series-1"), stroke: color("paper"), strokeWidth: 1 }),
        before.length === 0 ? [] : changeNames("○ before", "● after"),
      ],
    },
    options,
  );
}
