/** The chosen elements; all of them, uncopied, without a choice. */
export function pickDoubles(values: Float64Array, keep: Int32Array | undefined): Float64Array {
  if (keep === undefined) return values;
  const out = new Float64Array(keep.length);
  for (let i = 0; i < keep.length; i++) out[i] = values[keep[i]!]!;
  return out;
}

/** As `pickDoubles`, for integers. */
export function pickInts(values: Int32Array, keep: Int32Array | undefined): Int32Array {
  if (keep === undefined) return values;
  const out = new Int32Array(keep.length);
  for (let i = 0; i < keep.length; i++) out[i] = values[keep[i]!]!;
  return out;
}

/** As `pickDoubles`, for rows of `width` numbers. */
export function pickRows(values: Float64Array, width: number, keep: Int32Array | undefined): Float64Array {
  if (keep === undefined) return values;
  const out = new Float64Array(keep.length * width);
  for (let i = 0; i < keep.length; i++) {
    const start = keep[i]! * width;
    out.set(values.subarray(start, start + width), i * width);
  }
  return out;
}
