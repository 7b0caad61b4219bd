import type { CapacityPoint } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { choiceMargins, choiceRoom, chosenMark, upwardAxis } from "./choice-marks.ts";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { brief, count, percent, shortNumber } from "./words.ts";

/** What is drawn against the capacity. */
export interface ReviewCapacityOptions extends PlotOptions {
  /** `error`: the share wrong among rows acted on; `cost`: the mean cost per row. Default `error`. */
  readonly quantity?: "error" | "cost";
  /** Reviews per period of the policy, marked where there is such a point. */
  readonly reviews?: number;
  /** `day`, `week`, …; cut after 20 characters. Default `period`. */
  readonly period?: string;
}

/**
 * What becomes of errors or cost when more or fewer rows can be reviewed.
 *
 * @param points in order of growing reviews; those without the quantity are not drawn
 * @param options where and how large, which quantity, and the capacity there is
 */
export function reviewCapacity(points: readonly CapacityPoint[], options: ReviewCapacityOptions): SVGSVGElement {
  const { document, width = 420, height = 300, quantity = "error", reviews, period = "period" } = options;
  const isError = quantity === "error";
  const { label = isError ? "Errors by review capacity" : "Cost by review capacity" } = options;
  const drawn = points.flatMap((point) => {
    const value = point[quantity];
    return value === null ? [] : [{ x: point.reviews, y: value }];
  });
  const most = Math.max(0, ...drawn.map(({ y }) => y));
  const roof = (most || 1) * choiceRoom;
  const floor = Math.min(0, ...drawn.map(({ y }) => y)) * 1.15;
  const widest = Math.max(1, ...drawn.map(({ x }) => x));
  const text = (value: number) => (isError ? percent(value, roof < 0.04 ? 1 : 0) : shortNumber(value));
  const now = drawn.find(({ x }) => x === reviews);
  const plotted = Plot.plot({
    document,
    width,
    height,
    ...choiceMargins,
    x: { domain: [0, widest] },
    y: { domain: [floor, roof] },
    marks: [
      upwardAxis(isError ? "Share wrong among rows acted on" : "Mean cost per row", text),
      Plot.axisX({
        ticks: 5,
        tickFormat: (value: number) => (Number.isInteger(value) ? count(value) : shortNumber(value)),
        tickSize: 0,
        label: `Reviews per ${brief(period, 20)}`,
        labelArrow: "right",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.line(drawn, { x: "x", y: "y", stroke: color("series-1"), strokeWidth: 2 }),
      Plot.dot(drawn, { x: "x", y: "y", r: 3, fill: color("series-1"), stroke: color("paper") }),
      Plot.ruleY([0], { stroke: color("reference") }),
      now === undefined
        ? []
        : chosenMark({ ...now, text: `now ${isError ? percent(now.y) : shortNumber(now.y)}` }, widest / 2, roof),
    ],
  });
  return finish(plotted, label);
}
