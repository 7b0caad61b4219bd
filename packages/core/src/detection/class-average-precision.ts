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
 * @param codes detections of the class that count, by falling score: twice the position, plus 1 for right ones
 * @param weights one per position, ≥ 0
 * @param truths Σ weight of the true boxes that count, > 0
 *
 * Source: pycocotools, cocoeval.py, `COCOeval.accumulate`: recall counts as reached where it is ≥ the grid point, precision
 * is made non-increasing from the right. Accuracy: 1e-15.
 */
export function classAveragePrecision(codes: Int32Array, weights: Float64Array, truths: number): ClassPrecision {
  if (right.length < codes.length) {
    right = new Float64Array(2 * codes.length);
    precision = new Float64Array(2 * codes.length);
  }
  let points = 0;
  let hits = 0;
  let seen = 0;
  for (let k = 0; k < codes.length; k++) {
    const code = codes[k];
    const weight = weights[code >> 1];
    if (weight === 0) continue;
    seen += weight;
    if ((code & 1) === 0) continue;
    hits += weight;
    right[points] = hits;
    precision[points++] = hits / seen;
  }
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
