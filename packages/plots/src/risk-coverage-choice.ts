import type { PolicyPoint } from "@candor/core";
import * as Plot from "@observablehq/plot";
import { choiceMargins, choiceRoom, chosenMark, coverageAxis, upwardAxis } from "./choice-marks.ts";
import { finish } from "./finish.ts";
import { color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { thin } from "./thin.ts";
import { percent } from "./words.ts";

/** What is marked on a risk-coverage curve. */
export interface RiskCoverageChoiceOptions extends PlotOptions {
  /** Where the policy lies; nothing is marked where it acts on no row. */
  readonly chosen?: {
    readonly coverage: number;
    readonly error: number;
    readonly lower: number;
    readonly upper: number;
  };
  /** Largest acceptable share of errors, drawn as a line. */
  readonly maxError?: number;
}

/** The largest share of errors that `riskCoverageChoice` shows. */
export function riskCoverageRoof(points: readonly PolicyPoint[], maxError = 0, chosenError = 0): number {
  const highest = points.reduce(
    (top, { error, coverage, errorUpper }) => Math.max(top, error, coverage > 0.05 ? errorUpper : 0),
    1.3 * maxError,
  );
  return Math.max(0.01, choiceRoom * Math.min(1, Math.max(highest, chosenError)));
}

/**
 * The risk-coverage curve with the choice of a policy: the share wrong among the rows acted on, for every threshold.
 *
 * @param points in order of growing coverage
 * @param options where and how large, what was chosen, and the target
 */
export function riskCoverageChoice(points: readonly PolicyPoint[], options: RiskCoverageChoiceOptions): SVGSVGElement {
  const {
    document,
    width = 420,
    height = 300,
    label = "Risk-coverage curve with the choice",
    chosen,
    maxError,
  } = options;
  const drawn = thin(points, 300);
  const roof = riskCoverageRoof(points, maxError, chosen?.error);
  const cut = (value: number) => Math.min(roof, value);
  const digits = roof < 0.04 ? 1 : 0;
  const plotted = Plot.plot({
    document,
    width,
    height,
    ...choiceMargins,
    x: { domain: [0, 1] },
    y: { domain: [0, roof] },
    marks: [
      upwardAxis("Share of those that was wrong", (value) => percent(value, digits)),
      coverageAxis(),
      Plot.areaY(
        drawn.map(({ coverage, errorLower, errorUpper }) => ({
          coverage,
          lower: cut(errorLower),
          upper: cut(errorUpper),
        })),
        { x: "coverage", y1: "lower", y2: "upper", fill: color("series-1"), fillOpacity: 0.2 },
      ),
      maxError === undefined
        ? []
        : [
            Plot.ruleY([maxError], { stroke: color("reference"), strokeDasharray: "4 3" }),
            Plot.text([`at most ${percent(maxError, maxError < 0.1 ? 1 : 0)}`], {
              x: 1,
              y: maxError,
              dx: -2,
              dy: -8,
              textAnchor: "end",
              fontSize: 11,
              fill: color("muted"),
              stroke: color("paper"),
              strokeWidth: 3,
            }),
          ],
      Plot.line(drawn, { x: "coverage", y: "error", stroke: color("series-1"), strokeWidth: 2 }),
      Plot.ruleY([0], { stroke: color("reference") }),
      chosen === undefined
        ? []
        : chosenMark(
            {
              x: chosen.coverage,
              y: chosen.error,
              lower: chosen.lower,
              upper: cut(chosen.upper),
              text: `${percent(chosen.error)} wrong of ${percent(chosen.coverage)}`,
            },
            0.5,
            roof,
          ),
    ],
  });
  return finish(plotted, label);
}
