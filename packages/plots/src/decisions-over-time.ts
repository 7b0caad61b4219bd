import { hatch } from "./hatch.ts";
import { type ColorName, color } from "./palette.ts";
import { type Step, stepArea } from "./step-area.ts";
import { runsOf, type Stretch } from "./stretch.ts";
import type { TimeFrame } from "./time-frame.ts";
import { pathMark, type TimePlotOptions, timePlot } from "./time-plot.ts";
import { percent } from "./words.ts";

/** Shares of decisions in one stretch of time; they add up to 1. */
export interface TimeDecisions extends Stretch {
  readonly act: number;
  readonly review: number;
  readonly abstain: number;
  readonly none: number;
  /** What a pointer that rests on the stretch is told. */
  readonly title: string;
}

type Decision = "act" | "review" | "abstain" | "none";

/** From the bottom to the top. */
const order: readonly Decision[] = ["act", "review", "abstain", "none"];

const looks: Readonly<Record<Decision, { text: string; color: ColorName; opacity: string; hatched: boolean }>> = {
  act: { text: "■ act", color: "series-1", opacity: "0.8", hatched: false },
  review: { text: "■ review", color: "series-2", opacity: "0.6", hatched: false },
  abstain: { text: "▨ abstain", color: "muted", opacity: "0.3", hatched: true },
  none: { text: "□ no decision", color: "muted", opacity: "0.12", hatched: false },
};

/**
 * Shares of decisions over time, stacked from acting at the bottom to none at the top; what never happened is left out.
 *
 * @param stretches oldest first; where one is missing there is a gap
 * @param options where and how large, the window, and what was changed when
 */
export function decisionsOverTime(stretches: readonly TimeDecisions[], options: TimePlotOptions): SVGSVGElement {
  const present = order.filter((name) => stretches.some((stretch) => stretch[name] > 1e-9));
  const runs = runsOf(stretches);
  return timePlot(
    {
      title: "Decisions over time",
      yLabel: "Share of predictions",
      y: { domain: [0, 1] },
      yFormat: (value) => percent(value, 0),
      legend: present.map((name) => ({ text: looks[name].text, color: looks[name].color })),
      stretches,
      titles: stretches,
      marks: (frame) =>
        present.flatMap((name) => {
          const { color: hue, opacity, hatched } = looks[name];
          const stepsOf = (yOf: (value: number) => number) => runs.map((run) => stepsIn(run, name, frame, yOf));
          return [
            pathMark(({ yOf }) => stepsOf(yOf).map(stepArea).join(""), {
              fill: color(hue),
              "fill-opacity": opacity,
              stroke: color("paper"),
              "stroke-width": "0.75",
            }),
            hatched
              ? pathMark(
                  ({ yOf }) =>
                    hatch(
                      stepsOf(yOf).flatMap((steps) =>
                        steps.map(({ x1, x2, top, bottom }) => ({ x1, x2, y1: top, y2: bottom })),
                      ),
                      5,
                    ),
                  { stroke: color(hue), "stroke-opacity": "0.8", fill: "none" },
                )
              : null,
          ];
        }),
    },
    options,
  );
}

function stepsIn(
  run: readonly TimeDecisions[],
  name: Decision,
  frame: TimeFrame,
  yOf: (value: number) => number,
): Step[] {
  return run.flatMap((stretch) => {
    const x1 = Math.max(frame.left, frame.positionOf(stretch.start));
    const x2 = Math.min(frame.right, frame.positionOf(stretch.end));
    let below = 0;
    for (const other of order) {
      if (other === name) break;
      below += stretch[other];
    }
    const above = Math.min(1, below + stretch[name]);
    return x2 > x1 ? [{ x1, x2, top: yOf(above), bottom: yOf(Math.min(1, below)) }] : [];
  });
}
