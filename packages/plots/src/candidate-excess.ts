import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { brief, decimal } from "./words.ts";

/** How much worse than the best a method did. */
export interface CandidateExcess {
  /** The method, in words; cut after 44 characters. */
  readonly name: string;
  /** Log loss above that of the best, with its interval. */
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** `before` is the scores as they came. */
  readonly role: "chosen" | "before" | "other";
}

/** How many times the span of the better half is still drawn to scale. */
const LONGEST = 4;

function span(candidates: readonly CandidateExcess[]): { from: number; to: number } {
  const ends = candidates
    .map(({ value, upper }) => (Number.isFinite(upper) ? Math.max(value, upper) : value))
    .sort((a, b) => a - b);
  const chosen = candidates.find(({ role }) => role === "chosen");
  const half = Math.max(ends[Math.ceil(ends.length / 2)] ?? 0, chosen?.value ?? 0);
  const all = ends.at(-1) ?? 0;
  const to = half > 0 && all > LONGEST * half ? 2 * half : all;
  const from = Math.min(0, ...candidates.map(({ lower }) => (Number.isFinite(lower) ? lower : 0)));
  return { from: Math.max(from, -Math.max(to, 1e-9)), to: Math.max(to, 1e-6) };
}

function excessText(value: number): string {
  const size = Math.abs(value);
  if (size < 5e-6) return "≈ 0";
  const digits = size >= 0.001 ? 4 : Math.ceil(-Math.log10(size)) + 1;
  return `${value > 0 ? "+" : ""}${decimal(value, digits)}`;
}

/**
 * The methods tried, one line each: how much log loss each leaves on the table against the best one, with its interval. The
 * chosen one is a filled diamond; one too far off to be drawn to scale is an arrow at the right edge.
 *
 * @param candidates drawn from top to bottom
 * @param options where and how large; the default height grows with the candidates
 */
export function candidateExcess(candidates: readonly CandidateExcess[], options: PlotOptions): SVGSVGElement {
  const shown = candidates.filter(({ value }) => Number.isFinite(value));
  const { document, width = 420, height = 66 + 34 * shown.length, label = "Methods tried" } = options;
  const { from, to } = span(shown);
  const pad = (to - from) * 0.04;
  const rows = shown.map((candidate, i) => {
    const { name, value, lower, upper, role } = candidate;
    return {
      line: i,
      x: Math.min(value, to),
      lower: Math.max(from, Math.min(to, Number.isFinite(lower) ? lower : from)),
      upper: Math.min(to, Number.isFinite(upper) ? upper : to),
      isFar: value > to,
      role,
      name: role === "chosen" ? `${brief(name, 44)} · chosen` : brief(name, 44),
      excess: value === 0 ? "lowest" : excessText(value),
    };
  });
  const hueOf = (role: CandidateExcess["role"]) => color(role === "before" ? "series-2" : "series-1");
  const text = { y: "line", dy: -13, fontSize: 12, stroke: color("paper"), strokeWidth: 3 } as const;
  const drawn = (["chosen", "before", "other"] as const).map((role) => {
    const own = rows.filter((row) => row.role === role);
    const near = own.filter(({ isFar }) => !isFar);
    const weight = role === "chosen" ? 700 : 400;
    const fill = role === "before" ? hueOf(role) : color("ink");
    return [
      Plot.ruleY(near, { y: "line", x1: "lower", x2: "upper", stroke: hueOf(role), strokeWidth: 2 }),
      Plot.dot(near, {
        x: "x",
        y: "line",
        r: role === "chosen" ? 5.5 : 4,
        symbol: role === "chosen" ? "diamond" : "circle",
        fill: role === "chosen" ? hueOf(role) : color("paper"),
        stroke: hueOf(role),
        strokeWidth: 1.8,
      }),
      Plot.text(
        own.filter(({ isFar }) => isFar),
        {
          y: "line",
          text: () => "further off →",
          frameAnchor: "right",
          textAnchor: "end",
          fontSize: 11,
          fill: hueOf(role),
        },
      ),
      Plot.text(own, { ...text, text: "name", frameAnchor: "left", textAnchor: "start", fontWeight: weight, fill }),
      Plot.text(own, { ...text, text: "excess", frameAnchor: "right", textAnchor: "end", fontWeight: weight, fill }),
    ];
  });
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 12,
    marginRight: 12,
    marginBottom: 44,
    marginLeft: 12,
    insetLeft: 16,
    insetRight: 16,
    x: { domain: [from - pad, to + pad] },
    y: { domain: [-0.65, Math.max(1, shown.length) - 0.55], reverse: true, axis: null },
    marks: [
      Plot.gridX({ ticks: 4, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ticks: 4,
        tickFormat: (value: number) => `${value > 0 ? "+" : ""}${Number(value.toPrecision(6))}`,
        tickSize: 0,
        label: "Log loss above the lowest",
        labelArrow: "right",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.ruleX([0], { stroke: color("reference") }),
      drawn,
    ],
  });
  return finish(plotted, label);
}
