import { InputError } from "../../errors.ts";
import type { SegmentColumn } from "../../report/predictions.ts";

/** The rows divided by the values of one or more columns together. */
export interface CombinedColumns {
  readonly columns: readonly string[];
  /** Column names joined by " × ". */
  readonly name: string;
  /** One code per row, an index into `values`. */
  readonly codes: Int32Array;
  /** One value per column for every combination that occurs, in the order of the values of the first column, then the next. */
  readonly values: readonly (readonly string[])[];
}

/**
 * The combinations of the values of all columns that occur, as one code per row.
 *
 * @param columns at least one, each with one code per row
 * @param rows number of rows
 * @throws {InputError} `empty` without columns, `shape-mismatch`; `out-of-range` with the first row whose code has no value
 */
export function combineColumns(columns: readonly SegmentColumn[], rows: number): CombinedColumns {
  if (columns.length === 0) throw new InputError("empty", "segments need at least one column, got none");
  for (const { name, codes, values } of columns) {
    if (codes.length !== rows)
      throw new InputError("shape-mismatch", `there are ${rows} rows but ${codes.length} codes of ${name}`);
    for (let i = 0; i < rows; i++)
      if (!(codes[i] >= 0 && codes[i] < values.length))
        throw new InputError(
          "out-of-range",
          `code ${codes[i]} of ${name} at row ${i} is not in [0, ${values.length})`,
          i,
        );
  }
  let combined = compact(columns[0].codes, columns[0].values.length, (code) => [columns[0].values[code]]);
  for (const { codes, values } of columns.slice(1)) {
    const before = combined;
    const pairs = Float64Array.from(before.codes, (code, i) => code * values.length + codes[i]);
    combined = compact(pairs, before.values.length * values.length, (pair) => [
      ...before.values[Math.floor(pair / values.length)],
      values[pair % values.length],
    ]);
  }
  const names = columns.map((column) => column.name);
  return { columns: names, name: names.join(" × "), ...combined };
}

/** Keys below this are counted in a table, others in a map. */
const TABLE_BELOW = 1 << 20;

/** Codes 0, 1, 2, ... for the keys that occur, ascending. */
function compact(
  keys: Int32Array | Float64Array,
  count: number,
  valuesOf: (key: number) => readonly string[],
): { codes: Int32Array; values: (readonly string[])[] } {
  const codes = new Int32Array(keys.length);
  if (count <= TABLE_BELOW) {
    const table = new Int32Array(count);
    for (let i = 0; i < keys.length; i++) table[keys[i]] = 1;
    const values: (readonly string[])[] = [];
    for (let key = 0; key < count; key++) if (table[key] === 1) table[key] = values.push(valuesOf(key)) - 1;
    for (let i = 0; i < keys.length; i++) codes[i] = table[keys[i]];
    return { codes, values };
  }
  const present = Float64Array.from(new Set<number>(keys)).sort();
  const places = new Map<number, number>();
  present.forEach((key, place) => {
    places.set(key, place);
  });
  for (let i = 0; i < keys.length; i++) codes[i] = places.get(keys[i]) ?? 0;
  return { codes, values: Array.from(present, valuesOf) };
}
