import type { Reliability } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thin } from "./thin.ts";
import { diagonal, sideNames, unitSquare } from "./unit-square.ts";
import { axisWords } from "./words.ts";

/** A model in a comparison. */
export interface ComparedReliability {
  /** Shown as text at the top of the picture; cut after 24 characters. */
  readonly name: string;
  readonly reliability: Pick<Reliability, "axis" | "smooth">;
}

function brief(name: string): string {
  const letters = [...name];
  return letters.length > 24 ? `${letters.slice(0, 23).join("")}…` : name;
}

/**
 * Two smooth reliability curves with their bands on one diagram: the first solid, the second dashed.
 *
 * @param first drawn in the first colour
 * @param second drawn in the second colour, on the same axis
 * @param options where and how large
 */
export function compareReliability(
  first: ComparedReliability,
  second: ComparedReliability,
  options: PlotOptions,
): SVGSVGElement {
  const words = axisWords(first.reliability.axis);
  const curves = [
    { ...first, stroke: color("series-1"), dash: "none", sign: "—" },
    { ...second, stroke: color("series-2"), dash: "6 3", sign: "- -" },
  ];
  return unitSquare(
    {
      xLabel: words.x,
      yLabel: words.y,
      label: `Reliability of ${first.name} and ${second.name}`,
      marks: [
        curves.map(({ reliability, stroke }) =>
          Plot.areaY(thin(reliability.smooth, 250), {
            x: "x",
            y1: "lower",
            y2: "upper",
            fill: stroke,
            fillOpacity: 0.16,
          }),
        ),
        diagonal(),
        sideNames(),
        curves.map(({ reliability, stroke, dash }) =>
          Plot.lineY(thin(reliability.smooth, 250), { x: "x", y: "y", stroke, strokeWidth: 2, strokeDasharray: dash }),
        ),
        curves.map(({ name, stroke, sign }, i) =>
          Plot.text([`${sign} ${brief(name)}`], {
            x: 0,
            y: 1,
            dx: 8,
            dy: 30 + 16 * i,
            textAnchor: "start",
            fill: stroke,
            stroke: color("paper"),
            strokeWidth: 3,
          }),
        ),
      ],
    },
    options,
  );
}
