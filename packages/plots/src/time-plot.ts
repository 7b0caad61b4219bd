import * as Plot from "@observablehq/plot";
import { type PlacedChange, placeChanges, type TimeChange } from "./change-labels.ts";
import { finish } from "./finish.ts";
import { hatch } from "./hatch.ts";
import { type ColorName, color } from "./palette.ts";
import type { PlotOptions } from "./plot-options.ts";
import { runsOf, type Stretch } from "./stretch.ts";
import { type TimeFrame, timeFrame, timeMargins } from "./time-frame.ts";
import { timeTickFormat } from "./time-ticks.ts";

/** What every picture over time can be told. */
export interface TimePlotOptions extends PlotOptions {
  /** Ends of what is shown, milliseconds since 1970. Default: those of the data. */
  readonly from?: number;
  readonly to?: number;
  /** Zone of the labels of the axis: `local` is the reader's. Default `utc`. */
  readonly zone?: "utc" | "local";
  /** What was changed when: lines with labels. */
  readonly changes?: readonly TimeChange[];
  /** For small multiples: neither the label of the axis nor the legend, which stand above all of them. Default false. */
  readonly bare?: boolean;
}

/** An entry of a legend. */
export interface LegendEntry {
  readonly text: string;
  readonly color: ColorName;
}

/** What is drawn over time. */
export interface TimePicture {
  /** Used where no label is given. */
  readonly title: string;
  readonly yLabel: string;
  readonly y: Plot.ScaleOptions;
  readonly yFormat: (value: number) => string;
  readonly legend: readonly LegendEntry[];
  /** All stretches that there are numbers of, in order of time for each stream. */
  readonly stretches: readonly Stretch[];
  /** Stretches behind which the area is hatched, with the words for it. */
  readonly hatched?: { readonly stretches: readonly Stretch[]; readonly words: string };
  /** Stretches with what a pointer that rests on them is told. */
  readonly titles: readonly (Stretch & { readonly title: string })[];
  readonly marks: (frame: TimeFrame) => Plot.Markish[];
}

const LETTER = 6.3;
const ROW = 16;
const LANE = 14;
const LEGEND_GAP = 14;

/**
 * A picture over time: a time axis, hatched stretches, the marks, changes with labels that do not overlap, and words for
 * every stretch. Pictures of the same width and window are aligned with each other.
 */
export function timePlot(picture: TimePicture, options: TimePlotOptions): SVGSVGElement {
  const { document, width = 760, zone = "utc", changes = [], bare = false, label = picture.title } = options;
  const frame = timeFrame(width, options, picture.stretches);
  const placed = placeChanges(changes, frame);
  const { rows, texts } = bare ? { rows: 0, texts: [] } : heading(picture, frame);
  const hatching = hatched(picture, frame);
  const lanes = 1 + Math.max(-1, ...placed.map(({ lane = -1 }) => lane));
  const marginTop = 6 + ROW * rows + LANE * lanes + 8;
  const { height = marginTop + (bare ? 130 : 180) } = options;
  const shortest = picture.stretches.reduce(
    (least, { start, end }) => Math.min(least, end - start),
    frame.to - frame.from,
  );
  const ticks = Math.max(2, Math.min((frame.right - frame.left) / 72, (frame.to - frame.from) / shortest));
  const inside = picture.titles.filter(({ start, end }) => end > frame.from && start < frame.to);
  const plotted = Plot.plot({
    document,
    width,
    height,
    marginTop,
    marginRight: timeMargins.right,
    marginBottom: 26,
    marginLeft: timeMargins.left,
    x: { type: zone === "utc" ? "utc" : "time", domain: [new Date(frame.from), new Date(frame.to)] },
    y: picture.y,
    marks: [
      hatching.lines,
      Plot.gridY({ ticks: 4, stroke: color("line"), strokeOpacity: 1 }),
      Plot.axisX({
        ticks,
        tickFormat: timeTickFormat(zone),
        tickSize: 3,
        label: null,
        fill: color("muted"),
        stroke: color("reference"),
      }),
      Plot.axisY({ ticks: 4, tickFormat: picture.yFormat, tickSize: 0, label: null, fill: color("muted") }),
      picture.marks(frame),
      hatching.words,
      changeMarks(placed),
      texts.map(({ text, x, row, color: fill }) =>
        Plot.text([text], {
          frameAnchor: "top-left",
          textAnchor: "start",
          lineAnchor: "top",
          dx: x - frame.left,
          dy: 6 + ROW * row - marginTop,
          fontSize: 12,
          fill: color(fill),
        }),
      ),
      Plot.rectX(inside, {
        x1: ({ start }: Stretch) => new Date(Math.max(start, frame.from)),
        x2: ({ end }: Stretch) => new Date(Math.min(end, frame.to)),
        fill: "none",
        pointerEvents: "all",
        title: "title",
      }),
    ],
  });
  return finish(plotted, label);
}

