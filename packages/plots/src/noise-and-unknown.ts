import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";

/** A row of an ensemble: its noise, what is unknown, and whether the prediction was right. */
export type UncertainPoint = readonly [aleatoric: number, epistemic: number, correct: 0 | 1];

/**
 * Rows by noise (across) and by the unknown (up): right predictions as small dots, wrong ones as crosses above them.
 *
 * @param points in any order; rows that are not finite are left out
 * @param options where and how large
 */
export function noiseAndUnknown(points: readonly UncertainPoint[], options: PlotOptions): SVGSVGElement {
  const { document, width = 420, height = 320, label = "Noise and unknown of every row" } = options;
  const shown = points.filter(([noise, unknown]) => Number.isFinite(noise) && Number.isFinite(unknown));
  const right = shown.filter(([, , correct]) => correct === 1);
  const wrong = shown.filter(([, , correct]) => correct === 0);
  const reach = (at: 0 | 1) => 1.05 * Math.max(1e-9, ...shown.map((point) => point[at]));
  const place = { x: "0", y: "1" } as const;
  const axis = { ticks: 5, tickSize: 0, fill: color("muted") } as const;
  const tickFormat = (value: number) => String(Number(value.toPrecision(3)));
  const legend = { frameAnchor: "top-left", textAnchor: "start", fontSize: 11, dy: -24 } as const;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 34,
    marginRight: 14,
    marginBottom: 44,
    marginLeft: 52,
    x: { domain: [0, reach(0)] },
    y: { domain: [0, reach(1)] },
    marks: [
      Plot.gridX({ ticks: 5, stroke: color("line"), strokeOpacity: 1 }),
      Plot.gridY({ ticks: 5, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ...axis,
        tickFormat,
        label: "Noise that every member expects",
        labelArrow: "right",
        labelOffset: 37,
      }),
      Plot.axisY({ ...axis, tickFormat, label: "Unknown: members disagree", labelArrow: "up" }),
      Plot.text(["● right"], { ...legend, dx: 170, fill: color("series-1") }),
      Plot.text(["✕ wrong"], { ...legend, dx: 225, fill: color("series-2") }),
      Plot.dot(right, { ...place, r: 2, fill: color("series-1"), fillOpacity: 0.45 }),
      Plot.dot(wrong, { ...place, r: 4, symbol: "times", stroke: color("series-2"), strokeWidth: 1.8 }),
    ],
  });
  return finish(plotted, label);
}
