import { visibleText } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { type IntervalPoint, intervalMarks } from "./interval-marks.ts";
import { type ColorName, color } from "./palette.ts";
import { steadyDomain } from "./steady-domain.ts";
import { middleOf, runsOf, type Stretch } from "./stretch.ts";
import type { TimeFrame } from "./time-frame.ts";
import { type LegendEntry, type TimePlotOptions, timePlot } from "./time-plot.ts";

/** A number of one stretch of time with its interval. */
export interface TimeEstimate extends Stretch {
  /** Null: there is none, and the line breaks. */
  readonly value: number | null;
  /** Null: no bound. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** What a perfect model would show. */
  readonly noiseFloor?: number | null;
  /** False: outcomes are still to come. Such a stretch is hatched and never joined to the line. */
  readonly mature: boolean;
  readonly flagged?: boolean;
  /** What a pointer that rests on the stretch is told. */
  readonly title: string;
}

/** The estimates of one stream, oldest first. */
export interface TimeEstimates {
  /** In the legend where there are several; cut after 24 characters. */
  readonly name: string;
  readonly points: readonly TimeEstimate[];
}

/** What is drawn. */
export interface EstimateOverTimeOptions extends TimePlotOptions {
  /** Calibration error, stated minus observed (both in percentage points), or slope of the recalibration. Default `ece`. */
  readonly quantity?: "ece" | "gap" | "slope";
  /** Other streams that the axis has room for: pictures that share them can be compared. */
  readonly alongside?: readonly TimeEstimates[];
}

interface Quantity {
  readonly title: string;
  readonly yLabel: string;
  /** What one unit of the axis is. */
  readonly unit: number;
  readonly reference: number;
  readonly meaning: string;
}

const quantities: Readonly<Record<"ece" | "gap" | "slope", Quantity>> = {
  ece: { title: "Calibration error over time", yLabel: "Calibration error", unit: 1, reference: 0, meaning: "" },
  gap: {
    title: "Stated minus observed over time",
    yLabel: "Stated minus observed, points",
    unit: 0.01,
    reference: 0,
    meaning: "above 0: too high",
  },
  slope: { title: "Slope over time", yLabel: "Slope", unit: 1, reference: 1, meaning: "below 1: too extreme" },
};

/** How the lines of several streams are told apart: by colour and by dashes. */
const styles: readonly { readonly color: ColorName; readonly dash: string; readonly sign: string }[] = [
  { color: "series-1", dash: "none", sign: "—" },
  { color: "series-2", dash: "7 3", sign: "– –" },
  { color: "good", dash: "2 3", sign: "···" },
  { color: "ink", dash: "8 3 2 3", sign: "–·–" },
];

/** Streams that can be told apart in one picture. */
export const mostTimeEstimates: number = styles.length;

/** Pixels of a stretch from which points have bars; below they have a band. */
const BARS_FROM = 13;
/** Pixels of a stretch from which points that are not flagged are drawn at all. */
const POINTS_FROM = 5;

interface Drawn extends IntervalPoint, Stretch {
  readonly x: Date;
  readonly floor: number | null;
  readonly mature: boolean;
  /** Beyond the end of the axis: above 1, below −1. */
  readonly beyond: -1 | 0 | 1;
}

/**
 * An estimate over time: a line with its interval (bars, or a band where stretches are narrow), flagged stretches as filled
 * diamonds, the noise floor as a dashed line. A stretch without a number breaks the line; one whose outcomes are still to come
 * is hatched and stands alone. A stretch whose value lies beyond the axis is a triangle at its end.
 *
 * @param series one stream or several; the first four are drawn
 * @param options where and how large, which quantity and window, and what was changed when
 */
export function estimateOverTime(series: readonly TimeEstimates[], options: EstimateOverTimeOptions): SVGSVGElement {
  const { quantity = "ece", alongside = [] } = options;
  const { title, yLabel, unit, reference, meaning } = quantities[quantity];
  const shown = series.slice(0, styles.length);
  const all = shown.flatMap(({ points }) => points);
  const withFloor = quantity === "ece" && all.some(({ noiseFloor }) => typeof noiseFloor === "number");
  const domain = steadyDomain(
    [...all, ...alongside.flatMap(({ points }) => points)].flatMap((point) =>
      point.value === null ? [] : [extentOf(point, point.value, unit)],
    ),
    [reference, ...(withFloor ? all.map(({ noiseFloor }) => (noiseFloor ?? 0) / unit) : [])],
  );
  const streams = shown.map(({ points }) => points.flatMap((point) => drawn(point, unit, domain)));
  const several = shown.length > 1;
  const [only] = styles;
  const legend: LegendEntry[] = [
    ...(several
      ? shown.map(({ name }, k) => ({
          text: `${styles[k]?.sign ?? ""} ${visibleText(name, 24)}`,
          color: styles[k]?.color ?? "ink",
        }))
      : []),
    ...(withFloor ? [{ text: "- - noise floor", color: "muted" as const }] : []),
    ...(streams.flat().some(({ flagged }) => flagged)
      ? [{ text: "◆ flagged", color: several ? ("muted" as const) : ("series-2" as const) }]
      : []),
    ...(meaning === "" ? [] : [{ text: meaning, color: "muted" as const }]),
  ];
  return timePlot(
    {
      title,
      yLabel,
      y: { domain },
      yFormat: (value) => `${quantity === "gap" && value > 0 ? "+" : ""}${Number(value.toPrecision(6))}`,
      legend,
      stretches: all,
      hatched: { stretches: all.filter(({ mature }) => !mature), words: "outcomes still to come" },
      titles: titlesOf(shown),
      marks: (frame) => [
        Plot.ruleY([reference], { stroke: color("reference") }),
        streams.map((points, k) => {
          const style = styles[k] ?? only;
          if (style === undefined) return null;
          return streamMarks(points, frame, style, several ? style.color : "series-2", withFloor);
        }),
      ],
    },
    options,
  );
}

