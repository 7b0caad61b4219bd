import type { OodPValueReport } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { unitHistogram } from "./unit-histogram.ts";
import { decimal, percent } from "./words.ts";

/**
 * Where the p-values of inside rows lie (bars, even where they keep their promise) and those of outside rows (outlines, at the
 * left where they are found). A dashed line says how high even bars are.
 *
 * @param bins the `histogram` of a report on p-values
 * @param options where and how large
 */
export function pValueHistogram(bins: OodPValueReport["histogram"], options: PlotOptions): SVGSVGElement {
  const drawn = bins.map(({ lower, upper, inside, outside }) => ({
    lower,
    upper,
    inside,
    outside: outside ?? 0,
    title: `p from ${decimal(lower, 2)} to ${decimal(upper, 2)}: ${percent(inside)} of inside rows${outside === null ? "" : `, ${percent(outside)} of outside rows`}`,
  }));
  const hasOutside = bins.some(({ outside }) => outside !== null);
  const bar = { x1: "lower", x2: "upper", y1: 0, insetLeft: 0.5, insetRight: 0.5, title: "title" } as const;
  return unitHistogram(
    {
      xLabel: "P-value",
      yLabel: "Share of the rows of each kind",
      tallest: Math.max(0.01, ...drawn.flatMap(({ inside, outside }) => [inside, outside])),
      bins: drawn.length,
      marks: [
        Plot.rect(drawn, { ...bar, y2: "inside", fill: color("series-1"), fillOpacity: 0.7 }),
        hasOutside
          ? Plot.rect(drawn, { ...bar, y2: "outside", fill: "none", stroke: color("series-2"), strokeWidth: 1.6 })
          : [],
      ],
      names: [
        { text: "■ inside", hue: "series-1", from: 0 },
        ...(hasOutside ? ([{ text: "□ outside", hue: "series-2", from: 62 }] as const) : []),
        { text: "┄ all p-values alike", hue: "muted", from: hasOutside ? 134 : 62 },
      ],
      label: "Where the p-values lie",
    },
    options,
  );
}
