import type { PolicyPoint, Thresholds } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { choiceMargins, upwardAxis } from "./choice-marks.ts";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thin } from "./thin.ts";
import { percent } from "./words.ts";

/** How the rows are divided. */
export interface ReviewVolumeOptions extends PlotOptions {
  readonly thresholds: Thresholds;
  /** Shares of all rows that are left alone and reviewed; the rest is acted on. */
  readonly abstained: number;
  readonly reviewed: number;
  /** What the score is, for the axis. Default: confidence. */
  readonly on?: "confidence" | "positive";
}

/**
 * How many rows lie below each threshold, and how the policy divides them: left alone below, reviewed between, acted on above.
 *
 * @param points of a policy
 * @param options where and how large, the thresholds and the shares
 */
export function reviewVolume(points: readonly PolicyPoint[], options: ReviewVolumeOptions): SVGSVGElement {
  const { document, width = 420, height = 300, label = "Which rows are reviewed", on = "confidence" } = options;
  const { thresholds, abstained, reviewed } = options;
  const sorted = points.toSorted((a, b) => a.threshold - b.threshold);
  const below = thin(
    sorted.map(({ threshold, coverage }) => ({ threshold, share: 1 - coverage })),
    300,
  );
  const [from = 0, to = 1] = [sorted[0]?.threshold, sorted.at(-1)?.threshold];
  const start = Math.min(on === "positive" ? 0 : from, from);
  const steps = [{ threshold: start, share: 0 }, ...below, { threshold: Math.max(1, to), share: 1 }];
  const bands = [
    { name: "act", from: abstained + reviewed, to: 1, hue: "good" },
    { name: "review", from: abstained, to: abstained + reviewed, hue: "series-2" },
    { name: "abstain", from: 0, to: abstained, hue: "muted" },
  ] as const;
  const shown = bands.filter((band) => band.to - band.from > 1e-9);
  const lines = [thresholds.act, thresholds.abstain]
    .filter((threshold) => threshold !== null)
    .filter((threshold) => threshold >= start && threshold <= Math.max(1, to));
  const middle = (start + Math.max(1, to)) / 2;
  const reviewedAt = ((thresholds.abstain ?? start) + (thresholds.act ?? Math.max(1, to))) / 2;
  const isRight = (name: (typeof bands)[number]["name"]) =>
    name === "abstain" || (name === "review" && reviewedAt <= middle);
  const plotted = Plot.plot({
    document,
    width,
    height,
    ...choiceMargins,
    x: { domain: [start, Math.max(1, to)] },
    y: { domain: [0, 1] },
    marks: [
      shown.map((band) =>
        Plot.rect([band], {
          x1: start,
          x2: Math.max(1, to),
          y1: "from",
          y2: "to",
          fill: color(band.hue),
          fillOpacity: 0.09,
        }),
      ),
      upwardAxis("Share of rows below", (value) => percent(value, 0)),
      Plot.axisX({
        ticks: 5,
        tickSize: 0,
        label: on === "positive" ? "Probability of the positive class" : "Confidence",
        labelArrow: "right",
        labelOffset: 37,
        fill: color("muted"),
      }),
      Plot.ruleX(lines, { stroke: color("reference"), strokeDasharray: "4 3" }),
      Plot.line(steps, { x: "threshold", y: "share", curve: "step-before", stroke: color("series-1"), strokeWidth: 2 }),
      shown.map((band) =>
        Plot.text([`${band.name} ${percent(band.to - band.from)}`], {
          x: isRight(band.name) ? Math.max(1, to) : start,
          y: (band.from + band.to) / 2,
          dx: isRight(band.name) ? -8 : 8,
          textAnchor: isRight(band.name) ? "end" : "start",
          fontSize: 12,
          fontWeight: 600,
          fill: color(band.hue),
          stroke: color("paper"),
          strokeWidth: 4,
        }),
      ),
      Plot.ruleY([0], { stroke: color("reference") }),
    ],
  });
  return finish(plotted, label);
}
