import { wilson } from "../intervals/proportion.ts";
import { argsort } from "../kernels/argsort.ts";
import { equalWidthEdges } from "../kernels/bins.ts";
import type { ReliabilityBin } from "../report/document.ts";
import { binBoxes } from "./bin-boxes.ts";
import { effectiveRows } from "./cutoff-curve.ts";
import type { DetectionRows } from "./detection-rows.ts";

/**
 * The bins of a reliability diagram of detections, with intervals by image; empty ones are left out.
 *
 * @param rows detections with outcomes
 * @param chosen positions of the rows to take; null takes all
 * @param bins of equal width, [lo, hi), the last with 1
 * @returns bins in ascending order; intervals are Wilson's at the number of independent detections that the images show
 * @throws {InputError} `out-of-range` for `bins`
 */
export function clusteredReliability(
  rows: DetectionRows,
  chosen: Uint32Array | null,
  bins: number,
  level = 0.95,
): ReliabilityBin[] {
  const { index } = binBoxes(rows, [], bins);
  const members = chosen ?? Uint32Array.from({ length: rows.rows }, (_, i) => i);
  const keys = Float64Array.from(members, (i) => index[i] * rows.images + rows.image[i]);
  const order = argsort(keys);
  const edges = equalWidthEdges(bins);
  const found: ReliabilityBin[] = [];
  let k = 0;
  while (k < order.length) {
    const bin = index[members[order[k]]];
    const s = { n: 0, right: 0, stated: 0, nn: 0, nr: 0, rr: 0, images: 0 };
    while (k < order.length && index[members[order[k]]] === bin) {
      const key = keys[order[k]];
      let n = 0;
      let right = 0;
      for (; k < order.length && keys[order[k]] === key; k++) {
        const i = members[order[k]];
        n++;
        right += rows.right[i];
        s.stated += rows.scores[i];
      }
      s.n += n;
      s.right += right;
      s.nn += n * n;
      s.nr += n * right;
      s.rr += right * right;
      s.images++;
    }
    const observed = s.right / s.n;
    const correction = s.images > 1 ? s.images / (s.images - 1) : 1;
    const spread = Math.max(0, s.rr - 2 * observed * s.nr + observed * observed * s.nn);
    const n = effectiveRows(observed, (correction * spread) / (s.n * s.n), s.n, (s.n * s.n) / s.nn);
    const interval = wilson(observed, n, level);
    found.push({
      lower: edges[bin],
      upper: edges[bin + 1],
      count: s.n,
      share: s.n / members.length,
      meanConfidence: s.stated / s.n,
      observed,
      observedLower: interval.lower,
      observedUpper: interval.upper,
    });
  }
  return found;
}
