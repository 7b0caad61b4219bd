import { outcomes } from "./match-detections.ts";

/** Recalls at which COCO reads the precision: 0, 0.01, ..., 1. */
const RECALLS: Float64Array = Float64Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01));

/** Precision and recall of one class, and what they come to. */
export interface ClassPrecision {
  /** Mean of the largest precision at each recall or beyond over 101 recalls. */
  readonly averagePrecision: number;
  /** Share of the true boxes that any detection found. */
  readonly recall: number;
}

let right = new Float64Array(1024);
let precision = new Float64Array(1024);

/**
 * Average precision of one class as COCO defines it, images counted as often as their weights say.
 *
 * @param order detections of the class by falling score
 * @param outcome code of each detection, from `offset` on
 * @param truths Σ weight of the true boxes that count, > 0
 * @param image image of each detection
 * @param weights one per image, ≥ 0; null counts each once
 *
 * Source: pycocotools, cocoeval.py, `COCOeval.accumulate`: recall counts as reached where it is ≥ the grid point, precision
 * is made non-increasing from the right. Accuracy: 1e-15.
 */
export function classAveragePrecision(
  order: Uint32Array,
  outcome: Uint8Array,
  offset: number,
  truths: number,
  image: Int32Array,
  weights: Float64Array | null,
): ClassPrecision {
  if (right.length < order.length) {
    right = new Float64Array(2 * order.length);
    precision = new Float64Array(2 * order.length);
  }
  const points =
    weights === null ? plainPoints(order, outcome, offset) : weightedPoints(order, outcome, offset, image, weights);
  for (let k = points - 2; k >= 0; k--) if (precision[k + 1] > precision[k]) precision[k] = precision[k + 1];
  let sum = 0;
  let k = 0;
  for (let r = 0; r < RECALLS.length; r++) {
    while (k < points && right[k] / truths < RECALLS[r]) k++;
    if (k === points) break;
    sum += precision[k];
  }
  return { averagePrecision: sum / RECALLS.length, recall: points === 0 ? 0 : right[points - 1] / truths };
}

/** Fills in right detections so far and precision at each right one; returns how many there are. */
function plainPoints(order: Uint32Array, outcome: Uint8Array, offset: number): number {
  let hits = 0;
  let seen = 0;
  for (let k = 0; k < order.length; k++) {
    const code = outcome[offset + order[k]];
    if (code === outcomes.ignored) continue;
    seen++;
    if (code !== outcomes.right) continue;
    right[hits] = hits + 1;
    precision[hits] = (hits + 1) / seen;
    hits++;
  }
  return hits;
}

function weightedPoints(
  order: Uint32Array,
  outcome: Uint8Array,
  offset: number,
  image: Int32Array,
  weights: Float64Array,
): number {
  let points = 0;
  let hits = 0;
  let seen = 0;
  for (let k = 0; k < order.length; k++) {
    const d = order[k];
    const code = outcome[offset + d];
    if (code === outcomes.ignored) continue;
    const weight = weights[image[d]];
    if (weight === 0) continue;
    seen += weight;
    if (code !== outcomes.right) continue;
    hits += weight;
    right[points] = hits;
    precision[points++] = hits / seen;
  }
  return points;
}
