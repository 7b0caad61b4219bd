import type { CurvePoint } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import type { RankingOptions } from "./roc-curve.ts";
import { thin } from "./thin.ts";
import { unitSquare } from "./unit-square.ts";

/** The share of targets, when known. */
export interface PrecisionRecallOptions extends RankingOptions {
  /** Share of targets among all rows: the precision of a random order, drawn as a reference line. */
  readonly baseRate?: number;
}

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
      xLabel: target === "positive" ? "Recall: share of positives found" : "Recall: share of correct rows kept",
      yLabel: target === "positive" ? "Precision: share truly positive" : "Precision: share truly correct",
      label: "Precision-recall curve",
      marks: [reference, Plot.line(drawn, { x: "x", y: "y", stroke: color("series-1"), strokeWidth: 2 })],
    },
    options,
  );
}
