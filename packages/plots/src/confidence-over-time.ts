import type { Reliability } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import { middleOf, runsOf, type Stretch } from "./stretch.ts";
import type { TimeFrame } from "./time-frame.ts";
import { pathMark, type TimePlotOptions, timePlot } from "./time-plot.ts";

/** Quantiles of the confidences of one stretch. */
export interface TimeQuantiles {
  readonly p05: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

/** The confidences of one stretch of time. */
export interface TimeConfidences extends Stretch {
  /** Shares of all in equal bins of [0, 1]; as many in every stretch. */
  readonly histogram: readonly number[];
  /** Null: no prediction had a confidence. */
  readonly quantiles: TimeQuantiles | null;
  /** What a pointer that rests on the stretch is told. */
  readonly title: string;
}

/** What the confidences are. */
export interface ConfidenceOverTimeOptions extends TimePlotOptions {
  /** Default `confidence`. */
  readonly axis?: Reliability["axis"];
}

/** Shares from which a cell is darker, with how dark. */
const levels: readonly { readonly from: number; readonly opacity: number }[] = [
  { from: 0, opacity: 0.07 },
  { from: 0.01, opacity: 0.15 },
  { from: 0.025, opacity: 0.26 },
  { from: 0.05, opacity: 0.4 },
  { from: 0.1, opacity: 0.56 },
  { from: 0.2, opacity: 0.74 },
  { from: 0.4, opacity: 0.95 },
];

const lines: readonly { readonly name: keyof TimeQuantiles; readonly width: number; readonly dash: string }[] = [
  { name: "p05", width: 1.2, dash: "2 3" },
  { name: "p25", width: 1.2, dash: "6 3" },
  { name: "p50", width: 2.2, dash: "none" },
  { name: "p75", width: 1.2, dash: "6 3" },
  { name: "p95", width: 1.2, dash: "2 3" },
];

/**
 * Where confidences lay over time: the darker a cell, the greater the share of its stretch; over it the median and the
 * quantiles at 5, 25, 75 and 95 %. As many elements for a year of hours as for a week of days.
 *
 * @param stretches oldest first; where one is missing there is a gap
 * @param options where and how large, what the confidences are, the window, and what was changed when
 */
export function confidenceOverTime(
  stretches: readonly TimeConfidences[],
  options: ConfidenceOverTimeOptions,
): SVGSVGElement {
  const { axis = "confidence" } = options;
  const runs = runsOf(stretches);
  const withQuantiles = stretches.flatMap(({ start, end, quantiles }) =>
    quantiles === null ? [] : [{ start, end, x: middleOf({ start, end }), ...quantiles }],
  );
  return timePlot(
    {
      title: "Confidence over time",
      yLabel: axis === "probability" ? "Probability stated" : "Confidence stated",
      y: { domain: [0, 1] },
      yFormat: (value) => value.toFixed(2),
      legend: [
        { text: "— median", color: "ink" },
        { text: "- - quarters", color: "ink" },
        { text: "··· 5 and 95 %", color: "ink" },
        { text: "■ darker: more predictions", color: "series-1" },
      ],
      stretches,
      titles: stretches,
      marks: (frame) => [
        levels.map(({ from, opacity }, k) =>
          pathMark(({ yOf }) => cells(runs, frame, yOf, from, levels[k + 1]?.from ?? Infinity), {
            fill: color("series-1"),
            "fill-opacity": String(opacity),
          }),
        ),
        runsOf(withQuantiles).flatMap((run) =>
          run.length === 1 ? quantileTicks(run) : [quantileHalos(run), quantileLines(run)],
        ),
      ],
    },
    options,
  );
}

interface QuantilePoint extends Stretch, TimeQuantiles {
  readonly x: Date;
}

function quantileHalos(run: readonly QuantilePoint[]): Plot.Markish[] {
  return lines.map(({ name, width }) =>
    Plot.lineY(run, { x: "x", y: name, stroke: color("paper"), strokeWidth: width + 2, strokeOpacity: 0.75 }),
  );
}

function quantileLines(run: readonly QuantilePoint[]): Plot.Markish[] {
  return lines.map(({ name, width, dash }) =>
    Plot.lineY(run, { x: "x", y: name, stroke: color("ink"), strokeWidth: width, strokeDasharray: dash }),
  );
}

function quantileTicks(run: readonly QuantilePoint[]): Plot.Markish[] {
  return lines.map(({ name, width }) =>
    Plot.ruleY(run, {
      x1: ({ start }: QuantilePoint) => new Date(start),
      x2: ({ end }: QuantilePoint) => new Date(end),
      y: name,
      stroke: color("ink"),
      strokeWidth: width,
    }),
  );
}

/** The cells whose share lies in [from, to), neighbours in time as one rectangle; empty cells are none of any level. */
function cells(
  runs: readonly (readonly TimeConfidences[])[],
  frame: TimeFrame,
  yOf: (value: number) => number,
  from: number,
  to: number,
): string {
  const found: string[] = [];
  for (const run of runs) {
    const bins = run[0]?.histogram.length ?? 0;
    for (let b = 0; b < bins; b++) {
      const [bottom, top] = [yOf(b / bins), yOf((b + 1) / bins)];
      let start: number | undefined;
      for (let k = 0; k <= run.length; k++) {
        const share = run[k]?.histogram[b] ?? 0;
        const isIn = share > 0 && share >= from && share < to;
        if (isIn) start ??= k;
        if (isIn || start === undefined) continue;
        const x1 = Math.max(frame.left, frame.positionOf(run[start]?.start ?? 0));
        const x2 = Math.min(frame.right, frame.positionOf(run[k - 1]?.end ?? 0));
        if (x2 > x1) found.push(`M${x1},${bottom}H${x2}V${top}H${x1}Z`);
        start = undefined;
      }
    }
  }
  return found.join("");
}
