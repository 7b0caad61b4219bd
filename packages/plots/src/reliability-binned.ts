import type { Reliability, ReliabilityBin } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { binWords, columnOf } from "./bin-links.ts";
import { color } from "./palette.ts";
import { linksOf, type ReliabilityOptions } from "./reliability-options.ts";
import { diagonal, sideNames, unitSquare } from "./unit-square.ts";
import { axisWords } from "./words.ts";

/**
 * The binned reliability diagram: per bin the observed share with its interval, the gap to the stated mean shaded,
 * and the share of rows below.
 *
 * @param reliability the `reliability` of a report; only `axis` and `bins` are used
 * @param options where and how large, with or without the shares, and where bins lead
 */
export function reliabilityBinned<Bin extends ReliabilityBin>(
  reliability: Pick<Reliability, "axis"> & { readonly bins: readonly Bin[] },
  options: ReliabilityOptions<Bin>,
): SVGSVGElement {
  const { axis, bins } = reliability;
  const words = axisWords(axis);
  const points = bins.map((bin) => ({ ...bin, ...columnOf(bin), title: binWords(bin, words) }));
  return unitSquare(
    {
      xLabel: words.x,
      yLabel: words.y,
      label: "Reliability by bins",
      strip: options.strip === false ? [] : bins,
      links: linksOf(bins, words, options),
      marks: [
        Plot.rect(points, {
          x1: "left",
          x2: "right",
          y1: "meanConfidence",
          y2: "observed",
          insetLeft: 0.5,
          insetRight: 0.5,
          fill: color("series-2"),
          fillOpacity: 0.28,
        }),
        diagonal(),
        sideNames(),
        Plot.ruleX(points, {
          x: "meanConfidence",
          y1: "observedLower",
          y2: "observedUpper",
          stroke: color("series-1"),
          strokeWidth: 1.5,
        }),
        Plot.dot(points, {
          x: "meanConfidence",
          y: "observed",
          r: 3.5,
          fill: color("series-1"),
          stroke: color("paper"),
          strokeWidth: 1,
          title: "title",
        }),
      ],
    },
    options,
  );
}
