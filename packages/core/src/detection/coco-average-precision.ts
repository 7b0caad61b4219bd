import { InputError } from "../errors.ts";
import type { Estimate, Spec } from "../estimate.ts";
import { createRandom, type Random } from "../random/random.ts";
import { normalQuantile } from "../special/normal.ts";
import { areaRanges } from "./area-ranges.ts";
import type { DetectionData } from "./boxes.ts";
import { classAveragePrecision } from "./class-average-precision.ts";
import { type DetectionMatches, matchDetections, outcomes } from "./match-detections.ts";
import { type ClassOrder, orderByClass } from "./score-order.ts";

/** The thresholds of overlap over which COCO averages: 0.5, 0.55, ..., 0.95. */
export const cocoThresholds: readonly number[] = Array.from({ length: 10 }, (_, k) => (50 + 5 * k) / 100);

/** Options of `cocoAveragePrecision`. */
export interface CocoPrecisionOptions {
  /** Detections that count in each image and class. Default 100. */
  readonly maxDets?: number;
  /** Coverage of the intervals, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** Resamples of the images behind the intervals; 0 makes none. Default 100, fewer above 100,000 detections, at least 40. */
  readonly resamples?: number;
  /** Default: a generator with a fixed seed, so that the same data give the same intervals. */
  readonly random?: Random;
}

/** The numbers of the COCO table; null where no true box counts. */
export interface AveragePrecisions {
  /** Mean over overlaps of 0.5 to 0.95. */
  readonly ap: Estimate | null;
  readonly ap50: Estimate | null;
  readonly ap75: Estimate | null;
  readonly apSmall: Estimate | null;
  readonly apMedium: Estimate | null;
  readonly apLarge: Estimate | null;
  /** Recall with the one best detection of each image and class, with ten, and with `maxDets`. */
  readonly ar1: Estimate | null;
  readonly ar10: Estimate | null;
  readonly ar100: Estimate | null;
  readonly arSmall: Estimate | null;
  readonly arMedium: Estimate | null;
  readonly arLarge: Estimate | null;
  /** One per class of the data, in their order. */
  readonly perClass: readonly ClassAveragePrecision[];
}

/** Average precision of one class. */
export interface ClassAveragePrecision {
  readonly name: string;
  /** True boxes that count. */
  readonly truths: number;
  readonly detections: number;
  readonly ap: Estimate | null;
  readonly ap50: Estimate | null;
  readonly ap75: Estimate | null;
}

/** What a table entry averages over. */
interface Entry {
  readonly key: Exclude<keyof AveragePrecisions, "perClass">;
  readonly metric: string;
  readonly range: number;
  /** Positions of thresholds. */
  readonly at: readonly number[];
  readonly of: "precision" | "recall";
  readonly maxDets: number;
}

const ALL = cocoThresholds.map((_, k) => k);

function entriesFor(maxDets: number): Entry[] {
  const precision = (key: Entry["key"], range: number, at: readonly number[] = ALL): Entry => {
    return { key, metric: "average-precision", range, at, of: "precision", maxDets };
  };
  const recall = (key: Entry["key"], range: number, most: number): Entry => {
    return { key, metric: "average-recall", range, at: ALL, of: "recall", maxDets: Math.min(most, maxDets) };
  };
  return [
    precision("ap", 0),
    precision("ap50", 0, [0]),
    precision("ap75", 0, [5]),
    precision("apSmall", 1),
    precision("apMedium", 2),
    precision("apLarge", 3),
    recall("ar1", 0, 1),
    recall("ar10", 0, 10),
    recall("ar100", 0, maxDets),
    recall("arSmall", 1, maxDets),
    recall("arMedium", 2, maxDets),
    recall("arLarge", 3, maxDets),
  ];
}

/**
 * Average precision and recall as COCO defines them, over all classes and per class.
 *
 * Intervals resample whole images, because the detections of one image depend on each other: standard errors of the resamples,
 * symmetric on the logit scale around the value less the bias that the resamples show. Average precision of few images is too high.
 *
 * @throws {InputError} as `matchDetections`; `out-of-range` for `level` and `resamples`
 *
 * Source: Lin et al. (2014), arXiv 1405.0312, and pycocotools, cocoeval.py (101 recalls, areas by 32² and 96² pixels); bootstrap
 * of clusters, Efron & Tibshirani (1993), "An introduction to the bootstrap", §8.
 * Accuracy: values to 1e-12 of pycocotools; intervals are `approximate`: average precision of few images is too
 * high by more than resamples show; coverage by simulation in docs/detection.md.
 */
