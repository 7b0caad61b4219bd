/**
 * Puts a candidate in its place among the nearest so far, which stand ascending by distance, then by index.
 *
 * @param at where the list of at most k starts in both arrays
 * @param count how many it holds
 * @param k how many it may hold; the last makes way
 * @returns the new count
 */
export function insertNearest(
  distances: Float64Array,
  indices: Int32Array,
  at: number,
  count: number,
  k: number,
  distance: number,
  index: number,
): number {
  let place = at + count;
  if (count === k) {
    place--;
    if (!(distance < distances[place] || (distance === distances[place] && index < indices[place]))) return k;
  }
  while (
    place > at &&
    (distance < distances[place - 1] || (distance === distances[place - 1] && index < indices[place - 1]))
  ) {
    distances[place] = distances[place - 1];
    indices[place] = indices[place - 1];
    place--;
  }
  distances[place] = distance;
  indices[place] = index;
  return Math.min(k, count + 1);
}
