/**
 * Puts a row in its place among the k nearest so far, which stand ascending by distance; the last makes way. Of equal
 * distances the row that came first stays first, so that offering rows in order puts the smaller index first.
 *
 * @param at where the list of k starts in both arrays, Infinity where there are fewer rows yet
 */
export function insertNearest(
  distances: Float64Array,
  indices: Int32Array,
  at: number,
  k: number,
  distance: number,
  index: number,
): void {
  let place = at + k - 1;
  if (!(distance < distances[place])) return;
  for (; place > at && distance < distances[place - 1]; place--) {
    distances[place] = distances[place - 1];
    indices[place] = indices[place - 1];
  }
  distances[place] = distance;
  indices[place] = index;
}
