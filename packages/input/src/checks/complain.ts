import { BadInput } from "../bad-input.ts";
import { printable, shownValue } from "../show.ts";
import type { Located } from "../table-set.ts";

/**
 * The complaint about one value: file, row, column, what was expected, what came.
 *
 * @param got the value, or undefined where nothing is written
 */
export async function complainAbout(
  { table, field }: Located,
  row: number,
  expected: string,
  got: string | number | undefined,
  hint?: string,
): Promise<BadInput> {
  const column = table.named ? `, column ${printable(field.name)}` : "";
  const came = got === undefined ? "nothing" : shownValue(got);
  return new BadInput(`${table.file}, ${await table.place(row)}${column}: expected ${expected}, got ${came}`, {
    file: table.file,
    row,
    column: field.name,
    hint,
  });
}
