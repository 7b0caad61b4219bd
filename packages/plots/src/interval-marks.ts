import * as Plot from "@observablehq/plot";
import { type ColorName, color } from "./palette.ts";

/** A point with its interval. */
export interface IntervalPoint {
  readonly x: Date | number | string | undefined;
  readonly value: number;
  /** Finite: where there is no bound, the value. */
  readonly lower: number;
  readonly upper: number;
  readonly flagged: boolean;
  readonly title: string;
}

/** How points with intervals are drawn. */
export interface IntervalMarksOptions {
  readonly color: ColorName;
  /** Of flagged points. */
  readonly flagged: ColorName;
  /** Radius of a point in pixels; 0 leaves out points that are not flagged, with their bars. Default 3.5. */
  readonly radius?: number;
  /** `none` where a band shows the intervals. Default `all`. */
  readonly bars?: "all" | "none";
}

/** Points with bars: hollow circles, and filled diamonds where flagged. */
export function intervalMarks(points: readonly IntervalPoint[], options: IntervalMarksOptions): Plot.Markish[] {
  const { radius = 3.5, bars = "all" } = options;
  const plain = radius > 0 ? points.filter(({ flagged }) => !flagged) : [];
  const flagged = points.filter((point) => point.flagged);
  const rule = { x: "x", y1: "lower", y2: "upper", strokeWidth: 1.5 } as const;
  const dot = { x: "x", y: "value", title: "title" } as const;
  const stroke = color(options.color);
  return [
    bars === "none"
      ? []
      : [Plot.ruleX(plain, { ...rule, stroke }), Plot.ruleX(flagged, { ...rule, stroke: color(options.flagged) })],
    Plot.dot(plain, { ...dot, r: radius, fill: color("paper"), stroke, strokeWidth: 1.8 }),
    Plot.dot(flagged, { ...dot, r: Math.max(3.5, radius + 1.5), symbol: "diamond", fill: color(options.flagged) }),
  ];
}
