import type { Reliability } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thin } from "./thin.ts";
import { changeNames, diagonal, sideNames, unitSquare } from "./unit-square.ts";
import { axisWords } from "./words.ts";

type Drawn = Pick<Reliability, "axis" | "bins" | "smooth">;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
}

/** The smooth curve, or the bins joined where there is none. */
function curveOf({ bins, smooth }: Drawn): readonly Point[] {
  if (smooth.length > 0) return thin(smooth, 250);
  return bins.map((bin) => ({
    x: bin.meanConfidence,
    y: bin.observed,
    lower: bin.observedLower,
    upper: bin.observedUpper,
  }));
}

/**
 * What calibration did to the reliability: the curve before (dashed, outlined bars) and after (solid, filled bars), each with
 * its band, on the same axes.
 *
 * @param before of the scores as they came
 * @param after of the same rows after calibration, on the same axis
 * @param options where and how large
 */
export function reliabilityChange(before: Drawn, after: Drawn, options: PlotOptions): SVGSVGElement {
  const words = axisWords(after.axis);
  const curves = [
    { points: curveOf(before), stroke: color("series-2"), dash: "6 3", opacity: 0.12 },
    { points: curveOf(after), stroke: color("series-1"), dash: "none", opacity: 0.2 },
  ];
  return unitSquare(
    {
      xLabel: words.x,
      yLabel: words.y,
      label: "Reliability before and after",
      strip: after.bins,
      outline: before.bins,
      marks: [
        curves.map(({ points, stroke, opacity }) =>
          Plot.areaY(points, { x: "x", y1: "lower", y2: "upper", fill: stroke, fillOpacity: opacity }),
        ),
        diagonal(),
        sideNames(),
        curves.map(({ points, stroke, dash }) =>
          Plot.lineY(points, { x: "x", y: "y", stroke, strokeWidth: 2, strokeDasharray: dash }),
        ),
        changeNames("- - before", "— after"),
      ],
    },
    options,
  );
}
