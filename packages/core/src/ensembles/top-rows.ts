/** The rows with the largest values, largest first; of equals the first. */
export function topRows(values: Float64Array, count: number): number[] {
  const kept: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (kept.length === count && !(values[i] > values[kept[count - 1]])) continue;
    let at = kept.length;
    while (at > 0 && values[kept[at - 1]] < values[i]) at--;
    kept.splice(at, 0, i);
    if (kept.length > count) kept.pop();
  }
  return kept;
}
