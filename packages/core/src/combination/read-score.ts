import type { StackScale } from "./stack-data.ts";

/** Numbers in [0, 1] are taken into [CLIP, 1 - CLIP] before their log-odds. */
export const STACK_CLIP = 1e-6;

/** A score on the scale it is read at; NaN stays NaN. */
export function readScore(value: number, scale: StackScale): number {
  if (scale === "identity") return value;
  const p = value < STACK_CLIP ? STACK_CLIP : value > 1 - STACK_CLIP ? 1 - STACK_CLIP : value;
  return Math.log(p / (1 - p));
}
