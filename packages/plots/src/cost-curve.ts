import type { PolicyPoint } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { besidePoint, choiceMargins, choiceRoom, chosenMark, coverageAxis, upwardAxis } from "./choice-marks.ts";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thin } from "./thin.ts";
import { brief, shortNumber } from "./words.ts";

/** A way of deciding, by how much it acts and what it costs. */
export interface CostPoint {
  readonly coverage: number;
  readonly cost: number;
  readonly lower: number;
  readonly upper: number;
}

/** What is marked on a cost curve. */
export interface CostCurveOptions extends PlotOptions {
  /** What the policy costs. */
  readonly chosen?: CostPoint;
  /** Other ways of deciding; names are cut after 24 characters. */
  readonly others?: readonly { readonly name: string; readonly coverage: number; readonly cost: number }[];
}

/**
 * Mean cost per row against the share of rows acted on, with the policy and what it is compared with.
 *
 * @param points in order of growing coverage; those without a cost are not drawn
 * @param options where and how large, and what is marked
 */
export function costCurve(points: readonly PolicyPoint[], options: CostCurveOptions): SVGSVGElement {
  const {
    document,
    width = 420,
    height = 300,
    label = "Cost by share of rows acted on",
    chosen,
    others = [],
  } = options;
  const drawn = thin(
    points.flatMap(({ coverage, cost }) => (cost === null ? [] : [{ coverage, cost }])),
    300,
  );
  const costs = [...drawn, ...others, ...(chosen === undefined ? [] : [chosen])].map(({ cost }) => cost);
  const [least, most] = costs.length === 0 ? [0, 1] : [Math.min(0, ...costs), Math.max(0, ...costs)];
  const [floor, roof] = [1.1 * least, choiceRoom * (most > 0 ? most : -least / 2 || 1)];
  const plotted = Plot.plot({
    document,
    width,
    height,
    ...choiceMargins,
    x: { domain: [0, 1] },
    y: { domain: [floor, roof] },
    marks: [
      upwardAxis("Mean cost per row", shortNumber),
      coverageAxis(),
      Plot.line(drawn, { x: "coverage", y: "cost", stroke: color("series-1"), strokeWidth: 2 }),
      Plot.ruleY([0], { stroke: color("reference") }),
      Plot.dot(others, {
        x: "coverage",
        y: "cost",
        r: 4,
        fill: color("paper"),
        stroke: color("series-1"),
        strokeWidth: 1.8,
      }),
      others.map(({ name, coverage, cost }) =>
        besidePoint({ x: coverage, y: cost, text: brief(name, 24) }, 0.5, color("series-1")),
      ),
      chosen === undefined
        ? []
        : chosenMark(
            {
              x: chosen.coverage,
              y: chosen.cost,
              lower: Math.max(floor, chosen.lower),
              upper: Math.min(roof, chosen.upper),
              text: `this policy ${shortNumber(chosen.cost)}`,
            },
            0.5,
            roof,
          ),
    ],
  });
  return finish(plotted, label);
}
