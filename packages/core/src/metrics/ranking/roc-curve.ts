import { InputError } from "../../errors.ts";
import { checkSample } from "../../intervals/sample.ts";
import type { CurvePoint } from "../../report/document.ts";
import { checkScores } from "./check-scores.ts";
import { thinCurve } from "./thin-curve.ts";
import { type RankedOptions, tieGroups } from "./tie-groups.ts";

/** Options of curves. */
export interface CurveOptions extends RankedOptions {
  /** Most points to return, ≥ 2. Default 500; Infinity for one per distinct score. */
  readonly maxPoints?: number;
}

/**
 * ROC curve: true-positive rate (`y`) over false-positive rate (`x`), one point per threshold.
 *
 * @param scores n finite reals; higher means more likely positive
 * @param outcomes n values, 0 or 1; both must occur with some weight
 * @returns from (0, 0) at threshold Infinity to (1, 1) at the lowest score; a row is called positive when its score is at
 *   least `threshold`. Corners of the upper hull are kept first when points are left out
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `one-class`
 */
export function rocCurve(scores: Float64Array, outcomes: Uint8Array, options: CurveOptions = {}): CurvePoint[] {
  const maxPoints = checkMaxPoints(options);
  checkScores(scores, outcomes);
  const sample = checkSample(scores.length, options);
  const { count, rows, mass, hits } = tieGroups(scores, outcomes, sample, options.order);
  const x = new Float64Array(count + 1);
  const y = new Float64Array(count + 1);
  for (let g = 0; g < count; g++) {
    x[g + 1] = x[g] + (mass[g] - hits[g]);
    y[g + 1] = y[g] + hits[g];
  }
  const misses = x[count];
  const positives = y[count];
  if (!(misses > 0 && positives > 0))
    throw new InputError("one-class", `every outcome with weight is ${positives > 0 ? 1 : 0}, both 0 and 1 are needed`);
  for (let g = 1; g <= count; g++) {
    x[g] /= misses;
    y[g] /= positives;
  }
  return Array.from(thinCurve(x, y, upperHull(x, y), maxPoints), (g) => ({
    x: x[g],
    y: y[g],
    threshold: g === 0 ? Infinity : scores[rows[g - 1]],
  }));
}

/** @throws {InputError} `out-of-range` */
export function checkMaxPoints({ maxPoints = 500 }: CurveOptions): number {
  if (!(maxPoints >= 2)) throw new InputError("out-of-range", `maxPoints must be at least 2, got ${maxPoints}`);
  return maxPoints;
}

/** 1 for each corner of the least concave curve above the points (x ascending), both ends among them. */
export function upperHull(x: Float64Array, y: Float64Array): Uint8Array {
  const corners = new Uint32Array(x.length);
  let size = 0;
  for (let i = 0; i < x.length; i++) {
    while (size >= 2) {
      const a = corners[size - 2];
      const b = corners[size - 1];
      if ((x[b] - x[a]) * (y[i] - y[a]) < (y[b] - y[a]) * (x[i] - x[a])) break;
      size--;
    }
    corners[size++] = i;
  }
  const marks = new Uint8Array(x.length);
  for (let k = 0; k < size; k++) marks[corners[k]] = 1;
  return marks;
}