export function cocoAveragePrecision(data: DetectionData, options: CocoPrecisionOptions = {}): AveragePrecisions {
  const { maxDets = 100, level = 0.95, random = createRandom(20261122) } = options;
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  const ranges = areaRanges(data.units);
  const matches = matchDetections(data, { thresholds: cocoThresholds, maxDets, ranges });
  const n = data.detections.image.length;
  const { resamples = Math.max(40, Math.min(100, Math.floor(1e7 / Math.max(1, n)))) } = options;
  if (!(Number.isSafeInteger(resamples) && resamples >= 0))
    throw new InputError("out-of-range", `resamples must be a whole number >= 0, got ${resamples}`);
  const order = orderByClass(matches, data.detections, data.classNames.length);
  const table = createTable(data, matches, order, entriesFor(maxDets));
  const images = data.imageNames.length;
  const values = table.compute(new Float64Array(images).fill(1));
  const spread = new Moments(values.length);
  const weights = new Float64Array(images);
  for (let b = 0; b < resamples && images > 1; b++) {
    weights.fill(0);
    for (let i = 0; i < images; i++) weights[random.integer(images)]++;
    spread.add(table.compute(weights));
  }
  const errors = spread.deviations();
  const means = spread.means();
  const estimate = (i: number, spec: Spec, truths: number): Estimate | null =>
    Number.isNaN(values[i])
      ? null
      : withInterval(values[i], values[i] - (means[i] - values[i]), errors[i], spec, truths, images, level, resamples);
  const specOf = ({ metric, at, range, maxDets: most }: Entry, averaged: string): Spec => ({
    metric,
    iou: at.length === 1 ? cocoThresholds[at[0]] : "0.50:0.05:0.95",
    area: ranges[range].name,
    areaUnits: data.units === "pixels" ? "pixels" : "image of 640 x 480",
    maxDets: most,
    recallPoints: 101,
    averaged,
    resampled: "images",
    resamples,
  });
  const found: Partial<Record<Entry["key"], Estimate | null>> = {};
  table.entries.forEach((entry, e) => {
    found[entry.key] = estimate(e, specOf(entry, "classes"), table.truthsIn(entry.range));
  });
  const at = (key: Entry["key"]): Estimate | null => found[key] ?? null;
  const perClass = data.classNames.map((name, c): ClassAveragePrecision => {
    const one = (e: number): Estimate | null =>
      estimate(table.entries.length + 3 * c + e, specOf(table.entries[e], "none"), table.truthsOf(c));
    return {
      name,
      truths: table.truthsOf(c),
      detections: order.starts[c + 1] - order.starts[c],
      ap: one(0),
      ap50: one(1),
      ap75: one(2),
    };
  });
  return {
    ap: at("ap"),
    ap50: at("ap50"),
    ap75: at("ap75"),
    apSmall: at("apSmall"),
    apMedium: at("apMedium"),
    apLarge: at("apLarge"),
    ar1: at("ar1"),
    ar10: at("ar10"),
    ar100: at("ar100"),
    arSmall: at("arSmall"),
    arMedium: at("arMedium"),
    arLarge: at("arLarge"),
    perClass,
  };
}

/** Everything that resamples share: which values there are, and how they follow from the weights of images. */
interface Table {
  readonly entries: readonly Entry[];
  readonly truthsIn: (range: number) => number;
  readonly truthsOf: (category: number) => number;
  /** Of each entry, then ap, ap50 and ap75 of each class; NaN where no true box counts. */
  readonly compute: (weights: Float64Array) => Float64Array;
}

/** Detections of one class that count in a range at a threshold, as `classAveragePrecision` reads them. */
function codesOf(
  { outcome }: DetectionMatches,
  order: Uint32Array,
  start: number,
  end: number,
  offset: number,
): Int32Array {
  let count = 0;
  for (let q = start; q < end; q++) if (outcome[offset + order[q]] !== outcomes.ignored) count++;
  const codes = new Int32Array(count);
  let filled = 0;
  for (let q = start; q < end; q++) {
    const code = outcome[offset + order[q]];
    if (code !== outcomes.ignored) codes[filled++] = 2 * q + code;
  }
  return codes;
}

/** Weight of the right detections among the first of their image and class. */
function foundAmongFirst(codes: Int32Array, weights: Float64Array, places: Uint32Array, most: number): number {
  let sum = 0;
  for (let k = 0; k < codes.length; k++)
    if ((codes[k] & 1) === 1 && places[codes[k] >> 1] < most) sum += weights[codes[k] >> 1];
  return sum;
}

