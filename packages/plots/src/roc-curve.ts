import type { CurvePoint } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thin } from "./thin.ts";
import { diagonal, unitSquare } from "./unit-square.ts";

/** What counts as positive, and how to say it. */
export interface RankingOptions extends PlotOptions {
  /**
   * `positive`: rows of the positive class; `correct`: rows the model got right; `outside`: rows unlike the training data.
   * Default `positive`.
   */
  readonly target?: "positive" | "correct" | "outside";
}

const labels = {
  positive: { xLabel: "Share of negatives above threshold", yLabel: "Share of positives above threshold" },
  correct: { xLabel: "Share of wrong rows above threshold", yLabel: "Share of correct rows above threshold" },
  outside: { xLabel: "Share of inside rows called outside", yLabel: "Share of outside rows found" },
} as const;

/**
 * The ROC curve: the share of targets found against the share of the others taken for one, over all thresholds.
 *
 * @param points x: false positive rate, y: true positive rate
 * @param options where and how large, and what a target is
 */
export function rocCurve(points: readonly CurvePoint[], options: RankingOptions): SVGSVGElement {
  const { target = "positive" } = options;
  const drawn = thin(points, 400);
  return unitSquare(
    {
      ...labels[target],
      label: "ROC curve",
      marks: [
        diagonal(),
        Plot.text(["no better than chance"], {
          x: 0.6,
          y: 0.6,
          rotate: -45,
          dx: 7,
          dy: 7,
          fontSize: 10,
          fill: color("muted"),
          stroke: color("paper"),
          strokeWidth: 3,
        }),
        Plot.line(drawn, { x: "x", y: "y", stroke: color("series-1"), strokeWidth: 2 }),
      ],
    },
    options,
  );
}
