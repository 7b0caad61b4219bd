import type { Reliability, ReliabilityBin } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import { linksOf, type ReliabilityOptions } from "./reliability-options.ts";
import { thin } from "./thin.ts";
import { diagonal, sideNames, unitSquare } from "./unit-square.ts";
import { axisWords } from "./words.ts";

/**
 * The smooth reliability diagram: kernel regression of the outcome on the stated score, with its band.
 *
 * @param reliability the `reliability` of a report; an empty curve leaves the diagonal and the row shares
 * @param options where and how large, with or without the shares, and where bins lead
 */
export function reliabilitySmooth<Bin extends ReliabilityBin>(
  reliability: Pick<Reliability, "axis" | "smooth"> & { readonly bins: readonly Bin[] },
  options: ReliabilityOptions<Bin>,
): SVGSVGElement {
  const words = axisWords(reliability.axis);
  const points = thin(reliability.smooth, 250);
  return unitSquare(
    {
      xLabel: words.x,
      yLabel: words.y,
      label: "Smooth reliability curve",
      strip: options.strip === false ? [] : reliability.bins,
      links: linksOf(reliability.bins, words, options),
      marks: [
        Plot.areaY(points, { x: "x", y1: "lower", y2: "upper", fill: color("series-1"), fillOpacity: 0.2 }),
        diagonal(),
        sideNames(),
        Plot.lineY(points, { x: "x", y: "y", stroke: color("series-1"), strokeWidth: 2 }),
      ],
    },
    options,
  );
}
