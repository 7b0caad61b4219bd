import type { SeriesPoint } from "../../api/api-types.ts";
import { countText, measureText, numberText, valueText } from "../../parts/numbers.ts";
import { type Bucket, bucketWords, stretchText } from "./stretches.ts";

/** The points of one version. */
export interface Line {
  readonly version: string;
  /** The version as it is shown. */
  readonly name: string;
  readonly task: "binary" | "confidence";
  readonly points: readonly SeriesPoint[];
}

type Estimated = "gap" | "ece" | "slope";

/** A point with a number. */
interface Counted {
  readonly point: SeriesPoint;
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

function counted(points: readonly SeriesPoint[], name: Estimated): Counted[] {
  return points.flatMap((point) => {
    const found = point[name];
    return point.mature && found !== undefined && found.value !== null ? [{ point, ...found }] : [];
  });
}

/** How many of how many stretches, such as `12 of 76 days`. */
function ofAll(some: number, all: number, bucket: Bucket): string {
  return `${countText(some)} of ${countText(all)} ${bucketWords(bucket, all)}`;
}

/** What the evidence says of a version, in a sentence or two. */
export function evidenceSentence({ points }: Line, bucket: Bucket): string {
  const tested = points.filter(({ evidence }) => evidence !== null && evidence !== undefined);
  const flagged = tested.filter(({ evidence }) => evidence?.flagged);
  const young = points.filter(({ mature }) => !mature).length;
  const waiting =
    young === 0 ? "" : ` ${countText(young)} ${bucketWords(bucket, young)} (hatched) still wait for outcomes.`;
  if (tested.length === 0) return `No ${bucket} has outcomes to judge by yet.${waiting}`;
  const [first, last] = [flagged[0], flagged.at(-1)];
  if (first === undefined || last === undefined)
    return `None of ${countText(tested.length)} ${bucketWords(bucket, tested.length)} with outcomes speaks against these confidences. One ${bucket} alone may hold too few outcomes to tell; the rows below put them together.${waiting}`;
  const when =
    flagged.length === 1
      ? `: ${stretchText(first, bucket)}`
      : `, from ${stretchText(first, bucket)} to ${stretchText(last, bucket)}`;
  const after = tested.filter(({ start }) => start > last.start).length;
  const run = flaggedSince(points);
  const since =
    after > 0
      ? ` None of the ${countText(after)} after that.`
      : run === null || run.count === 1
        ? " The newest with outcomes is among them."
        : ` The newest ${countText(run.count)} are flagged without a break, since ${stretchText(run.first, bucket)}.`;
  return `${ofAll(flagged.length, tested.length, bucket)} with outcomes speak against these confidences (◆, of which at most 5 % are expected to be false alarms)${when}.${since}${waiting}`;
}

/** The newest stretches with evidence as far back as all of them are flagged; null where the newest is not. */
export function flaggedSince(
  points: readonly SeriesPoint[],
): { readonly first: SeriesPoint; readonly count: number } | null {
  const tested = points.filter(({ evidence }) => evidence !== null && evidence !== undefined);
  const clear = tested.findLastIndex(({ evidence }) => !evidence?.flagged);
  const first = tested[clear + 1];
  return first === undefined ? null : { first, count: tested.length - clear - 1 };
}

/** What the gap shows. */
export function gapSentence({ points }: Line, bucket: Bucket, level: number): string {
  const all = counted(points, "gap");
  const missing = without(points, "gap", bucket);
  if (all.length === 0) return missing === "" ? noneYet(bucket) : missing.trim();
  const high = all.filter(({ lower }) => lower !== null && lower > 0);
  const low = all.filter(({ upper }) => upper !== null && upper < 0);
  const chance = (all.length * (1 - level)) / 2;
  const widest = all.reduce((most, one) => (sureGap(one) > sureGap(most) ? one : most));
  const example =
    sureGap(widest) > 0
      ? ` Furthest from 0 beyond doubt: ${stretchText(widest.point, bucket)}, ${measureText({ ...widest, n: 0 }, "points")}.`
      : "";
  return (
    `Stated too high on ${ofAll(high.length, all.length, bucket)} and too low on ${countText(low.length)} (interval on one side of 0); ` +
    `right confidences would show about ${numberText(chance, "plain", 1)} of each.${example}${missing}`
  );
}

/** How far from 0 an interval surely is. */
function sureGap({ lower, upper }: Counted): number {
  return Math.max(0, lower ?? 0, -(upper ?? 0));
}

/** What the calibration error shows. */
export function eceSentence({ points }: Line, bucket: Bucket): string {
  const all = counted(points, "ece");
  if (all.length === 0) return noneYet(bucket);
  const above = all.filter(({ lower }) => lower !== null && lower > 0);
  const floors = all.flatMap(({ point }) => (typeof point.noiseFloor === "number" ? [point.noiseFloor] : []));
  const floor = floors.sort((a, b) => a - b)[Math.floor(floors.length / 2)];
  const words =
    floor === undefined
      ? ""
      : ` By chance alone a perfect model would show about ${valueText(floor, "plain")} (dashed); that much is taken off already.`;
  return `Interval above 0 on ${ofAll(above.length, all.length, bucket)}.${words}`;
}

/** What the slope shows. */
export function slopeSentence({ points }: Line, bucket: Bucket): string {
  const all = counted(points, "slope");
  const missing = without(points, "slope", bucket);
  if (all.length === 0) return missing === "" ? noneYet(bucket) : missing.trim();
  const extreme = all.filter(({ upper }) => upper !== null && upper < 1);
  const timid = all.filter(({ lower }) => lower !== null && lower > 1);
  return `Too extreme (interval below 1) on ${ofAll(extreme.length, all.length, bucket)}, too timid (above 1) on ${countText(timid.length)}.${missing}`;
}

/** Where confidences lay. */
export function confidenceSentence({ points }: Line, bucket: Bucket): string {
  const known = points.filter(({ quantiles }) => quantiles !== null && quantiles !== undefined);
  const [first, last] = [known[0], known.at(-1)];
  if (!first?.quantiles || !last?.quantiles) return "No prediction has a confidence.";
  const of = (point: SeriesPoint, { p05, p50, p95 }: { p05: number; p50: number; p95: number }): string =>
    `${valueText(p50, "share")} (90 % of all between ${numberText(p05, "share")} and ${numberText(p95, "share")}) on ${stretchText(point, bucket)}`;
  if (first === last) return `Median ${of(first, first.quantiles)}.`;
  return `Median ${of(first, first.quantiles)}; ${of(last, last.quantiles)}. Needs no outcomes, so the newest are in.`;
}

/** Why there is no number where outcomes are in: the most common reason, with how often there is any. */
function without(points: readonly SeriesPoint[], name: Estimated, bucket: Bucket): string {
  const reasons = points.flatMap((point) => {
    const found = point[name];
    return point.mature && found !== undefined && found.value === null ? [found.reason] : [];
  });
  if (reasons.length === 0) return "";
  const often = (reason: string): number => reasons.filter((other) => other === reason).length;
  const common = [...new Set(reasons)].reduce((most, reason) => (often(reason) > often(most) ? reason : most));
  return ` ${countText(reasons.length)} ${bucketWords(bucket, reasons.length)} ${reasons.length === 1 ? "has" : "have"} no number, mostly: ${common}.`;
}

function noneYet(bucket: Bucket): string {
  return `No ${bucket} has outcomes to estimate from yet.`;
}
