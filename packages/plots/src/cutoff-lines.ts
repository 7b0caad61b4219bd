import type { CutoffPoint } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { choiceMargins, upwardAxis } from "./choice-marks.ts";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thin } from "./thin.ts";
import { percent } from "./words.ts";

/** What is drawn of a cutoff. */
export type DrawnCutoff = Pick<CutoffPoint, "cutoff" | "precision" | "recall" | "f1">;

/** The cutoffs, and the one to mark. */
export interface CutoffLinesOptions extends PlotOptions {
  /** The cutoff of the largest F1; null marks none. */
  readonly best?: number | null;
}

const lines = [
  { key: "precision", name: "precision", hue: "series-1", at: 0 },
  { key: "recall", name: "recall", hue: "series-2", at: 0.24 },
  { key: "f1", name: "F1", hue: "good", at: 0.42 },
] as const;

/**
 * Precision, recall and F1 against the cutoff of the score, each with the band that holds for the whole curve.
 *
 * @param points of a cutoff curve, in any order
 * @param options where and how large, and the cutoff to mark
 */
export function cutoffLines(points: readonly DrawnCutoff[], options: CutoffLinesOptions): SVGSVGElement {
  const {
    document,
    width = 420,
    height = 300,
    label = "Precision, recall and F1 against the cutoff",
    best = null,
  } = options;
  const sorted = thin(
    points.toSorted((a, b) => a.cutoff - b.cutoff),
    300,
  );
  const drawn = lines.map(({ key, name, hue, at }) => ({
    name,
    hue,
    at,
    rows: sorted.map((point) => ({ x: point.cutoff, ...point[key] })),
  }));
  const [from = 0, to = 1] = [sorted[0]?.cutoff, sorted.at(-1)?.cutoff];
  const plotted = Plot.plot({
    document,
    width,
    height,
    ...choiceMargins,
    x: { domain: from < to ? [from, to] : [0, 1] },
    y: { domain: [0, 1] },
    marks: [
      upwardAxis("Share", (value) => percent(value, 0)),
      Plot.axisX({
        ticks: 5,
        tickSize: 0,
        label: "Cutoff: keep detections of at least this score",
        labelArrow: "right",
        labelOffset: 37,
        fill: color("muted"),
      }),
      drawn.map(({ rows, hue }) => [
        Plot.areaY(rows, { x: "x", y1: "bandLower", y2: "bandUpper", fill: color(hue), fillOpacity: 0.16 }),
        Plot.line(rows, { x: "x", y: "value", stroke: color(hue), strokeWidth: 2 }),
      ]),
      best === null ? [] : Plot.ruleX([best], { stroke: color("reference"), strokeDasharray: "4 3" }),
      Plot.text(drawn, {
        x: ({ at }: { at: number }) => (from < to ? from + (to - from) * at : at),
        y: 1.06,
        text: ({ name }: { name: string }) => `━ ${name}`,
        textAnchor: "start",
        fontSize: 11,
        fontWeight: 600,
        fill: ({ hue }: { hue: (typeof lines)[number]["hue"] }) => color(hue),
        clip: false,
      }),
    ],
  });
  return finish(plotted, label);
}
