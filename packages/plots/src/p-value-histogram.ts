import type { OodPValueReport } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { histogramAxes } from "./histogram-axes.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { decimal, percent } from "./words.ts";

/**
 * Where the p-values of inside rows lie (bars, even where they keep their promise) and those of outside rows (outlines, at the
 * left where they are found). A dashed line says how high even bars are.
 *
 * @param bins the `histogram` of a report on p-values
 * @param options where and how large
 */
export function pValueHistogram(bins: OodPValueReport["histogram"], options: PlotOptions): SVGSVGElement {
  const { document, width = 420, height = 300, label = "Where the p-values lie" } = options;
  const drawn = bins.map(({ lower, upper, inside, outside }) => ({
    lower,
    upper,
    inside,
    outside: outside ?? 0,
    title: `p from ${decimal(lower, 2)} to ${decimal(upper, 2)}: ${percent(inside)} of inside rows${outside === null ? "" : `, ${percent(outside)} of outside rows`}`,
  }));
  const hasOutside = bins.some(({ outside }) => outside !== null);
  const tallest = Math.max(0.01, ...drawn.flatMap(({ inside, outside }) => [inside, outside]));
  const bar = { x1: "lower", x2: "upper", y1: 0, insetLeft: 0.5, insetRight: 0.5 } as const;
  const legend = { frameAnchor: "top-left", textAnchor: "start", fontSize: 11 } as const;
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
      histogramAxes("P-value", "Share of the rows of each kind", tallest),
      Plot.rect(drawn, { ...bar, y2: "inside", fill: color("series-1"), fillOpacity: 0.7, title: "title" }),
      hasOutside
        ? Plot.rect(drawn, {
            ...bar,
            y2: "outside",
            fill: "none",
            stroke: color("series-2"),
            strokeWidth: 1.6,
            title: "title",
          })
        : [],
      Plot.ruleY(drawn.length > 0 ? [1 / drawn.length] : [], {
        stroke: color("ink"),
        strokeOpacity: 0.6,
        strokeDasharray: "4 3",
      }),
      Plot.ruleY([0], { stroke: color("reference") }),
      Plot.text(["■ inside"], { ...legend, dy: -14, fill: color("series-1") }),
      Plot.text(hasOutside ? ["□ outside"] : [], { ...legend, dx: 62, dy: -14, fill: color("series-2") }),
      Plot.text(["┄ all p-values alike"], { ...legend, dx: hasOutside ? 134 : 62, dy: -14, fill: color("muted") }),
    ],
  });
  return finish(plotted, label);
}
