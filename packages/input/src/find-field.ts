import { BadInput } from "./bad-input.ts";
import { nameList, nearestName, printable } from "./show.ts";
import type { Field, Table } from "./table.ts";

/** The fields called so: exactly, or else but for upper and lower case. */
export function fieldsNamed(fields: readonly Field[], name: string): readonly Field[] {
  const exact = fields.filter((field) => field.name === name);
  if (exact.length > 0) return exact;
  const lower = name.toLowerCase();
  return fields.filter((field) => field.name.toLowerCase() === lower);
}

/** The complaint about a column that is not there: the nearest name, and the columns that are. */
export function noSuchField(table: Table, name: string, flag: string): BadInput {
  const names = table.fields.map((field) => field.name);
  const near = nearestName(name, names);
  const meant = near === undefined ? "" : `, did you mean ${printable(near)}?`;
  return new BadInput(`${table.file}: no column ${printable(name)} (${flag})${meant}; columns: ${nameList(names)}`, {
    file: table.file,
    column: name,
  });
}

/**
 * The column with a name.
 *
 * @param flag what asked for it, e.g. `--label`
 * @throws {BadInput} when there is none, or several
 */
export function findField(table: Table, name: string, flag: string): Field {
  const found = fieldsNamed(table.fields, name);
  if (found.length === 0) throw noSuchField(table, name, flag);
  if (found.length > 1)
    throw new BadInput(`${table.file}: ${found.length} columns are called ${printable(name)} (${flag}), expected one`, {
      file: table.file,
      column: name,
    });
  return found[0]!;
}
