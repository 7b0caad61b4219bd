import type { RegressionReport } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { histogramAxes } from "./histogram-axes.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
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
  const { document, width = 420, height = 300, label = "Where the outcomes fell", before = [] } = options;
  const rows = bins.map((bin) => ({
    ...bin,
    title: title(bin),
    isBeyond: bin.share < bin.lower || bin.share > bin.upper,
  }));
  const tallest = Math.max(0.01, ...[...bins, ...before].flatMap(({ share, upper }) => [share, upper]));
  const bar = { x1: "from", x2: "to", y1: 0, y2: "share", insetLeft: 1, insetRight: 1 } as const;
  const legend = { frameAnchor: "top-left", textAnchor: "start", fontSize: 11 } as const;
  const even = bins.length > 0 ? [1 / bins.length] : [];
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
      histogramAxes("Level of the forecast at which the outcome fell", "Share of outcomes", tallest),
      Plot.rect(
        rows.filter(({ isBeyond }) => !isBeyond),
        { ...bar, fill: color("series-1"), fillOpacity: 0.75, title: "title" },
      ),
      Plot.rect(
        rows.filter(({ isBeyond }) => isBeyond),
        { ...bar, fill: color("series-2"), fillOpacity: 0.75, title: "title" },
      ),
      Plot.rect(before, { ...bar, fill: "none", stroke: color("muted"), strokeWidth: 1.2, strokeDasharray: "3 2" }),
      Plot.rect(rows, { x1: "from", x2: "to", y1: "lower", y2: "upper", fill: color("reference"), fillOpacity: 0.28 }),
      Plot.ruleY(even, { stroke: color("ink"), strokeOpacity: 0.6, strokeDasharray: "4 3" }),
      Plot.ruleY([0], { stroke: color("reference") }),
      Plot.text(["░ band of a perfect forecast"], { ...legend, dy: -14, fill: color("muted") }),
      Plot.text(["■ beyond it"], { ...legend, dx: 158, dy: -14, fill: color("series-2") }),
      Plot.text(before.length > 0 ? ["┄ before"] : [], { ...legend, dx: 226, dy: -14, fill: color("muted") }),
    ],
  });
  return finish(plotted, label);
}
