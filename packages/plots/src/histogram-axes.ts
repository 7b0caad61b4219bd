import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import { percent } from "./words.ts";

/**
 * The grid and the two axes of a histogram over [0, 1].
 *
 * @param xLabel what lies along the bars
 * @param yLabel what the height of a bar is a share of
 * @param tallest height of the tallest bar; below 0.04 the ticks get a decimal
 */
export function histogramAxes(xLabel: string, yLabel: string, tallest: number): Plot.Markish[] {
  return [
    Plot.gridY({ ticks: 4, stroke: color("line"), strokeOpacity: 1 }),
    Plot.axisX({
      ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
      tickFormat: (value: number) => value.toFixed(1),
      tickSize: 0,
      label: xLabel,
      labelArrow: "right",
      labelOffset: 37,
      fill: color("muted"),
    }),
    Plot.axisY({
      ticks: 4,
      tickFormat: (value: number) => percent(value, tallest < 0.04 ? 1 : 0),
      tickSize: 0,
      // "100 %" needs the room.
      ...(tallest < 0.9 ? {} : { tickPadding: 5 }),
      label: yLabel,
      labelArrow: "up",
      fill: color("muted"),
    }),
  ];
}
