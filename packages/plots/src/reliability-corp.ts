import type { Reliability } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thin } from "./thin.ts";
import { diagonal, sideNames, unitSquare } from "./unit-square.ts";
import { axisWords } from "./words.ts";

/**
 * The CORP reliability diagram: isotonic regression of the outcome on the stated score, and around the diagonal the
 * band in which the line of a calibrated model would stay.
 *
 * @param reliability the `reliability` of a report; an empty line leaves the diagonal and the row shares
 * @param options where and how large
 */
export function reliabilityCorp(
  reliability: Pick<Reliability, "axis" | "bins" | "corp">,
  options: PlotOptions,
): SVGSVGElement {
  const words = axisWords(reliability.axis);
  const points = thin(reliability.corp, 400);
  return unitSquare(
    {
      xLabel: words.x,
      yLabel: words.y,
      label: "CORP reliability diagram",
      strip: reliability.bins,
      marks: [
        Plot.areaY(points, { x: "x", y1: "lower", y2: "upper", fill: color("reference"), fillOpacity: 0.28 }),
        diagonal(),
        sideNames(),
        Plot.lineY(points, { x: "x", y: "y", stroke: color("series-1"), strokeWidth: 2 }),
      ],
    },
    options,
  );
}
