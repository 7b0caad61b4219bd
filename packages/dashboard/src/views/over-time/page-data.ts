import { visibleText } from "@candor/core";
import type { Series, SeriesPoint } from "../../api/api-types.ts";
import type { UrlControl } from "../../state/url-state.ts";
import type { Change } from "./changes.ts";
import type { Line } from "./findings.ts";
import type { Window } from "./framed.ts";
import type { Bucket, Stretch } from "./stretches.ts";

/** What all pictures of the page are made of. */
export interface PageData {
  readonly model: string;
  readonly bucket: Bucket;
  readonly level: number;
  /** One per version, oldest first. */
  readonly lines: readonly Line[];
  readonly window: Window;
  readonly changes: readonly Change[];
  /** Looks at the stretch that a time lies in. */
  readonly pick: (time: number) => void;
  /** A link that keeps the filters. */
  readonly link: UrlControl["link"];
}

/** The lines of a reply, oldest first, and how many were left out because they cannot be told apart. */
export function linesOf(series: Series["series"], most: number): { lines: Line[]; left: number } {
  const all = series
    .map(({ stream, points }) => ({
      version: stream.version,
      name: visibleText(stream.version, 40),
      task: stream.task,
      points,
    }))
    .filter(({ points }) => points.length > 0)
    .sort((a, b) => (a.points.at(-1)?.end ?? 0) - (b.points.at(-1)?.end ?? 0) || (a.version < b.version ? -1 : 1));
  return { lines: all.slice(-most), left: Math.max(0, all.length - most) };
}

/** From the first to the last stretch of all lines. */
export function windowOfLines(lines: readonly Line[]): Window {
  const ends = lines.flatMap(({ points }) => points);
  return {
    from: ends.reduce((least, { start }) => Math.min(least, start), Infinity),
    to: ends.reduce((most, { end }) => Math.max(most, end), -Infinity),
  };
}

/** All stretches of all lines, oldest first. */
export function stretchesOf(lines: readonly Line[]): readonly Stretch[] {
  const byStart = new Map(
    lines.flatMap(({ points }) => points.map(({ start, end }) => [start, { start, end }] as const)),
  );
  return [...byStart.values()].sort((a, b) => a.start - b.start);
}

/** Stretches that two versions may share where one took over from the other. */
const mostShared = 2;

/**
 * Versions that took over from each other as one line, so that their confidences are seen side by side; versions that ran at
 * the same time stay apart. In a stretch that two share the histogram is that of both and there are no quantiles.
 */
export function inSuccession(lines: readonly Line[]): readonly Line[] {
  const byStart = new Map<number, SeriesPoint[]>();
  for (const { points } of lines)
    for (const point of points) byStart.set(point.start, [...(byStart.get(point.start) ?? []), point]);
  const shared = [...byStart.values()].filter(({ length }) => length > 1).length;
  const [first] = lines;
  const isOneKind = lines.every(({ task }) => task === first?.task);
  if (first === undefined || lines.length === 1 || !isOneKind || shared > mostShared * (lines.length - 1)) return lines;
  const points = [...byStart.values()].flatMap((found) => together(found)).sort((a, b) => a.start - b.start);
  return [{ version: first.version, name: lines.map(({ name }) => name).join(", "), task: first.task, points }];
}

function together(points: readonly SeriesPoint[]): SeriesPoint[] {
  const [first] = points;
  if (first === undefined || points.length === 1) return [...points];
  const total = (of: (point: SeriesPoint) => number): number => points.reduce((sum, point) => sum + of(point), 0);
  const known = (point: SeriesPoint): number => point.predictions - point.withoutConfidence;
  const all = Math.max(1, total(known));
  const histogram = (first.histogram ?? []).map(
    (_, b) => total((point) => (point.histogram?.[b] ?? 0) * known(point)) / all,
  );
  const served = total((point) => (point.served ?? 0) * known(point)) / all;
  const predictions = total((point) => point.predictions);
  return [{ ...first, predictions, withoutConfidence: predictions - total(known), histogram, served, quantiles: null }];
}
