import type { DetectedBoxes } from "./boxes.ts";
import type { DetectionMatches } from "./match-detections.ts";

/** Detections of each class by falling score: class c holds `order[starts[c]] ... order[starts[c + 1] - 1]`. */
export interface ClassOrder {
  readonly order: Uint32Array;
  readonly starts: Uint32Array;
}

/** The detections that count, class after class, each by falling score. */
export function orderByClass({ order }: DetectionMatches, { category }: DetectedBoxes, classes: number): ClassOrder {
  const starts = new Uint32Array(classes + 1);
  for (let k = 0; k < order.length; k++) starts[category[order[k]] + 1]++;
  for (let c = 0; c < classes; c++) starts[c + 1] += starts[c];
  const next = starts.slice();
  const sorted = new Uint32Array(order.length);
  for (let k = 0; k < order.length; k++) sorted[next[category[order[k]]]++] = order[k];
  return { order: sorted, starts };
}
