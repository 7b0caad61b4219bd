import type { RegressionReport } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { unitHistogram } from "./unit-histogram.ts";
import { decimal, percent } from "./words.ts";

/** What to draw beside the bars. */
export interface PitHistogramOptions extends PlotOptions {
  /** The bins of the same rows before a change, drawn as outlines. */
  readonly before?: RegressionReport["pit"];
}

type Bin = RegressionReport["pit"][number];

function title({ from, to, share, lower, upper }: Bin): string {
  return `${decimal(from, 2)}–${decimal(to, 2)}: ${percent(share)} of outcomes; a perfect forecast shows ${percent(lower)} to ${percent(upper)}`;
}

/**
 * The histogram of the probability integral transform: where in its forecast distribution each outcome fell. The bars of a
 * perfect forecast stay within the shaded band; those beyond it are in the second colour.
 *
 * @param bins the `pit` of a report
 * @param options where and how large, and the bins before
 */
export function pitHistogram(bins: RegressionReport["pit"], options: PitHistogramOptions): SVGSVGElement {
  const { before = [] } = options;
  const rows = bins.map((bin) => ({
    ...bin,
    title: title(bin),
    isBeyond: bin.share < bin.lower || bin.share > bin.upper,
  }));
  const bar = { x1: "from", x2: "to", y1: 0, y2: "share", insetLeft: 1, insetRight: 1 } as const;
  return unitHistogram(
    {
      xLabel: "Level of the forecast at which the outcome fell",
      yLabel: "Share of outcomes",
      tallest: Math.max(0.01, ...[...bins, ...before].flatMap(({ share, upper }) => [share, upper])),
      bins: bins.length,
      marks: [
        Plot.rect(
          rows.filter(({ isBeyond }) => !isBeyond),
          { ...bar, fill: color("series-1"), fillOpacity: 0.75, title: "title" },
        ),
        Plot.rect(
          rows.filter(({ isBeyond }) => isBeyond),
          { ...bar, fill: color("series-2"), fillOpacity: 0.75, title: "title" },
        ),
        Plot.rect(before, { ...bar, fill: "none", stroke: color("muted"), strokeWidth: 1.2, strokeDasharray: "3 2" }),
        Plot.rect(rows, {
          x1: "from",
          x2: "to",
          y1: "lower",
          y2: "upper",
          fill: color("reference"),
          fillOpacity: 0.28,
        }),
      ],
      names: [
        { text: "░ band of a perfect forecast", hue: "muted", from: 0 },
        { text: "■ beyond it", hue: "series-2", from: 158 },
        ...(before.length > 0 ? ([{ text: "┄ before", hue: "muted", from: 226 }] as const) : []),
      ],
      label: "Where the outcomes fell",
    },
    options,
  );
}
