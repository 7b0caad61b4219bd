/**
 * A bound of an interval, with something to draw in its place where it is infinite.
 *
 * @param bound any number
 * @param otherwise a finite number
 */
export function finiteOr(bound: number, otherwise: number): number {
  return Number.isFinite(bound) ? bound : otherwise;
}
