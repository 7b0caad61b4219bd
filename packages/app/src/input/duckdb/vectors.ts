import type { DuckDBVector } from "@duckdb/node-api";

// The binding keeps the values of a chunk in typed arrays but declares them private
// (duckdb-node-neo issue 361); this is the only file that reaches for them.

function inside(holder: object, key: string): unknown {
  return Reflect.get(holder, key);
}

/**
 * The values of a DOUBLE vector, garbage where a value is null. Valid as long as the chunk is.
 *
 * @throws {TypeError} for a vector of another type
 */
export function doubles(vector: DuckDBVector): Float64Array {
  const items = inside(vector, "items");
  if (!(items instanceof Float64Array)) throw new TypeError("not a vector of doubles");
  return items;
}

/**
 * The values of a vector of DOUBLE arrays of one length, array after array. Valid as long as the chunk is.
 *
 * @throws {TypeError} for a vector of another type
 */
export function arrayDoubles(vector: DuckDBVector): Float64Array {
  const child = inside(vector, "childData");
  const items = typeof child === "object" && child !== null ? inside(child, "items") : undefined;
  if (!(items instanceof Float64Array)) throw new TypeError("not a vector of arrays of doubles");
  return items;
}

/**
 * The 16-byte headers of a VARCHAR vector as four words each: length, then the text itself when it has at most
 * 12 bytes (padded with zeros), else a prefix and an address.
 *
 * @throws {TypeError} for a vector of another type
 */
export function stringWords(vector: DuckDBVector): Int32Array {
  const view = inside(vector, "dataView");
  if (!(view instanceof DataView) || view.byteLength !== vector.itemCount * 16)
    throw new TypeError("not a vector of text");
  return new Int32Array(view.buffer, view.byteOffset, view.byteLength / 4);
}

/**
 * The values of a UBIGINT vector as two words each, lower word first.
 *
 * @throws {TypeError} for a vector of another type
 */
export function wordPairs(vector: DuckDBVector): Int32Array {
  const items = inside(vector, "items");
  if (!(items instanceof BigUint64Array)) throw new TypeError("not a vector of unsigned 64-bit integers");
  return new Int32Array(items.buffer, items.byteOffset, items.length * 2);
}

/** Which values of a vector are there, 32 rows per word, lowest bit first; undefined when all are. */
export function validityWords(vector: DuckDBVector): Uint32Array | undefined {
  const validity = inside(vector, "validity");
  if (typeof validity !== "object" || validity === null) throw new TypeError("a vector without validity");
  const data = inside(validity, "data");
  if (data === null) return undefined;
  if (!(data instanceof BigUint64Array)) throw new TypeError("validity is not kept in 64-bit words");
  return new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
}

/** Whether row `i` is there. */
export function isValid(words: Uint32Array | undefined, i: number): boolean {
  return words === undefined || ((words[i >>> 5]! >>> (i & 31)) & 1) === 1;
}
