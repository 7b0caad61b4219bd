import type { CurvePoint } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thin } from "./thin.ts";
import { unitSquare } from "./unit-square.ts";

/** What counts as a target, and the share of targets, when known. */
export interface PrecisionRecallOptions extends PlotOptions {
  /** `positive`: rows of the positive class; `correct`: rows the model got right; `boxes`: true boxes. Default `positive`. */
  readonly target?: "positive" | "correct" | "boxes";
  /** Share of targets among all rows: the precision of a random order, drawn as a reference line. */
  readonly baseRate?: number;
}

const labels = {
  positive: { xLabel: "Recall: share of positives found", yLabel: "Precision: share truly positive" },
  correct: { xLabel: "Recall: share of correct rows kept", yLabel: "Precision: share truly correct" },
  boxes: { xLabel: "Recall: share of true boxes found", yLabel: "Precision: share of detections right" },
} as const;

/**
 * The precision-recall curve over all thresholds.
 *
 * @param points x: recall, y: precision
 * @param options where and how large, what a target is, and the base rate
 */
export function precisionRecall(points: readonly CurvePoint[], options: PrecisionRecallOptions): SVGSVGElement {
  const { target = "positive", baseRate } = options;
  const drawn = thin(points, 400);
  const reference =
    baseRate === undefined || !Number.isFinite(baseRate)
      ? []
      : [
          Plot.ruleY([baseRate], { stroke: color("reference"), strokeDasharray: "4 3" }),
          Plot.text(["no better than chance"], {
            x: 0,
            y: baseRate,
            dx: 4,
            dy: baseRate > 0.1 ? 9 : -8,
            textAnchor: "start",
            fontSize: 10,
            fill: color("muted"),
            stroke: color("paper"),
            strokeWidth: 3,
          }),
        ];
  return unitSquare(
    {
      ...labels[target],
      label: "Precision-recall curve",
      marks: [reference, Plot.line(drawn, { x: "x", y: "y", stroke: color("series-1"), strokeWidth: 2 })],
    },
    options,
  );
}
