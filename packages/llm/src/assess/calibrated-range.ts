import { type BinaryCalibrator, type BinaryMap, calibrateScores, vennAbersInterval } from "@candor/core";
import type { AssessBand } from "./assessment.ts";
import { segmentColumns } from "./decide-answer.ts";

/** Places at which a map that need not rise is looked at between two scores. */
const PLACES = 1000;

/** Where a map bends or jumps. */
function knotsOf(map: BinaryMap): readonly number[] {
  if (map.kind === "step" || map.kind === "interpolated") return map.x;
  if (map.kind === "venn-abers") return [...map.lower.x, ...map.upper.x];
  if (map.kind === "blend") return map.parts.flatMap((part) => knotsOf(part.map));
  return map.kind === "chain" && map.maps[0] !== undefined ? knotsOf(map.maps[0]) : [];
}

/** Scores between two ends, both among them, at which a map may be largest or smallest. */
function placesBetween(map: BinaryMap, from: number, to: number): Float64Array {
  if (from === to) return Float64Array.of(from);
  const even = Array.from({ length: PLACES + 1 }, (_, k) => from + ((to - from) * k) / PLACES);
  return Float64Array.from([...even, ...knotsOf(map).filter((x) => x > from && x < to), from, to]);
}

function rangeOf(values: Float64Array): readonly [number, number] {
  return [values.reduce((a, b) => Math.min(a, b), 1), values.reduce((a, b) => Math.max(a, b), 0)];
}

function inBand({ scores, lower, upper }: AssessBand, x: number): readonly [number, number] {
  const last = scores.length - 1;
  const after = scores.findIndex((score) => score >= x);
  if (after <= 0) {
    const at = after === 0 ? 0 : last;
    return [lower[at] ?? 0, upper[at] ?? 1];
  }
  const [a, b] = [scores[after - 1] ?? 0, scores[after] ?? 1];
  const share = (x - a) / (b - a);
  const between = (ends: readonly number[]): number =>
    (ends[after - 1] ?? 0) + share * ((ends[after] ?? 0) - (ends[after - 1] ?? 0));
  return [between(lower), between(upper)];
}

/** What a calibrated probability can be, and what that covers. */
export interface CalibratedRange {
  readonly interval: readonly [number, number] | null;
  readonly sentence: string;
}

const UNSEEN = "what unseen tokens leave open";

/**
 * What the calibrated probability can be where the raw score lies between two bounds.
 *
 * @param calibrator null where the score is used as it is
 * @param bounds of the raw score; null where not known
 */
export function calibratedRange(
  calibrator: BinaryCalibrator | null,
  bounds: readonly [number, number] | null,
  band: AssessBand | undefined,
  segments: Readonly<Record<string, string>> = {},
): CalibratedRange {
  if (bounds === null) return { interval: null, sentence: "The bounds of the score are not known." };
  const [from, to] = bounds;
  const open = to > from;
  const also = open ? ` and ${UNSEEN}` : "";
  if (calibrator === null)
    return open
      ? { interval: bounds, sentence: `The interval covers ${UNSEEN}.` }
      : { interval: null, sentence: "Nothing is known of how uncertain the score is as a probability." };
  const { map } = calibrator;
  const places = placesBetween(map, from, to);
  if (band !== undefined) {
    const ends = Array.from(places, (x) => inBand(band, x));
    const interval = [Math.min(...ends.map(([low]) => low)), Math.max(...ends.map(([, high]) => high))] as const;
    return {
      interval,
      sentence: `The interval covers the uncertainty of the calibrator at ${100 * band.level} %${also}.`,
    };
  }
  if (map.kind === "venn-abers" && calibrator.segments === null) {
    const { lower, upper } = vennAbersInterval(map, places);
    const interval = [rangeOf(lower)[0], rangeOf(upper)[1]] as const;
    return {
      interval,
      sentence: `The interval is the Venn–Abers pair of the calibrator${open ? `, and covers ${UNSEEN}` : ""}.`,
    };
  }
  if (!open)
    return {
      interval: null,
      sentence: "The calibrator does not say how uncertain its probabilities are; a band does.",
    };
  const columns = segmentColumns(segments, places.length);
  return {
    interval: rangeOf(calibrateScores(calibrator, places, columns)),
    sentence: `The interval covers ${UNSEEN}, not the uncertainty of the calibrator.`,
  };
}