function createTable(
  { detections, truths, classNames }: DetectionData,
  matches: DetectionMatches,
  { order, starts }: ClassOrder,
  entries: readonly Entry[],
): Table {
  const classes = classNames.length;
  const n = detections.image.length;
  const m = truths.image.length;
  const { thresholds, ranges, counted, place } = matches;
  const images = Int32Array.from(order, (d) => detections.image[d]);
  const places = Uint32Array.from(order, (d) => place[d]);
  const codes = ranges.map((_, r) =>
    classNames.map((_name, c) =>
      thresholds.map((_t, k) => codesOf(matches, order, starts[c], starts[c + 1], (r * thresholds.length + k) * n)),
    ),
  );
  const mass = new Float64Array(ranges.length * classes);
  const sumTruths = (weights: Float64Array): void => {
    mass.fill(0);
    for (let r = 0; r < ranges.length; r++)
      for (let t = 0; t < m; t++)
        if (counted[r * m + t] === 1) mass[r * classes + truths.category[t]] += weights[truths.image[t]];
  };
  const rowWeights = new Float64Array(order.length);
  const compute = (weights: Float64Array): Float64Array => {
    sumTruths(weights);
    for (let q = 0; q < images.length; q++) rowWeights[q] = weights[images[q]];
    const values = new Float64Array(entries.length + 3 * classes).fill(Number.NaN);
    const sums = new Float64Array(entries.length);
    const kept = new Float64Array(entries.length);
    for (let c = 0; c < classes; c++)
      for (let r = 0; r < ranges.length; r++) {
        const total = mass[r * classes + c];
        if (total === 0) continue;
        const own = codes[r][c];
        const each = own.map((one) => classAveragePrecision(one, rowWeights, total));
        entries.forEach(({ range, at, of, maxDets }, e) => {
          if (range !== r) return;
          let sum = 0;
          for (const k of at) {
            if (of === "precision") sum += each[k].averagePrecision;
            else if (maxDets === matches.maxDets) sum += each[k].recall;
            else sum += foundAmongFirst(own[k], rowWeights, places, maxDets) / total;
          }
          sums[e] += sum / at.length;
          kept[e]++;
          if (e < 3) values[entries.length + 3 * c + e] = sum / at.length;
        });
      }
    for (let e = 0; e < entries.length; e++) if (kept[e] > 0) values[e] = sums[e] / kept[e];
    return values;
  };
  const plain = new Float64Array(ranges.length * classes);
  for (let r = 0; r < ranges.length; r++)
    for (let t = 0; t < m; t++) if (counted[r * m + t] === 1) plain[r * classes + truths.category[t]]++;
  return {
    entries,
    truthsIn: (range) => plain.subarray(range * classes, (range + 1) * classes).reduce((sum, x) => sum + x, 0),
    truthsOf: (category) => plain[category],
    compute,
  };
}

/** Standard deviations of several numbers over resamples, each over those in which it exists. */
class Moments {
  readonly #count: Float64Array;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;

  constructor(size: number) {
    this.#count = new Float64Array(size);
    this.#mean = new Float64Array(size);
    this.#square = new Float64Array(size);
  }

  add(values: Float64Array): void {
    for (let i = 0; i < values.length; i++) {
      if (Number.isNaN(values[i])) continue;
      const off = values[i] - this.#mean[i];
      this.#mean[i] += off / ++this.#count[i];
      this.#square[i] += off * (values[i] - this.#mean[i]);
    }
  }

  means(): Float64Array {
    return this.#mean.map((mean, i) => (this.#count[i] > 1 ? mean : Number.NaN));
  }

  deviations(): Float64Array {
    return this.#square.map((square, i) => (this.#count[i] > 1 ? Math.sqrt(square / (this.#count[i] - 1)) : Infinity));
  }
}

function withInterval(
  value: number,
  corrected: number,
  error: number,
  spec: Spec,
  n: number,
  effectiveN: number,
  level: number,
  resamples: number,
): Estimate {
  const base = { value, level, n, effectiveN, spec };
  if (resamples === 0) return { ...base, lower: value, upper: value, interval: "none" };
  const inside = Math.min(1 - 0.5 / (n + 1), Math.max(0.5 / (n + 1), Number.isFinite(corrected) ? corrected : value));
  const half = (normalQuantile(0.5 + level / 2) * Math.max(error, 0.5 / (n + 1))) / (inside * (1 - inside));
  const centre = Math.log(inside) - Math.log1p(-inside);
  const lower = half < Infinity ? 1 / (1 + Math.exp(half - centre)) : 0;
  const upper = half < Infinity ? 1 / (1 + Math.exp(-half - centre)) : 1;
  return {
    ...base,
    lower: Math.min(value, lower),
    upper: Math.max(value, upper),
    interval: "approximate",
  };
}
