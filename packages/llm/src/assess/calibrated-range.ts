import { applyBinaryMap, type BinaryCalibrator, type BinaryMap, vennAbersInterval } from "@candor/core";
import type { AssessBand } from "./assessment.ts";

/** Places at which a map that need not rise is looked at between two scores. */
const PLACES = 1000;

/** Where a map bends or jumps. */
function knotsOf(map: BinaryMap): readonly number[] {
  if (map.kind === "step" || map.kind === "interpolated") return map.x;
  if (map.kind === "venn-abers") return [...map.lower.x, ...map.upper.x];
  if (map.kind === "spline") return map.knots.map((logit) => 1 / (1 + Math.exp(-logit)));
  return map.kind === "blend" ? map.parts.flatMap((part) => knotsOf(part.map)) : [];
}

/** Scores between two ends, both among them, at which a map may be largest or smallest: steps count between their knots too. */
function placesBetween(map: BinaryMap, from: number, to: number): Float64Array {
  if (from === to) return Float64Array.of(from);
  const even = Array.from({ length: PLACES + 1 }, (_, k) => from + ((to - from) * k) / PLACES);
  const inside = knotsOf(map).filter((x) => x > from && x < to);
  const bends = [from, ...inside.sort((a, b) => a - b), to];
  const middles = bends.slice(1).map((bend, i) => (bend + (bends[i] ?? bend)) / 2);
  return Float64Array.from([...even, ...bends, ...middles]);
}

function hasChain(map: BinaryMap): boolean {
  return map.kind === "chain" || (map.kind === "blend" && map.parts.some((part) => hasChain(part.map)));
}

/** The smallest and the largest that a map gives between two ends; of blends of chains no narrower than that. */
function rangeThrough(map: BinaryMap, ends: readonly [number, number]): readonly [number, number] {
  if (map.kind === "chain") return map.maps.reduce((range, each) => rangeThrough(each, range), ends);
  if (map.kind !== "blend" || !hasChain(map)) return rangeOf(applyBinaryMap(map, placesBetween(map, ...ends)));
  const parts = map.parts.map((part) => ({ weight: part.weight, range: rangeThrough(part.map, ends) }));
  const at = (end: 0 | 1): number => parts.reduce((sum, { weight, range }) => sum + weight * range[end], 0);
  return [at(0), Math.min(1, at(1))];
}

/** The same of a calibrator, whose segments may have a correction of their own after its map. */
function calibratedEnds(
  { map, segments }: BinaryCalibrator,
  bounds: readonly [number, number],
  given: Readonly<Record<string, string>>,
): readonly [number, number] {
  const pooled = rangeThrough(map, bounds);
  const own = JSON.stringify(segments?.columns.map((column) => given[column]));
  const correction = segments?.maps.find(({ values }) => JSON.stringify(values) === own);
  return correction === undefined ? pooled : rangeThrough(correction.map, pooled);
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
  return {
    interval: calibratedEnds(calibrator, bounds, segments),
    sentence: `The interval covers ${UNSEEN}, not the uncertainty of the calibrator.`,
  };
}
