/** The values at the given positions, in their order. */
export function pick(values: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let k = 0; k < picked.length; k++) picked[k] = values[rows[k]];
  return picked;
}
