import type { LevelCoverage } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finiteOr } from "./finite-or.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { changeNames, diagonal, sideNames, unitSquare } from "./unit-square.ts";
import { decimal, percent } from "./words.ts";

/** What to draw beside the curve. */
export interface QuantileCalibrationOptions extends PlotOptions {
  /** The curve of the same rows before a change, drawn dashed. */
  readonly before?: readonly LevelCoverage[];
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
  readonly title: string;
}

/** Levels drawn as points at most; more are drawn as a line with its band. */
const MOST_POINTS = 30;

function pointsOf(curve: readonly LevelCoverage[]): Point[] {
  return curve.map(({ level, observed: { value, lower, upper } }) => ({
    x: level,
    y: value,
    lower: finiteOr(lower, value),
    upper: finiteOr(upper, value),
    title: `quantile ${decimal(level)}: ${percent(value)} of outcomes below it [${decimal(lower)}, ${decimal(upper)}]`,
  }));
}

/**
 * The quantile calibration curve: how many outcomes fell below each forecast quantile, with intervals, against the diagonal on
 * which a quantile means what it says.
 *
 * @param curve the `quantileCurve` of a report
 * @param options where and how large, and the curve before
 */
export function quantileCalibration(
  curve: readonly LevelCoverage[],
  options: QuantileCalibrationOptions,
): SVGSVGElement {
  const points = pointsOf(curve);
  const before = pointsOf(options.before ?? []);
  const isDotted = points.length <= MOST_POINTS;
  return unitSquare(
    {
      xLabel: "Level of the forecast quantile",
      yLabel: "Share of outcomes below it",
      label: "Quantile calibration",
      marks: [
        Plot.areaY(before, { x: "x", y1: "lower", y2: "upper", fill: color("series-2"), fillOpacity: 0.12 }),
        isDotted
          ? []
          : [Plot.areaY(points, { x: "x", y1: "lower", y2: "upper", fill: color("series-1"), fillOpacity: 0.18 })],
        diagonal(),
        sideNames("forecasts too high", "forecasts too low"),
        Plot.lineY(before, { x: "x", y: "y", stroke: color("series-2"), strokeWidth: 2, strokeDasharray: "6 3" }),
        Plot.lineY(points, { x: "x", y: "y", stroke: color("series-1"), strokeWidth: 2 }),
        isDotted
          ? [
              Plot.ruleX(points, { x: "x", y1: "lower", y2: "upper", stroke: color("series-1"), strokeWidth: 1.5 }),
              Plot.dot(points, {
                x: "x",
                y: "y",
                r: 3,
                fill: color("series-1"),
                stroke: color("paper"),
                strokeWidth: 1,
                title: "title",
              }),
            ]
          : [],
        before.length === 0 ? [] : changeNames("- - before", "— after"),
      ],
    },
    options,
  );
}
