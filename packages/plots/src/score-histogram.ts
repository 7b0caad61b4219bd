import type { Histogram, Reliability } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { histogramAxes } from "./histogram-axes.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { squareMargin } from "./unit-square.ts";
import { axisWords, decimal, percent } from "./words.ts";

/** What the scores are, and where to set marks. */
export interface ScoreHistogramOptions extends PlotOptions {
  /** Default `confidence`. */
  readonly axis?: Reliability["axis"];
  /** At most two positions marked by a line, e.g. the mean confidence (dashed) and the accuracy (solid). */
  readonly marks?: readonly { readonly value: number; readonly name: string }[];
}

const DASHES = ["3 2", "none"];
const SIGNS = ["- -", "—"];

interface Bar {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
  readonly title: string;
}

function bars(histogram: Histogram, outcome: string): { right: Bar[]; wrong: Bar[] } {
  const right: Bar[] = [];
  const wrong: Bar[] = [];
  histogram.shares.forEach((share, i) => {
    const x1 = histogram.edges[i];
    const x2 = histogram.edges[i + 1];
    if (x1 === undefined || x2 === undefined || !(share > 0)) return;
    const observed = histogram.observed[i] ?? 0;
    const title = `${decimal(x1)}–${decimal(x2)}: ${percent(share)} of rows, ${percent(observed)} of them ${outcome}`;
    right.push({ x1, x2, y1: 0, y2: share * observed, title });
    wrong.push({ x1, x2, y1: share * observed, y2: share, title });
  });
  return { right, wrong };
}

/**
 * The histogram of scores: the share of rows per interval, each bar split by outcome. Under a reliability diagram of the same
 * width its axis is the same.
 *
 * @param histogram the `histogram` of a report
 * @param options where and how large, what the scores are, and positions to mark
 */
export function scoreHistogram(histogram: Histogram, options: ScoreHistogramOptions): SVGSVGElement {
  const { document, width = 420, height = 300, label = "Histogram of scores", axis = "confidence" } = options;
  const words = axisWords(axis);
  const { right, wrong } = bars(histogram, words.outcome);
  const tallest = Math.max(0.01, ...histogram.shares);
  const marks = (options.marks ?? []).filter(({ value }) => Number.isFinite(value)).slice(0, 2);
  const rect = { x1: "x1", x2: "x2", y1: "y1", y2: "y2", insetLeft: 0.5, insetRight: 0.5, title: "title" } as const;
  const legend = { frameAnchor: "top-left", textAnchor: "start", fontSize: 11 } as const;
  const positive = axis === "probability";
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 48,
    marginRight: squareMargin.right,
    marginBottom: 44,
    marginLeft: squareMargin.left,
    x: { domain: [0, 1] },
    y: { domain: [0, tallest * 1.05] },
    marks: [
      histogramAxes(words.x, "Share of rows", tallest),
      Plot.rect(right, { ...rect, fill: color("series-1") }),
      Plot.rect(wrong, { ...rect, fill: color("series-2"), fillOpacity: 0.55 }),
      Plot.ruleY([0], { stroke: color("reference") }),
      Plot.text([positive ? "■ positive" : "■ correct"], { ...legend, dx: 110, dy: -36, fill: color("series-1") }),
      Plot.text([positive ? "■ negative" : "■ wrong"], { ...legend, dx: 225, dy: -36, fill: color("series-2") }),
      marks.map(({ value, name }, i) => [
        Plot.ruleX([value], { stroke: color("ink"), strokeWidth: 1.5, strokeDasharray: DASHES[i] ?? "none" }),
        Plot.text([`${SIGNS[i]} ${name} ${decimal(value)}`], {
          ...legend,
          dx: i === 0 ? 110 : 225,
          dy: -18,
          fill: color("ink"),
        }),
      ]),
    ],
  });
  return finish(plotted, label);
}
