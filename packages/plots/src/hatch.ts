/** A rectangle in pixels. */
export interface Box {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
}

/**
 * Rising diagonal lines inside boxes, as the data of one path. All boxes share the same lines, so neighbours join.
 *
 * @param boxes `x1` ≤ `x2`, `y1` ≤ `y2` (downwards)
 * @param spacing pixels between two lines, along the horizontal
 */
export function hatch(boxes: readonly Box[], spacing = 7): string {
  const lines: string[] = [];
  for (const { x1, x2, y1, y2 } of boxes) {
    const first = Math.ceil((x1 + y1) / spacing);
    const last = Math.floor((x2 + y2) / spacing);
    for (let k = first; k <= last; k++) {
      const sum = k * spacing;
      const left = Math.max(x1, sum - y2);
      const right = Math.min(x2, sum - y1);
      if (right > left) lines.push(`M${left},${sum - left}L${right},${sum - right}`);
    }
  }
  return lines.join("");
}