/** Where the label of the axis and the entries of the legend go, from left to right in as many rows as they need. */
function heading({ yLabel, legend }: TimePicture, { right }: TimeFrame) {
  let [x, row] = [4, 0];
  const entries: LegendEntry[] = [{ text: `↑ ${yLabel}`, color: "muted" }, ...legend];
  const texts = entries.map(({ text, color: name }, k) => {
    const width = [...text].length * LETTER;
    if (k > 0 && x + width > right + timeMargins.right) [x, row] = [4, row + 1];
    const at = { text, color: name, x, row };
    x += width + LEGEND_GAP;
    return at;
  });
  return { rows: row + 1, texts };
}

function hatched(
  { hatched: wanted }: TimePicture,
  frame: TimeFrame,
): { readonly lines: Plot.Markish; readonly words: Plot.Markish } {
  const stretches = [...(wanted?.stretches ?? [])].sort((a, b) => a.start - b.start);
  const areas = runsOf(distinct(stretches)).flatMap((run) => {
    const x1 = Math.max(frame.left, frame.positionOf(run[0]?.start ?? 0));
    const x2 = Math.min(frame.right, frame.positionOf(run.at(-1)?.end ?? 0));
    return x2 > x1 ? [{ x1, x2 }] : [];
  });
  const last = areas.at(-1);
  if (wanted === undefined || last === undefined) return { lines: null, words: null };
  const fits = last.x2 - last.x1 > [...wanted.words].length * LETTER;
  return {
    lines: pathMark(
      ({ marginTop, marginBottom, height }) =>
        hatch(areas.map((area) => ({ ...area, y1: marginTop, y2: height - marginBottom }))),
      { stroke: color("reference"), "stroke-opacity": "0.5", fill: "none" },
    ),
    words: fits
      ? Plot.text([wanted.words], {
          frameAnchor: "top-left",
          textAnchor: "middle",
          dx: (last.x1 + last.x2) / 2 - frame.left,
          dy: 8,
          fontSize: 11,
          fill: color("muted"),
          stroke: color("paper"),
          strokeWidth: 4,
        })
      : null,
  };
}

function distinct(sorted: readonly Stretch[]): Stretch[] {
  return sorted.filter(({ start }, k) => start !== sorted[k - 1]?.start);
}

function changeMarks(placed: readonly PlacedChange[]): Plot.Markish[] {
  const x = ({ time }: PlacedChange) => new Date(time);
  const named = placed.filter(({ lane }) => lane !== undefined);
  return [
    Plot.ruleX(
      placed.filter(({ kind }) => kind === "deploy"),
      { x, stroke: color("ink"), strokeWidth: 1.2, strokeOpacity: 0.75 },
    ),
    Plot.ruleX(
      placed.filter(({ kind }) => kind === "promotion"),
      { x, stroke: color("ink"), strokeWidth: 1.2, strokeOpacity: 0.75, strokeDasharray: "2 3" },
    ),
    named.map((change) =>
      Plot.text([change], {
        x,
        frameAnchor: "top",
        lineAnchor: "bottom",
        textAnchor: change.anchor,
        dx: change.anchor === "start" ? -4 : 4,
        dy: -3 - LANE * (change.lane ?? 0),
        text: "text",
        fontSize: 11,
        fill: color("ink"),
      }),
    ),
  ];
}

/** What a path may be drawn from. */
export type PathData = (dimensions: Plot.Dimensions & { readonly yOf: (value: number) => number }) => string;

/** One path as a mark: for what would otherwise take thousands of elements. */
export function pathMark(data: PathData, attributes: Readonly<Record<string, string>>): Plot.RenderFunction {
  return (_index, { y }, _values, dimensions, { document }) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", data({ ...dimensions, yOf: (value) => Number(y?.(value)) }));
    for (const [name, value] of Object.entries(attributes)) path.setAttribute(name, value);
    return path;
  };
}
