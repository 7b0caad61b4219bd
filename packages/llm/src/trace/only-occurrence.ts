/**
 * Where a sequence of bytes stands in another, if it stands there exactly once; −1 otherwise, and for an empty one.
 *
 * Source: Knuth, Morris and Pratt (1977). Accuracy: linear for every input, which `indexOf` is not.
 */
export function onlyOccurrence(all: Uint8Array, sought: Uint8Array): number {
  if (sought.length === 0 || sought.length > all.length) return -1;
  const borders = bordersOf(sought);
  let found = -1;
  let matched = 0;
  for (let i = 0; i < all.length; i++) {
    while (matched > 0 && all[i] !== sought[matched]) matched = borders[matched - 1] ?? 0;
    if (all[i] === sought[matched]) matched++;
    if (matched < sought.length) continue;
    if (found >= 0) return -1;
    found = i + 1 - sought.length;
    matched = borders[matched - 1] ?? 0;
  }
  return found;
}

/** Length of the longest proper border of each prefix. */
function bordersOf(sought: Uint8Array): Int32Array {
  const borders = new Int32Array(sought.length);
  let length = 0;
  for (let i = 1; i < sought.length; i++) {
    while (length > 0 && sought[i] !== sought[length]) length = borders[length - 1] ?? 0;
    if (sought[i] === sought[length]) length++;
    borders[i] = length;
  }
  return borders;
}
