import type { GroupReport } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { finiteOr } from "./finite-or.ts";
import { groupFlag } from "./group-flag.ts";
import { intervalMarks } from "./interval-marks.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { decimal } from "./words.ts";

/** What to draw over time. */
export interface OverTimeOptions extends PlotOptions {
  /** `ece` with its noise floor, or `gap` (stated minus observed, above zero the scores are too high). Default `ece`. */
  readonly quantity?: "ece" | "gap";
}

const DATE = /^\d{4}-\d{2}(-\d{2}([T ].*)?)?$/;

function positions(names: readonly string[]): { x: (Date | number | string)[]; type: "utc" | "linear" | "point" } {
  if (names.every((name) => DATE.test(name) && Number.isFinite(Date.parse(name))))
    return { x: names.map((name) => new Date(name)), type: "utc" };
  if (names.every((name) => name.trim() !== "" && Number.isFinite(Number(name))))
    return { x: names.map(Number), type: "linear" };
  return { x: [...names], type: "point" };
}

function ordinalTicks(names: readonly string[]): string[] {
  const every = Math.max(1, Math.ceil(names.length / 5));
  return names.filter((_, i) => i % every === 0);
}

function brief(value: unknown): string {
  const letters = [...(typeof value === "number" ? String(Number(value.toPrecision(12))) : String(value))];
  return letters.length > 12 ? `${letters.slice(0, 11).join("")}…` : letters.join("");
}

/**
 * Calibration by stretch of time: a point with its interval per stretch, flagged ones as filled diamonds; for the ECE
 * the noise floor as a dashed line.
 *
 * @param groups the `overTime` of a report, in order; dates, numbers or names
 * @param options where and how large, and which quantity
 */
export function overTime(groups: readonly GroupReport[], options: OverTimeOptions): SVGSVGElement {
  const { document, width = 420, height = 260, quantity = "ece" } = options;
  const { label = quantity === "ece" ? "ECE over time" : "Gap over time" } = options;
  const { x, type } = positions(groups.map(({ name }) => name));
  const points = groups.map((group, i) => {
    const { value, lower, upper } = group[quantity];
    const { words } = groupFlag(group);
    return {
      x: x[i],
      value,
      lower: finiteOr(lower, value),
      upper: finiteOr(upper, value),
      floor: group.noiseFloor,
      flagged: group.flagged,
      title: `${brief(group.name)}: ${decimal(value)} [${decimal(lower)}, ${decimal(upper)}], ${words}`,
    };
  });
  const scale = type === "point" ? { type, domain: [...new Set(groups.map(({ name }) => name))] } : { type };
  const ticks = type === "point" ? { ticks: ordinalTicks(groups.map(({ name }) => name)) } : { ticks: 5 };
  const axisX = { ...ticks, tickSize: 0, label: null, fill: color("muted") };
  const legend = { frameAnchor: "top-right", textAnchor: "end", fontSize: 11, fill: color("muted") } as const;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 34,
    marginRight: 16,
    marginBottom: 34,
    marginLeft: 46,
    x: { ...scale, inset: 8 },
    y: { zero: true, nice: true },
    marks: [
      Plot.gridY({ ticks: 4, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX(type === "utc" ? axisX : { ...axisX, tickFormat: brief }),
      Plot.axisY({
        ticks: 4,
        tickFormat: (value: number) => String(Number(value.toPrecision(3))),
        tickSize: 0,
        label: quantity === "ece" ? "ECE" : "Stated minus observed",
        labelArrow: "up",
        fill: color("muted"),
      }),
      Plot.ruleY([0], { stroke: color("reference") }),
      quantity === "ece"
        ? [
            Plot.lineY(points, { x: "x", y: "floor", stroke: color("reference"), strokeDasharray: "4 3" }),
            Plot.text(["- - noise floor\u2003◆ flagged"], { ...legend, dy: -16 }),
          ]
        : [Plot.text(["above 0: too high\u2003◆ flagged"], { ...legend, dy: -16 })],
      Plot.lineY(points, { x: "x", y: "value", stroke: color("series-1"), strokeOpacity: 0.35 }),
      intervalMarks(points, { color: "series-1", flagged: "series-2" }),
    ],
  });
  return finish(plotted, label);
}
