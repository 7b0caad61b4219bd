import * as Plot from "@observablehq/plot";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { brief, count, decimal } from "./words.ts";

/** A segment with the evidence against its confidences. */
export interface RankedSegment {
  /** Cut to what there is room for. */
  readonly name: string;
  /** All predictions, labelled or not. */
  readonly predictions: number;
  /** Stated minus happened, as shares; a null end has no bound. */
  readonly gap: { readonly value: number; readonly lower: number | null; readonly upper: number | null };
  readonly flagged: boolean;
}

const rowHeight = 38;
const largest = 9;

/**
 * The gap of every segment with its interval, in the order given: filled where it is flagged, hollow where not, the area of
 * each dot in proportion to the predictions of the segment.
 *
 * @param segments drawn from top to bottom
 * @param options where and how large; the default height grows with the segments
 */
export function segmentRanking(segments: readonly RankedSegment[], options: PlotOptions): SVGSVGElement {
  const { document, width = 560, height = 84 + rowHeight * segments.length } = options;
  const { label = "Gap of each segment, the strongest evidence first" } = options;
  const most = Math.max(1, ...segments.map(({ predictions }) => predictions));
  const letters = Math.max(12, Math.floor((width - 130) / 7));
  const rows = segments.map(({ name, predictions, gap, flagged }, line) => {
    const [value, lower, upper] = [gap.value, gap.lower ?? gap.value, gap.upper ?? gap.value].map((x) => 100 * x);
    const radius = Math.max(2.5, largest * Math.sqrt(predictions / most));
    const flag = flagged ? "▲ flagged" : "no evidence against it";
    const words = `${decimal(value ?? 0, 1)} [${decimal(lower ?? 0, 1)}, ${decimal(upper ?? 0, 1)}] points`;
    return {
      ...{ line: line + 0.18, above: line, value, lower, upper, radius, flagged, name: brief(name, letters) },
      predictions: `${flagged ? "▲ " : ""}${count(predictions)} predictions`,
      title: `${brief(name, 80)}: ${words}, ${count(predictions)} predictions, ${flag}`,
    };
  });
  const reach = Math.max(1, ...rows.flatMap(({ lower, upper }) => [-(lower ?? 0), upper ?? 0]));
  const [flagged, others] = [rows.filter((row) => row.flagged), rows.filter((row) => !row.flagged)];
  const rule = { y: "line", x1: "lower", x2: "upper", strokeWidth: 2 } as const;
  const dot = { x: "value", y: "line", r: "radius", strokeWidth: 1.8, title: "title" } as const;
  const text = { y: "above", dy: -10, fontSize: 12, stroke: color("paper"), strokeWidth: 3 } as const;
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop: 14,
    marginRight: 12,
    marginBottom: 44,
    marginLeft: 12,
    x: { domain: [-reach * 1.06, reach * 1.06] },
    y: { domain: [-0.6, Math.max(1, rows.length) - 0.4], reverse: true, axis: null },
    r: { type: "identity" },
    marks: [
      Plot.gridX({ ticks: 5, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ticks: 5,
        tickFormat: (value: number) => `${value > 0 ? "+" : ""}${Number(value.toPrecision(3))}`,
        tickSize: 0,
        label: "← too low\u2003stated minus happened, points\u2003too high →",
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.ruleX([0], { stroke: color("reference") }),
      Plot.ruleY(others, { ...rule, stroke: color("series-1") }),
      Plot.ruleY(flagged, { ...rule, stroke: color("series-2") }),
      Plot.dot(others, { ...dot, stroke: color("series-1"), fill: color("paper") }),
      Plot.dot(flagged, { ...dot, stroke: color("series-2"), fill: color("series-2") }),
      Plot.text(rows, { ...text, text: "name", frameAnchor: "left", textAnchor: "start", fill: color("ink") }),
      Plot.text(rows, { ...text, text: "predictions", frameAnchor: "right", textAnchor: "end", fill: color("muted") }),
    ],
  });
  return finish(plotted, label);
}
