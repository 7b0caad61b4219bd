/** Number of ascending values < z, by bisection. */
export function countBelow(values: Float64Array, z: number): number {
  let from = 0;
  let to = values.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (values[middle] < z) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Number of ascending values ≤ z, by bisection. */
export function countUpTo(values: Float64Array, z: number): number {
  let from = 0;
  let to = values.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (values[middle] <= z) from = middle + 1;
    else to = middle;
  }
  return from;
}
