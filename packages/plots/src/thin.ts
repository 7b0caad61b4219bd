/**
 * At most `limit` of the points, evenly by position; the first and the last are always among them.
 *
 * @param points in drawing order
 * @param limit at least 2
 */
export function thin<Point>(points: readonly Point[], limit: number): readonly Point[] {
  if (points.length <= limit) return points;
  const step = (points.length - 1) / (limit - 1);
  const wanted = new Set(Array.from({ length: limit }, (_, i) => Math.round(i * step)));
  return points.filter((_, i) => wanted.has(i));
}
