import type { Reliability, ReliabilityBin } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import { linksOf, type ReliabilityOptions } from "./reliability-options.ts";
import { thin } from "./thin.ts";
import { diagonal, sideNames, unitSquare } from "./unit-square.ts";
import { axisWords } from "./words.ts";

/**
 * The CORP reliability diagram: isotonic regression of the outcome on the stated score, and around the diagonal the
 * band in which the line of a calibrated model would stay.
 *
 * @param reliability the `reliability` of a report; an empty line leaves the diagonal and the row shares
 * @param options where and how large, with or without the shares, and where bins lead
 */
export function reliabilityCorp<Bin extends ReliabilityBin>(
  reliability: Pick<Reliability, "axis" | "corp"> & { readonly bins: readonly Bin[] },
  options: ReliabilityOptions<Bin>,
): SVGSVGElement {
  const words = axisWords(reliability.axis);
  const points = thin(reliability.corp, 400);
  return unitSquare(
    {
      xLabel: words.x,
      yLabel: words.y,
      label: "CORP reliability diagram",
      strip: options.strip === false ? [] : reliability.bins,
      links: linksOf(reliability.bins, words, options),
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
