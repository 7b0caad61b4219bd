import { InputError } from "../errors.ts";
import type { Estimate, Spec } from "../estimate.ts";
import { wilson } from "../intervals/proportion.ts";
import { createRandom, type Random } from "../random/random.ts";
import { normalCdf } from "../special/normal.ts";
import { studentTQuantile } from "../special/student-t.ts";
import type { DetectionData } from "./boxes.ts";
import { type DetectionMatches, outcomes } from "./match-detections.ts";

/** A share at one cutoff, with two intervals: for this cutoff alone, and for all cutoffs of the curve at once. */
export interface CutoffShare {
  readonly value: number;
  /** Pointwise: holds at this cutoff with probability `level`. */
  readonly lower: number;
  readonly upper: number;
  /** Simultaneous: with probability `level` all intervals of the curve hold together. */
  readonly bandLower: number;
  readonly bandUpper: number;
}

/** What keeping the detections of at least this score means. */
export interface CutoffPoint {
  readonly cutoff: number;
  /** Detections kept, ignored ones left out, and right ones among them. */
  readonly kept: number;
  readonly right: number;
  readonly precision: CutoffShare;
  readonly recall: CutoffShare;
  readonly f1: CutoffShare;
}

/** A precision somebody wants, and the cutoffs that give it. */
export interface PrecisionTarget {
  readonly precision: number;
  /** Lowest cutoff whose observed precision reaches it; null where none does. */
  readonly cutoff: number | null;
  /** Share of the true boxes found there. */
  readonly recall: number | null;
  /** Lowest cutoff on the curve at which the simultaneous lower bound reaches it; null where none does. */
  readonly sureCutoff: number | null;
  readonly sureRecall: number | null;
}

/** Precision, recall and F1 against the cutoff, over all classes. */
export interface CutoffCurve {
  readonly points: readonly CutoffPoint[];
  /** The cutoff of the largest F1, chosen on these detections. */
  readonly best: CutoffPoint | null;
  readonly targets: readonly PrecisionTarget[];
  /** True boxes that count. */
  readonly truths: number;
  readonly images: number;
  readonly level: number;
  readonly spec: Spec;
}

/** Options of `cutoffCurve`. */
export interface CutoffOptions {
  /** Position in `matches.thresholds`. Default 0. */
  readonly threshold?: number;
  /** Most points of the curve. Default 200; Infinity gives one per distinct score. */
  readonly points?: number;
  /** Precisions to find cutoffs for, each in (0, 1). Default 0.5, 0.6, 0.7, 0.8, 0.9, 0.95. */
  readonly targets?: readonly number[];
  /** Coverage, in (0, 1). Default 0.95. */
  readonly level?: number;
  /** Draws behind the simultaneous intervals. Default 200. */
  readonly draws?: number;
  /** Default: a generator with a fixed seed, so that the same data give the same band. */
  readonly random?: Random;
}

/** Sums over images, at one cutoff. */
interface Sums {
  readonly cutoff: number;
  readonly kept: number;
  readonly right: number;
  /** Variances of the three shares, by image. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** (Σ kept)² / Σ kept² over images. */
  readonly effectiveImages: number;
  /** Detections up to here, in the order of the walk. */
  readonly end: number;
}

/**
 * Precision, recall and F1 at every cutoff of the score, over all classes together, at one threshold of overlap.
 *
 * The variance at a cutoff is that of a ratio of sums over images, so that detections of one image count as one observation; the
 * interval is Wilson's at the number of independent detections of that variance. The simultaneous band takes the largest deviation
 * over the points of the curve into account, from random signs of whole images.
 *
 * @throws {InputError} `empty` without true boxes that count; `out-of-range` for options
 *
 * Source: Cochran (1977), "Sampling techniques", §9 (ratios of cluster totals); Wilson (1927); multiplier bootstrap of the
 * supremum, Chernozhukov, Chetverikov & Kato (2013), Annals of Statistics 41.
 * Accuracy: coverage by simulation in docs/detection.md.
 */
export function cutoffCurve(data: DetectionData, matches: DetectionMatches, options: CutoffOptions = {}): CutoffCurve {
  const { threshold = 0, points: most = 200, level = 0.95, draws = 200, random = createRandom(20260131) } = options;
  const { targets = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95] } = options;
  check(matches, threshold, most, level, draws, targets);
  const walk = walkOf(data, matches, threshold);
  const { chosen, best, reached } = walkDown(data, walk, most, targets);
  const critical = criticalValues(walk, chosen, level, draws, random);
  const pointOf = (sums: Sums): CutoffPoint => toPoint(sums, walk.truths, level, critical);
  const curve = chosen.map(pointOf);
  return {
    points: curve,
    best: best === undefined ? null : pointOf(best),
    targets: targets.map((precision, t) => targetOf(precision, reached[t], curve, walk.truths)),
    truths: walk.truths,
    images: data.imageNames.length,
    level,
    spec: {
      metric: "precision-recall-at-cutoff",
      iou: matches.thresholds[threshold],
      maxDets: matches.maxDets,
      averaged: "none",
      pointwise: "wilson at the effective number of detections",
      simultaneous: "supremum over the curve, random signs of images",
      draws,
      clustered: "images",
    },
  };
}

