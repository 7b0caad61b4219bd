import type { MixedSelective, SelectiveOrder } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { coverageAxis, upwardAxis } from "./choice-marks.ts";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { percent } from "./words.ts";

const STYLES: Readonly<Record<SelectiveOrder, { name: string; stroke: string; dash: string; sign: string }>> = {
  confidence: { name: "surest first", stroke: color("muted"), dash: "4 3", sign: "┄" },
  detector: { name: "most like training first", stroke: color("series-2"), dash: "1 3", sign: "·" },
  both: { name: "surest first, outside last", stroke: color("series-1"), dash: "none", sign: "—" },
};

/**
 * The share wrong among the rows acted on where some rows are from outside, one line per order in which rows are taken.
 *
 * @param curves of one share of outside rows
 * @param options where and how large
 */
export function mixedRiskCoverage(curves: MixedSelective["curves"], options: PlotOptions): SVGSVGElement {
  const { document, width = 420, height = 300, label = "Errors by how many rows are acted on" } = options;
  const lines = curves.map(({ order, points }) => ({ ...STYLES[order], points: points.filter(kept) }));
  const roof = Math.min(1, Math.max(0.02, ...lines.flatMap(({ points }) => points.map(({ risk }) => risk * 1.12))));
  const legend = { frameAnchor: "top-left", textAnchor: "start", fontSize: 11 } as const;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 34 + 14 * Math.max(0, lines.length - 1),
    marginRight: 18,
    marginBottom: 44,
    marginLeft: 48,
    x: { domain: [0, 1] },
    y: { domain: [0, roof] },
    marks: [
      upwardAxis("Share of those that was wrong", (value) => percent(value, roof < 0.04 ? 1 : 0)),
      coverageAxis("Share of rows acted on"),
      ...lines.map(({ points, stroke, dash }) =>
        Plot.line(points, { x: "coverage", y: "risk", stroke, strokeWidth: 2, strokeDasharray: dash }),
      ),
      Plot.ruleY([0], { stroke: color("reference") }),
      ...lines.map(({ name, sign, stroke }, i) =>
        Plot.text([`${sign} ${name}`], { ...legend, dy: -14 * (lines.length - i) + 2, fill: stroke }),
      ),
    ],
  });
  return finish(plotted, label);
}

/** The first few rows say little. */
function kept({ coverage }: { readonly coverage: number }): boolean {
  return coverage >= 0.02;
}
