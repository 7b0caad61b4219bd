import { argsort } from "../kernels/argsort.ts";
import type { Boxes, DetectedBoxes } from "./boxes.ts";

/** Boxes of one image and class lie together: group g holds `order[starts[g]] ... order[starts[g + 1] - 1]`. */
export interface BoxGroups {
  readonly order: Uint32Array;
  /** Keys image · classes + class that occur, ascending. */
  readonly keys: Float64Array;
  /** One more than keys. */
  readonly starts: Uint32Array;
}

/**
 * Boxes by image and class, each group in the order given.
 *
 * @param order box numbers in the order that groups keep
 */
export function groupBoxes({ image, category }: Boxes, order: Uint32Array, classes: number): BoxGroups {
  const { length } = order;
  const all = new Float64Array(length);
  for (let k = 0; k < length; k++) all[k] = image[order[k]] * classes + category[order[k]];
  const byKey = argsort(all);
  const sorted = new Uint32Array(length);
  const keys = new Float64Array(length);
  const starts = new Uint32Array(length + 1);
  let groups = 0;
  for (let k = 0; k < length; k++) {
    const key = all[byKey[k]];
    sorted[k] = order[byKey[k]];
    if (groups > 0 && keys[groups - 1] === key) continue;
    keys[groups] = key;
    starts[groups++] = k;
  }
  starts[groups] = length;
  return { order: sorted, keys: keys.subarray(0, groups), starts: starts.subarray(0, groups + 1) };
}

/** Detections by falling score; equal scores by image, then in the order in which they came. */
export function byFallingScore({ score, image }: DetectedBoxes): Uint32Array {
  const byImage = argsort(Float64Array.from(image));
  const negative = new Float64Array(score.length);
  for (let k = 0; k < negative.length; k++) negative[k] = -score[byImage[k]];
  const order = argsort(negative);
  for (let k = 0; k < order.length; k++) order[k] = byImage[order[k]];
  return order;
}