function check(
  { thresholds }: DetectionMatches,
  threshold: number,
  points: number,
  level: number,
  draws: number,
  targets: readonly number[],
): void {
  if (!(Number.isInteger(threshold) && threshold >= 0 && threshold < thresholds.length))
    throw new InputError("out-of-range", `there are ${thresholds.length} thresholds, got position ${threshold}`);
  if (!(points >= 2)) throw new InputError("out-of-range", `points must be at least 2, got ${points}`);
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  if (!(Number.isSafeInteger(draws) && draws >= 20))
    throw new InputError("out-of-range", `draws must be a whole number >= 20, got ${draws}`);
  targets.forEach((target, k) => {
    if (!(target > 0 && target < 1))
      throw new InputError("out-of-range", `a wanted precision must be in (0, 1), got ${target}`, k);
  });
}

/** Detections that count by falling score, and the true boxes of each image. */
interface Walk {
  readonly scores: Float64Array;
  readonly right: Uint8Array;
  readonly image: Int32Array;
  readonly truthsOf: Float64Array;
  readonly truths: number;
}

function walkOf({ detections, truths: real, imageNames }: DetectionData, matches: DetectionMatches, k: number): Walk {
  const n = detections.image.length;
  const kept = matches.order.filter((d) => matches.outcome[k * n + d] !== outcomes.ignored);
  const truthsOf = new Float64Array(imageNames.length);
  let truths = 0;
  for (let t = 0; t < real.image.length; t++)
    if (matches.counted[t] === 1) {
      truthsOf[real.image[t]]++;
      truths++;
    }
  if (truths === 0) throw new InputError("empty", "precision and recall need true boxes that count, got none");
  return {
    scores: Float64Array.from(kept, (d) => detections.score[d]),
    right: Uint8Array.from(kept, (d) => matches.outcome[k * n + d]),
    image: Int32Array.from(kept, (d) => detections.image[d]),
    truthsOf,
    truths,
  };
}

/** What one walk over all distinct scores, from the highest, finds. */
interface Found {
  /** About equally many detections apart, the first and the last among them. */
  readonly chosen: Sums[];
  readonly best: Sums | undefined;
  /** Of each target the last score at which it is reached. */
  readonly reached: (Sums | undefined)[];
}

/** Sums over images, kept up to date detection by detection. */
function walkDown(
  { imageNames }: DetectionData,
  { scores, right, image, truthsOf, truths }: Walk,
  most: number,
  targets: readonly number[],
): Found {
  const images = imageNames.length;
  const correction = images > 1 ? images / (images - 1) : 1;
  const hits = new Float64Array(images);
  const kept = new Float64Array(images);
  let gg = 0;
  for (const g of truthsOf) gg += g * g;
  // a: right, n: kept, g: true boxes of an image; the sums of their products over images.
  const s = { aa: 0, nn: 0, an: 0, ag: 0, ng: 0 };
  let total = 0;
  let found = 0;
  const { length } = scores;
  const sums = (end: number): Sums => {
    const p = found / total;
    const r = found / truths;
    const f = (2 * found) / (total + truths);
    const spread = 4 * s.aa - 4 * f * (s.an + s.ag) + f * f * (s.nn + 2 * s.ng + gg);
    return {
      cutoff: scores[end - 1],
      kept: total,
      right: found,
      precision: (correction * Math.max(0, s.aa - 2 * p * s.an + p * p * s.nn)) / (total * total),
      recall: (correction * Math.max(0, s.aa - 2 * r * s.ag + r * r * gg)) / (truths * truths),
      f1: (correction * Math.max(0, spread)) / (total + truths) ** 2,
      effectiveImages: (total * total) / s.nn,
      end,
    };
  };
  const chosen: Sums[] = [];
  const reached: (Sums | undefined)[] = targets.map(() => undefined);
  let best: Sums | undefined;
  for (let k = 0; k < length; k++) {
    const i = image[k];
    const g = truthsOf[i];
    s.nn += 2 * kept[i] + 1;
    s.an += hits[i];
    s.ng += g;
    kept[i]++;
    total++;
    if (right[k] === 1) {
      s.aa += 2 * hits[i] + 1;
      s.an += kept[i];
      s.ag += g;
      hits[i]++;
      found++;
    }
    if (k + 1 < length && scores[k + 1] === scores[k]) continue;
    const isLast = k + 1 === length;
    const isDue = most >= length || (chosen.length < most - 1 && total >= (chosen.length * length) / (most - 1));
    if (isDue || isLast) chosen.push(sums(k + 1));
    if (best === undefined || (2 * found) / (total + truths) > f1Of(best, truths)) best = sums(k + 1);
    for (let t = 0; t < targets.length; t++) if (found >= targets[t] * total) reached[t] = sums(k + 1);
  }
  return { chosen, best, reached };
}

