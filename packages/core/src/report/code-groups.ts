/** Row numbers by code, ascending: one array for every code in [0, count), empty where it does not occur. */
export function codeGroups(codes: Int32Array, count: number): Uint32Array[] {
  const sizes = new Uint32Array(count);
  for (let i = 0; i < codes.length; i++) sizes[codes[i]]++;
  const groups = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(count);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    groups[code][filled[code]++] = i;
  }
  return groups;
}

/** A code for every row, equal where the keys are, with the keys in the order of first appearance. */
export interface KeyCodes {
  readonly codes: Int32Array;
  readonly keys: readonly number[];
}

/**
 * Codes of the keys of values.
 *
 * @param most gives up, and returns `undefined`, when there are more keys than this. Default: no limit
 */
export function keyCodes(
  values: Float64Array,
  keyOf: (value: number) => number,
  most: number = Infinity,
): KeyCodes | undefined {
  const codes = new Int32Array(values.length);
  const known = new Map<number, number>();
  const keys: number[] = [];
  let lastKey = Number.NaN;
  let lastCode = 0;
  for (let i = 0; i < values.length; i++) {
    const key = keyOf(values[i]);
    if (key !== lastKey) {
      lastKey = key;
      const code = known.get(key);
      if (code === undefined) {
        lastCode = keys.length;
        if (lastCode >= most) return undefined;
        known.set(key, lastCode);
        keys.push(key);
      } else lastCode = code;
    }
    codes[i] = lastCode;
  }
  return { codes, keys };
}
