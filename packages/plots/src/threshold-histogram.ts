import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thresholdFrame, thresholdMargins } from "./threshold-frame.ts";
import { withoutNames } from "./without-names.ts";
import { percent } from "./words.ts";

/** Predictions of a stretch of the score, as shares of all predictions. */
export interface ThresholdBar {
  readonly from: number;
  readonly to: number;
  /** Right and wrong, as those with an outcome say of the stretch. */
  readonly right: number;
  readonly wrong: number;
  /** In stretches where no outcome is known. */
  readonly unknown: number;
}

/** What the scores are. */
export interface ThresholdHistogramOptions extends PlotOptions {
  /** Lowest score shown. Default 0. */
  readonly from?: number;
  /** What the score is. Default `confidence`. */
  readonly on?: "confidence" | "positive";
}

/** A bar this many times as tall as the next is cut, so that the others can be seen. */
const CUT = 3;

function roofOf(bars: readonly ThresholdBar[]): number {
  const [tallest = 0.01, second = tallest] = bars
    .map(({ right, wrong, unknown }) => right + wrong + unknown)
    .sort((a, b) => b - a);
  return Math.max(1e-6, tallest > CUT * second && second > 0 ? 1.35 * second : tallest) * 1.05;
}

/**
 * How many predictions have which score, and how many of them were right: what thresholds are set on. Leaves the place of the
 * thresholds to who shows it: `thresholdFrame` says where scores lie.
 *
 * @param bars ascending
 * @param options where and how large, and what the score is
 */
export function thresholdHistogram(bars: readonly ThresholdBar[], options: ThresholdHistogramOptions): SVGSVGElement {
  const { document, width = 640, height = 260, from = 0, on = "confidence" } = options;
  const { label = "How many predictions have which score" } = options;
  const roof = roofOf(bars);
  const { left, right, top, bottom } = thresholdMargins;
  const frame = thresholdFrame(width, from);
  const stacked = bars.map((bar) => {
    const all = bar.right + bar.wrong + bar.unknown;
    const scale = all > roof ? roof / all : 1;
    const known = bar.right + bar.wrong;
    const words =
      known > 0 ? `, ${percent(bar.wrong / known)} of them ${on === "positive" ? "negative" : "wrong"}` : "";
    const title = `${percent(bar.from)} to ${percent(bar.to)}: ${percent(all)} of predictions${words}`;
    return { ...bar, all, title, a: bar.wrong * scale, b: known * scale, c: all * scale };
  });
  const rect = { x1: "from", x2: "to", insetLeft: 0.5, insetRight: 0.5, title: "title" } as const;
  const legend = { frameAnchor: "top-left", textAnchor: "start", fontSize: 11 } as const;
  const isPositive = on === "positive";
  const unknown = stacked.some((bar) => bar.unknown > 0);
  const fine = roof < 0.04;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: top,
    marginRight: right,
    marginBottom: bottom,
    marginLeft: left,
    x: { domain: [frame.from, frame.to] },
    y: { domain: [0, roof] },
    marks: [
      Plot.gridY({ ticks: 4, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ticks: width < 420 ? 4 : 6,
        tickFormat: (value: number) => percent(value, 0),
        tickSize: 0,
        label: isPositive ? "Probability of the positive class" : "Confidence",
        labelArrow: "right",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.axisY({
        ticks: 4,
        tickFormat: (value: number) => percent(value, fine ? 1 : 0),
        tickSize: 0,
        label: "Share of predictions",
        labelArrow: "up",
        fill: color("muted"),
      }),
      Plot.rect(stacked, { ...rect, y1: 0, y2: "a", fill: color("series-2"), fillOpacity: 0.75 }),
      Plot.rect(stacked, { ...rect, y1: "a", y2: "b", fill: color("series-1") }),
      Plot.rect(stacked, { ...rect, y1: "b", y2: "c", fill: color("reference"), fillOpacity: 0.45 }),
      Plot.text(
        stacked.filter(({ all }) => all > roof),
        {
          x: ({ from: start, to }: ThresholdBar) => (start + to) / 2,
          y: roof,
          dy: -7,
          dx: 4,
          textAnchor: "end",
          text: ({ all }: { all: number }) => `cut, ${percent(all, 0)} ↑`,
          fontSize: 11,
          fill: color("ink"),
        },
      ),
      Plot.ruleY([0], { stroke: color("reference") }),
      Plot.text([isPositive ? "■ positive" : "■ right"], { ...legend, dx: 90, dy: -34, fill: color("series-1") }),
      Plot.text([isPositive ? "■ negative" : "■ wrong"], { ...legend, dx: 150, dy: -34, fill: color("series-2") }),
      unknown ? Plot.text(["■ not known"], { ...legend, dx: 215, dy: -34, fill: color("muted") }) : [],
    ],
  });
  return withoutNames(finish(plotted, label));
}