function f1Of({ right, kept }: Sums, truths: number): number {
  return (2 * right) / (kept + truths);
}

/** Images with detections that a cutoff needs to enter the supremum. */
const FEWEST_IMAGES = 10;

/** How many standard errors wide a band of the whole curve is, for each share. */
interface Critical {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

function criticalValues(
  { right, image, truthsOf, truths }: Walk,
  points: readonly Sums[],
  level: number,
  draws: number,
  random: Random,
): Critical {
  const signs = new Float64Array(truthsOf.length);
  const largest = { precision: new Float64Array(draws), recall: new Float64Array(draws), f1: new Float64Array(draws) };
  for (let draw = 0; draw < draws; draw++) {
    let real = 0;
    for (let i = 0; i < signs.length; i++) {
      signs[i] = random.uniform() < 0.5 ? -1 : 1;
      real += signs[i] * truthsOf[i];
    }
    let hits = 0;
    let kept = 0;
    let k = 0;
    for (const point of points) {
      for (; k < point.end; k++) {
        const sign = signs[image[k]];
        kept += sign;
        if (right[k] === 1) hits += sign;
      }
      if (point.effectiveImages < FEWEST_IMAGES) continue;
      const p = point.right / point.kept;
      const r = point.right / truths;
      const f = f1Of(point, truths);
      const raise = (which: keyof Critical, deviation: number, variance: number): void => {
        if (variance > 0)
          largest[which][draw] = Math.max(largest[which][draw], Math.abs(deviation) / Math.sqrt(variance));
      };
      raise("precision", (hits - p * kept) / point.kept, point.precision);
      raise("recall", (hits - r * real) / truths, point.recall);
      raise("f1", (2 * hits - f * (kept + real)) / (point.kept + truths), point.f1);
    }
  }
  const quantile = (values: Float64Array): number => values.sort()[Math.min(draws - 1, Math.ceil(level * draws))];
  return { precision: quantile(largest.precision), recall: quantile(largest.recall), f1: quantile(largest.f1) };
}

/** Two-sided coverage of so many standard errors. */
function levelOf(errors: number): number {
  return Math.min(1 - 1e-12, 1 - 2 * normalCdf(-errors));
}

function toPoint(sums: Sums, truths: number, level: number, critical: Critical): CutoffPoint {
  const { cutoff, kept, right, effectiveImages } = sums;
  const quantile = studentTQuantile(0.5 + level / 2, Math.max(1, effectiveImages - 1));
  const share = (value: number, variance: number, n: number, wide: number): CutoffShare => {
    const independent = effectiveRows(value, variance, n, effectiveImages);
    const { lower, upper } = wilson(value, independent, levelOf(quantile));
    const band = wilson(value, independent, levelOf(Math.max(wide, quantile)));
    return { value, lower, upper, bandLower: band.lower, bandUpper: band.upper };
  };
  return {
    cutoff,
    kept,
    right,
    precision: share(right / kept, sums.precision, kept, critical.precision),
    recall: share(right / truths, sums.recall, truths, critical.recall),
    f1: share(f1Of(sums, truths), sums.f1, kept + truths, critical.f1),
  };
}

/** Independent rows with the variance that images show; where all are alike, images are what is counted. */
export function effectiveRows(value: number, variance: number, n: number, effectiveImages: number): number {
  const binomial = value * (1 - value);
  if (!(variance > 0 && binomial > 0)) return effectiveImages;
  return Math.min(n, binomial / variance);
}

function targetOf(
  precision: number,
  found: Sums | undefined,
  curve: readonly CutoffPoint[],
  truths: number,
): PrecisionTarget {
  const sure = curve.findLast((point) => point.precision.bandLower >= precision);
  return {
    precision,
    cutoff: found?.cutoff ?? null,
    recall: found === undefined ? null : found.right / truths,
    sureCutoff: sure?.cutoff ?? null,
    sureRecall: sure?.recall.value ?? null,
  };
}

/** A share of the curve as an estimate. */
export function shareEstimate(share: CutoffShare, metric: string, curve: CutoffCurve, n: number): Estimate {
  const { value, lower, upper } = share;
  const { level, images, spec } = curve;
  return { value, lower, upper, level, n, effectiveN: images, interval: "asymptotic", spec: { ...spec, metric } };
}
