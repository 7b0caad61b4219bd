import { existsSync, realpathSync } from "node:fs";
import { BadInput, printable, type Table } from "@candor/input";

/** Whether a part of `--members` is the name of a column of the main file. */
export function isColumnOf(main: Table, text: string): boolean {
  return main.named && main.fields.some(({ name }) => name.toLowerCase() === text.toLowerCase());
}

/**
 * Refuses a file that is named as two members: it would agree with itself, and the unknown would come out too small.
 *
 * @param main the file whose columns may be members, too
 * @param texts what `--members` was given
 * @throws {BadInput} that names the file as it was given both times
 */
export function refuseRepeatedFiles(main: Table | undefined, texts: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const text of texts) {
    if ((main !== undefined && isColumnOf(main, text)) || !existsSync(text)) continue;
    const place = realpathSync(text);
    const other = seen.get(place);
    seen.set(place, text);
    if (other === undefined) continue;
    const file = printable(text, 200);
    const what = other === text ? `${file} twice` : `${printable(other, 200)} and ${file}, which are the same file`;
    throw new BadInput(`--members names ${what}, expected another file for every member`, {
      file: text,
      hint: "--member-weights says that a member counts twice",
    });
  }
}
