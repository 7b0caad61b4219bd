import type { Reliability } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { diagonal, sideNames, unitSquare } from "./unit-square.ts";
import { axisWords, count, decimal } from "./words.ts";

/**
 * The binned reliability diagram: per bin the observed share with its interval, the gap to the stated mean shaded,
 * and the share of rows below.
 *
 * @param reliability the `reliability` of a report; only `axis` and `bins` are used
 * @param options where and how large
 */
export function reliabilityBinned(
  reliability: Pick<Reliability, "axis" | "bins">,
  options: PlotOptions,
): SVGSVGElement {
  const { axis, bins } = reliability;
  const words = axisWords(axis);
  const points = bins.map((bin) => ({
    ...bin,
    left: Math.min(bin.lower, (bin.lower + bin.upper) / 2 - 0.004),
    right: Math.max(bin.upper, (bin.lower + bin.upper) / 2 + 0.004),
    title:
      `${decimal(bin.lower)}–${decimal(bin.upper)}: stated ${decimal(bin.meanConfidence)}, ` +
      `${words.outcome} ${decimal(bin.observed)} [${decimal(bin.observedLower)}, ${decimal(bin.observedUpper)}], ` +
      `${count(bin.count)} rows`,
  }));
  return unitSquare(
    {
      xLabel: words.x,
      yLabel: words.y,
      label: "Reliability by bins",
      strip: bins,
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
