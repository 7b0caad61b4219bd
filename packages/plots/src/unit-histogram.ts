import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { histogramAxes } from "./histogram-axes.ts";
import { type ColorName, color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";

/** A name above a histogram. */
export interface HistogramName {
  /** A sign of what is drawn, and its name. */
  readonly text: string;
  readonly hue: ColorName;
  /** Where it begins, in pixels from the left. */
  readonly from: number;
}

/** What a histogram over [0, 1] shows. */
export interface UnitHistogram {
  readonly xLabel: string;
  readonly yLabel: string;
  /** Height of the tallest bar or band. */
  readonly tallest: number;
  /** Bars there are: a dashed line says how high even ones would be. */
  readonly bins: number;
  readonly marks: readonly Plot.Markish[];
  readonly names: readonly HistogramName[];
  /** Used where `options.label` is absent. */
  readonly label: string;
}

/**
 * A histogram of what should be spread evenly over [0, 1]: axes, bars, the height of even bars, and names above.
 *
 * @param histogram labels, bars and names
 * @param options where and how large
 */
export function unitHistogram(histogram: UnitHistogram, options: PlotOptions): SVGSVGElement {
  const { xLabel, yLabel, tallest, bins, marks, names } = histogram;
  const { document, width = 420, height = 300, label = histogram.label } = options;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 44,
    marginRight: 14,
    marginBottom: 44,
    marginLeft: 40,
    x: { domain: [0, 1] },
    y: { domain: [0, tallest * 1.06] },
    marks: [
      histogramAxes(xLabel, yLabel, tallest),
      ...marks,
      Plot.ruleY(bins > 0 ? [1 / bins] : [], { stroke: color("ink"), strokeOpacity: 0.6, strokeDasharray: "4 3" }),
      Plot.ruleY([0], { stroke: color("reference") }),
      ...names.map(({ text, hue, from }) =>
        Plot.text([text], {
          frameAnchor: "top-left",
          textAnchor: "start",
          fontSize: 11,
          dx: from,
          dy: -14,
          fill: color(hue),
        }),
      ),
    ],
  });
  return finish(plotted, label);
}
