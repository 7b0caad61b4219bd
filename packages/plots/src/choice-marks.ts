import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import { percent } from "./words.ts";

/** Margins that leave room for a label above and below. */
export const choiceMargins = { marginTop: 34, marginRight: 18, marginBottom: 44, marginLeft: 52 } as const;

/**
 * The axis of coverage, from nothing to all.
 *
 * @param label what it shows
 */
export function coverageAxis(label = "Share of rows acted on, surest first"): Plot.Markish {
  return Plot.axisX({
    ticks: [0, 0.25, 0.5, 0.75, 1],
    tickFormat: (value: number) => percent(value, 0),
    tickSize: 0,
    label,
    labelArrow: "right",
    labelOffset: 37,
    fill: color("muted"),
  });
}

/** An axis upwards with a grid. */
export function upwardAxis(label: string, tickFormat: (value: number) => string): Plot.Markish[] {
  return [
    Plot.gridY({ ticks: 4, stroke: color("line"), strokeOpacity: 1 }),
    Plot.axisY({ ticks: 4, tickFormat, tickSize: 0, label, labelArrow: "up", fill: color("muted") }),
  ];
}

/** A point of a picture that is named. */
export interface NamedPoint {
  readonly x: number;
  readonly y: number;
  /** At the point, towards the middle of the picture. */
  readonly text: string;
  readonly lower?: number;
  readonly upper?: number;
}

/** Text beside a point: to its left in the right half of the picture, to its right in the left half. */
export function besidePoint({ x, y, text }: NamedPoint, middle: number, fill: string, dy = -10): Plot.Markish {
  return Plot.text([text], {
    x,
    y,
    dx: x > middle ? -7 : 7,
    dy,
    textAnchor: x > middle ? "end" : "start",
    fontSize: 11,
    fontWeight: 600,
    fill,
    stroke: color("paper"),
    strokeWidth: 4,
  });
}

/** How much higher than its contents a picture is, so that the name of the choice has room at the top. */
export const choiceRoom = 1.28;

/** The choice made: a filled diamond with its interval, and its name at the top of the picture. */
export function chosenMark(point: NamedPoint, middle: number, top: number): Plot.Markish[] {
  const { x, y, lower = y, upper = y, text } = point;
  const range = { x: "x", y1: "lower", y2: "upper", stroke: color("series-2") } as const;
  return [
    Plot.ruleX([{ x, lower: upper, upper: top }], { ...range, strokeDasharray: "2 3" }),
    Plot.ruleX([{ x, lower, upper }], { ...range, strokeWidth: 2 }),
    Plot.dot([point], {
      x: "x",
      y: "y",
      r: 6,
      symbol: "diamond",
      fill: color("series-2"),
      stroke: color("paper"),
      title: () => text,
    }),
    besidePoint({ ...point, y: top }, middle, color("series-2"), 7),
  ];
}
