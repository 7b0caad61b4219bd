import { InputError } from "../errors.ts";
import { type AreaRange, areaRanges } from "./area-ranges.ts";
import type { DetectionData } from "./boxes.ts";
import { checkDetectionData } from "./check-detection-data.ts";
import { byFallingScore, groupBoxes } from "./group-boxes.ts";
import { overlapOf } from "./overlap.ts";

/** What a detection counts as. */
export const outcomes: { readonly wrong: 0; readonly right: 1; readonly ignored: 2 } = {
  wrong: 0,
  right: 1,
  ignored: 2,
};

/** Options of `matchDetections`. */
export interface MatchOptions {
  /** Thresholds of the overlap, each in (0, 1], ascending. Default: 0.5. */
  readonly thresholds?: readonly number[];
  /** Detections that count in each image and class, those of the highest scores. Default 100. */
  readonly maxDets?: number;
  /** Ranges of area. Default: all boxes. */
  readonly ranges?: readonly AreaRange[];
}

/** Which detections found a true box, in each range of area at each threshold. */
export interface DetectionMatches {
  readonly thresholds: readonly number[];
  readonly ranges: readonly AreaRange[];
  readonly maxDets: number;
  /** Detections that count, by falling score; equal scores by image, then as they came. */
  readonly order: Uint32Array;
  /** Place of each detection among those of its image and class by falling score, from 0. */
  readonly place: Uint32Array;
  /** Code of `outcomes` of each detection: block (range · thresholds + threshold) of as many as there are detections. */
  readonly outcome: Uint8Array;
  /** True box that each detection found, -1 for none, in the first range: one block per threshold. */
  readonly found: Int32Array;
  /** Overlap with it, 0 for none. */
  readonly overlap: Float64Array;
  /** 1 for a true box that counts: one block per range. */
  readonly counted: Uint8Array;
}

/** An overlap this little below 1 reaches a threshold of 1, as in COCO. */
const NEARLY_ONE = 1 - 1e-10;

/**
 * Matches detections with true boxes one to one, as COCO does.
 *
 * Within an image and class, detections are taken by falling score. Each takes the true box that it overlaps most among
 * those not taken, if the overlap reaches the threshold; boxes that count come before ignored ones. A crowd region may be
 * taken any number of times. Detections of ignored boxes are ignored, and so are those that find nothing and whose area is
 * out of range.
 *
 * @returns one outcome per detection, range and threshold. Beyond `maxDets` a detection is ignored and absent from `order`
 * @throws {InputError} as `checkDetectionData`; `out-of-range` for thresholds outside (0, 1] or not ascending, and `maxDets` < 1
 *
 * Source: pycocotools, cocoeval.py, `COCOeval.evaluateImg` (Lin et al. 2014, "Microsoft COCO", arXiv 1405.0312).
 * Accuracy: the same flags as pycocotools where its ids start at 1; a true box with id 0 is matched here, too.
 */
export function matchDetections(data: DetectionData, options: MatchOptions = {}): DetectionMatches {
  const { thresholds = [0.5], maxDets = 100, ranges = areaRanges(data.units).slice(0, 1) } = options;
  checkDetectionData(data);
  if (!(Number.isSafeInteger(maxDets) && maxDets >= 1))
    throw new InputError("out-of-range", `maxDets must be a whole number >= 1, got ${maxDets}`);
  if (thresholds.length === 0) throw new InputError("empty", "matching needs at least one threshold of overlap");
  thresholds.forEach((threshold, k) => {
    if (!(threshold > 0 && threshold <= 1 && (k === 0 || threshold > thresholds[k - 1])))
      throw new InputError("out-of-range", `thresholds of overlap must ascend within (0, 1], got ${threshold}`, k);
  });
  const { detections, truths, classNames } = data;
  const n = detections.image.length;
  const m = truths.image.length;
  const work: Work = {
    data,
    thresholds: Float64Array.from(thresholds, (t) => Math.min(t, NEARLY_ONE)),
    ranges,
    outcome: new Uint8Array(ranges.length * thresholds.length * n).fill(outcomes.wrong),
    found: new Int32Array(thresholds.length * n).fill(-1),
    overlap: new Float64Array(thresholds.length * n),
    counted: countedTruths(data, ranges),
  };
  const falling = byFallingScore(detections);
  const groups = groupBoxes(detections, falling, classNames.length);
  const sources = groupBoxes(
    truths,
    Uint32Array.from({ length: m }, (_, i) => i),
    classNames.length,
  );
  const place = new Uint32Array(n);
  let source = 0;
  for (let g = 0; g < groups.keys.length; g++) {
    const start = groups.starts[g];
    const end = groups.starts[g + 1];
    for (let k = start; k < end; k++) place[groups.order[k]] = k - start;
    const key = groups.keys[g];
    while (source < sources.keys.length && sources.keys[source] < key) source++;
    const hasTruth = source < sources.keys.length && sources.keys[source] === key;
    const own = hasTruth ? sources.order.subarray(sources.starts[source], sources.starts[source + 1]) : NONE;
    matchGroup(work, groups.order.subarray(start, Math.min(end, start + maxDets)), own);
    ignoreBeyond(work, groups.order.subarray(Math.min(end, start + maxDets), end));
  }
  const isDropped = groups.starts.some((start, g) => g > 0 && start - groups.starts[g - 1] > maxDets);
  const order = isDropped ? falling.filter((d) => place[d] < maxDets) : falling;
  const { outcome, found, overlap, counted } = work;
  return { thresholds, ranges, maxDets, order, place, outcome, found, overlap, counted };
}

