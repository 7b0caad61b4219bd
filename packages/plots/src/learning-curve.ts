import type { LearningPoint } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { count } from "./words.ts";

/** What to mark on a learning curve. */
export interface LearningCurveOptions extends PlotOptions {
  /** Labels there are now, marked by a line. */
  readonly now?: number;
}

/** Round numbers in a range: 1, 2 and 5 times powers of ten, or only the powers where those are many. */
function roundNumbers(from: number, to: number): number[] {
  const found: number[] = [];
  for (let power = 1; power <= to; power *= 10) for (const factor of [1, 2, 5]) found.push(factor * power);
  const inside = found.filter((value) => value >= from && value <= to);
  return inside.length <= 7 ? inside : inside.filter((value) => String(value).startsWith("1"));
}

/**
 * Log loss on rows held out against the number of labels calibrated with, on a logarithmic axis: measured points filled and
 * joined, extrapolated ones hollow and dashed, with their band.
 *
 * @param points in order of growing n
 * @param options where and how large, and the number of labels there are now
 */
export function learningCurve(points: readonly LearningPoint[], options: LearningCurveOptions): SVGSVGElement {
  const { document, width = 420, height = 260, label = "Learning curve", now } = options;
  const shown = points.filter(({ n, logLoss }) => n > 0 && Number.isFinite(logLoss));
  const measured = shown.filter((point) => point.measured);
  const last = measured.at(-1);
  const drawnOn = shown.filter((point) => !point.measured);
  const dashed = last === undefined ? drawnOn : [last, ...drawnOn.filter(({ n }) => n > last.n)];
  const sizes = shown.map(({ n }) => n);
  const [from, to] = sizes.length > 0 ? [Math.min(...sizes) / 1.15, Math.max(...sizes) * 1.15] : [1, 10];
  const hue = color("series-1");
  const dot = { x: "n", y: "logLoss", r: 3.5, stroke: hue, strokeWidth: 1.8 } as const;
  const legend = { frameAnchor: "top-right", textAnchor: "end", fontSize: 11, fill: color("muted") } as const;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 34,
    marginRight: 18,
    marginBottom: 44,
    marginLeft: 52,
    x: { type: "log", domain: [from, to] },
    y: { nice: true, zero: false, ...(shown.length > 0 ? {} : { domain: [0, 1] }) },
    marks: [
      Plot.gridY({ ticks: 4, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ticks: roundNumbers(from, to),
        tickFormat: (value: number) => count(value),
        tickSize: 0,
        label: "Labels calibrated with",
        labelArrow: "right",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.axisY({
        ticks: 4,
        tickFormat: (value: number) => String(Number(value.toPrecision(4))),
        tickSize: 0,
        label: "Log loss held out",
        labelArrow: "up",
        fill: color("muted"),
      }),
      Plot.text(["● measured\u2003○ drawn on"], { ...legend, dy: -16 }),
      Plot.areaY(shown, { x: "n", y1: "lower", y2: "upper", fill: hue, fillOpacity: 0.15 }),
      now === undefined || shown.length === 0
        ? []
        : [
            Plot.ruleX([now], { stroke: color("reference"), strokeDasharray: "4 3" }),
            Plot.text([`now ${count(now)}`], {
              x: now,
              frameAnchor: "bottom",
              dx: -5,
              dy: -6,
              textAnchor: "end",
              fontSize: 11,
              fill: color("muted"),
              stroke: color("paper"),
              strokeWidth: 3,
            }),
          ],
      Plot.line(measured, { x: "n", y: "logLoss", stroke: hue, strokeWidth: 2 }),
      Plot.line(dashed, { x: "n", y: "logLoss", stroke: hue, strokeWidth: 2, strokeDasharray: "5 4" }),
      Plot.dot(measured, { ...dot, fill: hue }),
      Plot.dot(drawnOn, { ...dot, fill: color("paper") }),
    ],
  });
  return finish(plotted, label);
}
