import type { RiskCoveragePoint } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { coverageAxis } from "./choice-marks.ts";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thin } from "./thin.ts";
import { decimal, percent } from "./words.ts";

const MARKED = [0.25, 0.5, 0.75, 0.9, 1];

function marked(points: readonly RiskCoveragePoint[]): (RiskCoveragePoint & { title: string })[] {
  const chosen = new Set<RiskCoveragePoint>();
  for (const wanted of MARKED) {
    const point = points.find(({ coverage }) => coverage >= wanted - 1e-12);
    if (point !== undefined) chosen.add(point);
  }
  return [...chosen].map((point) => ({
    ...point,
    title:
      `act on the ${percent(point.coverage)} with confidence ≥ ${decimal(point.threshold)}: ${percent(point.risk)} ` +
      `wrong [${percent(point.lower)}, ${percent(point.upper)}]`,
  }));
}

/**
 * The risk-coverage curve: the share wrong among the rows acted on, when only the most confident rows are acted on.
 *
 * @param points in order of growing coverage, in (0, 1]
 * @param options where and how large
 */
export function riskCoverage(points: readonly RiskCoveragePoint[], options: PlotOptions): SVGSVGElement {
  const { document, width = 420, height = 300, label = "Risk-coverage curve" } = options;
  const drawn = thin(points, 300);
  const highest = points.reduce(
    (top, { risk, coverage, upper }) => Math.max(top, risk, coverage > 0.05 ? upper : 0),
    0,
  );
  const roof = Math.min(1, Math.max(0.01, highest * 1.12));
  const all = points.at(-1);
  const band = drawn.map((point) => ({ ...point, upper: Math.min(roof, point.upper) }));
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 34,
    marginRight: 18,
    marginBottom: 44,
    marginLeft: 44,
    x: { domain: [0, 1] },
    y: { domain: [0, roof] },
    marks: [
      Plot.gridY({ ticks: 4, stroke: color("line"), strokeOpacity: 1 }),
      coverageAxis("Share of rows acted on, most confident first"),
      Plot.axisY({
        ticks: 4,
        tickFormat: (value: number) => percent(value, roof < 0.04 ? 1 : 0),
        tickSize: 0,
        label: "Share of those that was wrong",
        labelArrow: "up",
        fill: color("muted"),
      }),
      Plot.areaY(band, { x: "coverage", y1: "lower", y2: "upper", fill: color("series-1"), fillOpacity: 0.2 }),
      all === undefined ? [] : Plot.ruleY([all.risk], { stroke: color("reference"), strokeDasharray: "4 3" }),
      all === undefined
        ? []
        : Plot.text([`${percent(all.risk)} wrong when acting on all`], {
            x: 0,
            y: all.risk,
            dx: 4,
            dy: -8,
            textAnchor: "start",
            fontSize: 10,
            fill: color("muted"),
            stroke: color("paper"),
            strokeWidth: 3,
          }),
      Plot.line(drawn, { x: "coverage", y: "risk", stroke: color("series-1"), strokeWidth: 2 }),
      Plot.dot(marked(points), {
        x: "coverage",
        y: "risk",
        r: 3,
        fill: color("series-1"),
        stroke: color("paper"),
        title: "title",
      }),
      Plot.ruleY([0], { stroke: color("reference") }),
    ],
  });
  return finish(plotted, label);
}