function extentOf({ lower, upper, flagged = false }: TimeEstimate, value: number, unit: number) {
  return { value: value / unit, lower: (lower ?? -Infinity) / unit, upper: (upper ?? Infinity) / unit, flagged };
}

function drawn(point: TimeEstimate, unit: number, [low, high]: readonly [number, number]): Drawn[] {
  if (point.value === null) return [];
  const { value, lower, upper, flagged } = extentOf(point, point.value, unit);
  const within = (number: number): number => Math.min(high, Math.max(low, number));
  return [
    {
      start: point.start,
      end: point.end,
      x: middleOf(point),
      value: within(value),
      lower: within(lower),
      upper: within(upper),
      floor: point.noiseFloor === undefined || point.noiseFloor === null ? null : within(point.noiseFloor / unit),
      flagged,
      mature: point.mature,
      beyond: value > high ? 1 : value < low ? -1 : 0,
      title: point.title,
    },
  ];
}

function streamMarks(
  points: readonly Drawn[],
  frame: TimeFrame,
  { color: hue, dash }: { readonly color: ColorName; readonly dash: string },
  flagged: ColorName,
  withFloor: boolean,
): Plot.Markish[] {
  const runs = runsOf(points, ({ mature }) => !mature);
  const [first] = points;
  const pixels = first === undefined ? 0 : frame.positionOf(first.end) - frame.positionOf(first.start);
  const bars = pixels >= BARS_FROM;
  const inside = points.filter(({ beyond }) => beyond === 0);
  const joined = new Set(runs.filter((run) => run.length > 1).flat());
  const alone = inside.filter((point) => point.mature && !joined.has(point));
  const inLine = inside.filter((point) => joined.has(point));
  const floors = runs.map((run) => run.filter(({ floor }) => floor !== null));
  const line = { x: "x", y: "value", stroke: color(hue), strokeDasharray: dash } as const;
  const radius = bars ? 3.5 : pixels >= POINTS_FROM ? 2 : 0;
  return [
    withFloor
      ? floors.map((run) =>
          Plot.lineY(run, { x: "x", y: "floor", stroke: color("reference"), strokeDasharray: "4 3", strokeWidth: 1.5 }),
        )
      : null,
    runs
      .filter((run) => run.length > 1)
      .map((run) => [
        bars ? null : Plot.areaY(run, { x: "x", y1: "lower", y2: "upper", fill: color(hue), fillOpacity: 0.17 }),
        Plot.lineY(run, { ...line, strokeWidth: bars ? 1.2 : 1.6, strokeOpacity: bars ? 0.5 : 0.9 }),
      ]),
    intervalMarks(inLine, { color: hue, flagged, radius, bars: bars ? "all" : "none" }),
    intervalMarks(alone, { color: hue, flagged, radius: Math.max(2, radius) }),
    intervalMarks(
      inside.filter(({ mature }) => !mature).map((point) => ({ ...point, flagged: false })),
      { color: "muted", flagged: "muted", radius: Math.max(2, radius) },
    ),
    Plot.dot(
      points.filter(({ beyond }) => beyond !== 0),
      {
        x: "x",
        y: "value",
        symbol: "triangle",
        r: 3.5,
        rotate: ({ beyond }: Drawn) => (beyond > 0 ? 0 : 180),
        fill: color(hue),
      },
    ),
  ];
}

/** One text per stretch with what all streams say about it. */
function titlesOf(series: readonly TimeEstimates[]): (Stretch & { title: string })[] {
  const byStart = new Map<number, { start: number; end: number; titles: string[] }>();
  for (const { points } of series)
    for (const { start, end, title } of points) {
      const there = byStart.get(start) ?? { start, end, titles: [] };
      there.titles.push(title);
      byStart.set(start, there);
    }
  return [...byStart.values()]
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, titles }) => ({ start, end, title: titles.join("\n") }));
}
