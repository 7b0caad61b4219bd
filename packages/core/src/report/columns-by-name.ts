import { InputError } from "../errors.ts";
import type { SegmentColumn } from "./predictions.ts";

/**
 * Columns by name, in the order of the names.
 *
 * @param why what needs the columns, such as "the policy decides by"
 * @throws {InputError} `incompatible` for a name that no column has
 */
export function columnsByName(names: readonly string[], given: readonly SegmentColumn[], why: string): SegmentColumn[] {
  return names.map((name) => {
    const column = given.find((candidate) => candidate.name === name);
    if (column) return column;
    const got = given.length === 0 ? "no columns" : given.map((candidate) => candidate.name).join(", ");
    throw new InputError("incompatible", `${why} ${names.join(" × ")}: expected a column ${name}, got ${got}`);
  });
}
