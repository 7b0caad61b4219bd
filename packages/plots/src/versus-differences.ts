import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { decimal, percent } from "./words.ts";

/** One metric of a paired comparison. */
export interface MetricDifference {
  /** Name of the metric, in words. */
  readonly name: string;
  /** This model's value; the scale of the difference. Rows where it is zero are left out. */
  readonly self: number;
  /** Other minus this, with its interval. */
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** The words around paired differences. */
export interface DifferenceWords {
  readonly axis: string;
  readonly lower: string;
  readonly higher: string;
  /** What the ticks count: `percent`, or hundredths, as `+5`. Default `percent`. */
  readonly ticks?: "percent" | "points";
}

/** How paired differences are drawn. */
export interface DifferenceOptions extends PlotOptions {
  /** What the axis shows, and what lies on either side of zero. Default: one model against another, in per cent. */
  readonly words?: DifferenceWords;
}

const AGAINST_THE_OTHER: DifferenceWords = {
  axis: "Other minus this, as a share of this model's value",
  lower: "other is lower",
  higher: "other is higher",
};

/**
 * Paired differences of two models, one line per metric, each as a share of this model's value so that metrics of
 * different size fit one axis. A filled point has an interval that leaves out zero.
 *
 * @param differences the metrics, drawn from top to bottom
 * @param options where and how large; the default height grows with the metrics
 */
export function versusDifferences(differences: readonly MetricDifference[], options: DifferenceOptions): SVGSVGElement {
  const rows = differences
    .filter(({ self, value }) => self !== 0 && Number.isFinite(value / self))
    .map(({ name, self, value, lower, upper }) => {
      const scale = Math.abs(self);
      const clear = lower > 0 || upper < 0;
      return {
        name,
        value: value / scale,
        lower: Number.isFinite(lower) ? lower / scale : value / scale,
        upper: Number.isFinite(upper) ? upper / scale : value / scale,
        clear,
        title: `${name}: ${decimal(value, 4)} [${decimal(lower, 4)}, ${decimal(upper, 4)}]`,
      };
    });
  const { document, width = 420, height = 70 + 28 * rows.length, label = "Paired differences" } = options;
  const { words = AGAINST_THE_OTHER } = options;
  const tick = words.ticks === "points" ? (value: number, digits: number) => decimal(100 * value, digits) : percent;
  const reach = Math.max(0.01, ...rows.flatMap(({ lower, upper }) => [-lower, upper])) * 1.08;
  const dot = { x: "value", y: "name", r: 4.5, stroke: color("series-1"), strokeWidth: 1.8, title: "title" } as const;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 30,
    marginRight: 16,
    marginBottom: 44,
    marginLeft: 100,
    x: { domain: [-reach, reach] },
    y: { type: "point", domain: rows.map(({ name }) => name), padding: 0.6 },
    marks: [
      Plot.gridX({ ticks: 5, stroke: color("line"), strokeOpacity: 1 }),
      Plot.ruleX([0], { stroke: color("reference") }),
      Plot.axisX({
        ticks: 5,
        tickFormat: (value: number) => `${value > 0 ? "+" : ""}${tick(value, reach < 0.05 ? 1 : 0)}`,
        tickSize: 0,
        label: words.axis,
        labelArrow: "none",
        labelAnchor: "right",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.axisY({ tickSize: 0, label: null, fill: color("ink") }),
      Plot.text([`← ${words.lower}`], { frameAnchor: "top-left", dy: -16, fontSize: 11, fill: color("muted") }),
      Plot.text([`${words.higher} →`], { frameAnchor: "top-right", dy: -16, fontSize: 11, fill: color("muted") }),
      Plot.ruleY(rows, { y: "name", x1: "lower", x2: "upper", stroke: color("series-1"), strokeWidth: 2 }),
      Plot.dot(
        rows.filter(({ clear }) => !clear),
        { ...dot, fill: color("paper") },
      ),
      Plot.dot(
        rows.filter(({ clear }) => clear),
        { ...dot, fill: color("series-1") },
      ),
    ],
  });
  return finish(plotted, label);
}
