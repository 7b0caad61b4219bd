import { color } from "./palette.ts";
import { type Step, stepArea } from "./step-area.ts";
import { runsOf, type Stretch } from "./stretch.ts";
import { pathMark, type TimePlotOptions, timePlot } from "./time-plot.ts";
import { count } from "./words.ts";

/** Predictions of one stretch of time and how many of them have an outcome so far. */
export interface TimeTraffic extends Stretch {
  readonly predictions: number;
  readonly labelled: number;
  /** False: outcomes are still to come; the stretch is hatched. */
  readonly mature: boolean;
  /** What a pointer that rests on the stretch is told. */
  readonly title: string;
}

/**
 * Predictions over time, those with an outcome below and those without above; stretches whose outcomes are still to come are
 * hatched.
 *
 * @param stretches oldest first; where one is missing there is a gap
 * @param options where and how large, the window, and what was changed when
 */
export function trafficOverTime(stretches: readonly TimeTraffic[], options: TimePlotOptions): SVGSVGElement {
  const most = stretches.reduce((top, { predictions }) => Math.max(top, predictions), 0);
  const runs = runsOf(stretches);
  return timePlot(
    {
      title: "Predictions over time",
      yLabel: "Predictions",
      y: { domain: [0, Math.max(1, most)], nice: true },
      yFormat: (value) => (value >= 10_000 ? `${Number((value / 1000).toPrecision(4))}k` : count(value)),
      legend: [
        { text: "■ with an outcome", color: "series-1" },
        { text: "□ without so far", color: "muted" },
      ],
      stretches,
      hatched: { stretches: stretches.filter(({ mature }) => !mature), words: "outcomes still to come" },
      titles: stretches,
      marks: (frame) => {
        const steps = (yOf: (value: number) => number, ends: (stretch: TimeTraffic) => readonly [number, number]) =>
          runs.map((run) =>
            run.flatMap((stretch): Step[] => {
              const x1 = Math.max(frame.left, frame.positionOf(stretch.start));
              const x2 = Math.min(frame.right, frame.positionOf(stretch.end));
              const [bottom, top] = ends(stretch);
              return x2 > x1 ? [{ x1, x2, top: yOf(top), bottom: yOf(bottom) }] : [];
            }),
          );
        return [
          pathMark(
            ({ yOf }) =>
              steps(yOf, ({ labelled, predictions }) => [labelled, predictions])
                .map(stepArea)
                .join(""),
            { fill: color("muted"), "fill-opacity": "0.22", stroke: color("muted"), "stroke-width": "1" },
          ),
          pathMark(
            ({ yOf }) =>
              steps(yOf, ({ labelled }) => [0, labelled])
                .map(stepArea)
                .join(""),
            { fill: color("series-1"), "fill-opacity": "0.75" },
          ),
        ];
      },
    },
    options,
  );
}
