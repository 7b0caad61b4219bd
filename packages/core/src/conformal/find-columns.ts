import { InputError } from "../errors.ts";
import type { SegmentColumn } from "../report/predictions.ts";

/**
 * Columns by name, in the order of the names.
 *
 * @throws {InputError} `incompatible` for a name that no column has
 */
export function findColumns(segments: readonly SegmentColumn[], names: readonly string[]): SegmentColumn[] {
  return names.map((name) => {
    const column = segments.find((segment) => segment.name === name);
    if (column !== undefined) return column;
    const known = segments.length === 0 ? "there are no columns" : segments.map((segment) => segment.name).join(", ");
    throw new InputError("incompatible", `the groups need a column ${name}, got ${known}`);
  });
}