const NONE = new Uint32Array(0);

interface Work {
  readonly data: DetectionData;
  readonly thresholds: Float64Array;
  readonly ranges: readonly AreaRange[];
  readonly outcome: Uint8Array;
  readonly found: Int32Array;
  readonly overlap: Float64Array;
  readonly counted: Uint8Array;
}

function countedTruths({ truths }: DetectionData, ranges: readonly AreaRange[]): Uint8Array {
  const m = truths.image.length;
  const counted = new Uint8Array(ranges.length * m);
  ranges.forEach(({ from, to }, r) => {
    for (let t = 0; t < m; t++)
      if (truths.crowd[t] === 0 && truths.ignore[t] === 0 && truths.area[t] >= from && truths.area[t] <= to)
        counted[r * m + t] = 1;
  });
  return counted;
}

function ignoreBeyond({ outcome, data }: Work, dropped: Uint32Array): void {
  const n = data.detections.image.length;
  for (let block = 0; block < outcome.length; block += n)
    for (let k = 0; k < dropped.length; k++) outcome[block + dropped[k]] = outcomes.ignored;
}

let overlaps = new Float64Array(1024);
let taken = new Uint8Array(64);
let queue = new Uint32Array(64);

/** Matches the detections of one image and class, by falling score, with its true boxes. */
function matchGroup(work: Work, own: Uint32Array, truths: Uint32Array): void {
  const { data, ranges, thresholds, counted } = work;
  const boxes = truths.length;
  if (overlaps.length < own.length * boxes) overlaps = new Float64Array(2 * own.length * boxes);
  if (taken.length < boxes) {
    taken = new Uint8Array(2 * boxes);
    queue = new Uint32Array(2 * boxes);
  }
  const { crowd } = data.truths;
  for (let d = 0; d < own.length; d++)
    for (let t = 0; t < boxes; t++)
      overlaps[d * boxes + t] = overlapOf(data.detections, own[d], data.truths, truths[t], crowd[truths[t]] === 1);
  const m = data.truths.image.length;
  for (let r = 0; r < ranges.length; r++) {
    let filled = 0;
    for (let t = 0; t < boxes; t++) if (counted[r * m + truths[t]] === 1) queue[filled++] = t;
    const real = filled;
    for (let t = 0; t < boxes; t++) if (counted[r * m + truths[t]] === 0) queue[filled++] = t;
    for (let k = 0; k < thresholds.length; k++) matchAt(work, own, truths, r, k, real);
  }
}

/** @param real how many of `queue` count; they come first */
function matchAt(work: Work, own: Uint32Array, truths: Uint32Array, r: number, k: number, real: number): void {
  const { data, thresholds, ranges, outcome, found, overlap } = work;
  const { width, height } = data.detections;
  const { crowd } = data.truths;
  const n = width.length;
  const boxes = truths.length;
  const block = (r * thresholds.length + k) * n;
  const { from, to } = ranges[r];
  taken.fill(0, 0, boxes);
  for (let d = 0; d < own.length; d++) {
    const detection = own[d];
    let best = thresholds[k];
    let match = -1;
    for (let q = 0; q < boxes; q++) {
      const t = queue[q];
      if (taken[t] === 1 && crowd[truths[t]] === 0) continue;
      if (q >= real && match >= 0 && match < real) break;
      const value = overlaps[d * boxes + t];
      if (value < best) continue;
      best = value;
      match = q;
    }
    if (match < 0) {
      const area = width[detection] * height[detection];
      if (area < from || area > to) outcome[block + detection] = outcomes.ignored;
      continue;
    }
    const t = queue[match];
    taken[t] = 1;
    outcome[block + detection] = match < real ? outcomes.right : outcomes.ignored;
    if (r === 0) {
      found[k * n + detection] = truths[t];
      overlap[k * n + detection] = overlaps[d * boxes + t];
    }
  }
}
