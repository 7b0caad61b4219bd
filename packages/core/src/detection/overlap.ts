import type { Boxes } from "./boxes.ts";

/**
 * How far a detection and a true box overlap: the area of what is in both over that of what is in either, and for a crowd
 * region over the area of the detection.
 *
 * @param d number of the detection
 * @param t number of the true box
 * @returns in [0, 1]; 0 where they do not touch
 *
 * Source: pycocotools, maskApi.c, `bbIou`, with its order of operations.
 */
export function overlapOf(detections: Boxes, d: number, truths: Boxes, t: number, isCrowd: boolean): number {
  const w =
    Math.min(detections.width[d] + detections.x[d], truths.width[t] + truths.x[t]) -
    Math.max(detections.x[d], truths.x[t]);
  if (w <= 0) return 0;
  const h =
    Math.min(detections.height[d] + detections.y[d], truths.height[t] + truths.y[t]) -
    Math.max(detections.y[d], truths.y[t]);
  if (h <= 0) return 0;
  const both = w * h;
  const own = detections.width[d] * detections.height[d];
  return both / (isCrowd ? own : own + truths.width[t] * truths.height[t] - both);
}
