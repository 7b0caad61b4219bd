import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { brief, count, percent } from "./words.ts";

/** Rows whose sets have one size, or a size in one range. */
export interface SizeBin {
  /** The size in words, such as `3–4 classes`; cut after 18 characters. */
  readonly name: string;
  readonly n: number;
}

/**
 * How large sets are: one bar per size or range of sizes, with the share of rows.
 *
 * @param bins from the smallest size to the largest
 * @param options where and how large; the default height grows with the bins
 */
export function setSizes(bins: readonly SizeBin[], options: PlotOptions): SVGSVGElement {
  const { document, width = 420, height = 56 + 30 * bins.length, label = "Sizes of the sets" } = options;
  const total = bins.reduce((sum, { n }) => sum + n, 0);
  const drawn = bins.map(({ name, n }, line) => {
    const share = total === 0 ? 0 : n / total;
    return { line, name: brief(name, 18), share, text: percent(share), title: `${name}: ${count(n)} rows` };
  });
  const most = Math.max(0.01, ...drawn.map(({ share }) => share));
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 10,
    marginRight: 56,
    marginBottom: 40,
    marginLeft: 104,
    x: { domain: [0, most] },
    y: { domain: drawn.map(({ line }) => line), type: "band", axis: null, padding: 0.25 },
    marks: [
      Plot.gridX({ ticks: 4, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ticks: 4,
        tickFormat: (value: number) => percent(value, most < 0.04 ? 1 : 0),
        tickSize: 0,
        label: "Share of rows",
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 34,
        fill: color("muted"),
      }),
      Plot.barX(drawn, { x: "share", y: "line", fill: color("series-1"), fillOpacity: 0.8, title: "title" }),
      Plot.text(drawn, { x: 0, y: "line", text: "name", dx: -8, textAnchor: "end", fill: color("ink") }),
      Plot.text(drawn, { x: "share", y: "line", text: "text", dx: 6, textAnchor: "start", fill: color("muted") }),
      Plot.ruleX([0], { stroke: color("reference") }),
    ],
  });
  return finish(plotted, label);
}
