import type { Estimate, NoiseFloor } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";

/**
 * The ECE with its interval over the range that a perfectly calibrated model would show with these scores at this n.
 *
 * @param ece the `metrics.ece` of a report
 * @param floor the `noiseFloor` of a report
 * @param options where and how large
 */
export function noiseFloorStrip(
  ece: Pick<Estimate, "value" | "lower" | "upper">,
  floor: Pick<NoiseFloor, "value" | "lower" | "upper">,
  options: PlotOptions,
): SVGSVGElement {
  const { document, width = 420, height = 124, label = "ECE against the noise floor" } = options;
  const upper = Number.isFinite(ece.upper) ? ece.upper : ece.value;
  const lower = Number.isFinite(ece.lower) ? ece.lower : ece.value;
  const right = Math.max(upper, floor.upper, 0.001) * 1.12;
  const name = { frameAnchor: "left", textAnchor: "end", dx: -10, fontSize: 12 } as const;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 4,
    marginRight: 14,
    marginBottom: 40,
    marginLeft: 100,
    x: { domain: [0, right] },
    y: { domain: [0, 2], axis: null },
    marks: [
      Plot.gridX({ ticks: 5, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ticks: 5,
        tickFormat: (value: number) => String(Number(value.toPrecision(3))),
        tickSize: 0,
        label: "ECE",
        labelArrow: "right",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.ruleX([0], { stroke: color("reference") }),
      Plot.rect([floor], { x1: "lower", x2: "upper", y1: 0.34, y2: 0.76, fill: color("reference"), fillOpacity: 0.45 }),
      Plot.ruleX([floor], { x: "value", y1: 0.34, y2: 0.76, stroke: color("muted"), strokeWidth: 2 }),
      Plot.text(["perfect model\nat this n"], { ...name, y: 0.55, fill: color("muted") }),
      Plot.ruleY([1.45], { x1: lower, x2: upper, stroke: color("series-1"), strokeWidth: 3 }),
      Plot.dot([ece], {
        x: "value",
        y: 1.45,
        r: 5.5,
        fill: color("series-1"),
        stroke: color("paper"),
        strokeWidth: 1.5,
      }),
      Plot.text(["this model"], { ...name, y: 1.45, fill: color("series-1"), fontWeight: 600 }),
    ],
  });
  return finish(plotted, label);
}
