/** A step of an area: where it lies and its two edges, in pixels. */
export interface Step {
  readonly x1: number;
  readonly x2: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * An area of steps as the data of a path: one closed outline, so that no seam shows between neighbours.
 *
 * @param steps from left to right, each starting where the last one ended
 */
export function stepArea(steps: readonly Step[]): string {
  const [first] = steps;
  if (first === undefined) return "";
  const there = steps.map(({ x2, top }) => `V${top}H${x2}`).join("");
  const back = [...steps]
    .reverse()
    .map(({ x1, bottom }) => `V${bottom}H${x1}`)
    .join("");
  return `M${first.x1},${first.bottom}${there}${back}Z`;
}
