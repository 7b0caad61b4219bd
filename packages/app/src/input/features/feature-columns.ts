import { basename } from "node:path";
import {
  BadInput,
  type Field,
  fieldsLike,
  findField,
  nameList,
  printable,
  type Table,
  type TableSet,
} from "@candor/input";
import type { FileTable } from "../file-table.ts";

/** Columns, or one array, with some numbers per row. */
export interface FeatureColumns {
  readonly table: Table;
  /** One per number, or the only list or matrix. */
  readonly fields: readonly Field[];
  readonly width: number;
  /** What follows the pattern in each name, or the names; undefined where the numbers have none. */
  readonly names: readonly string[] | undefined;
  /** The pattern, names of columns, or file. */
  readonly title: string;
}

function isNumeric({ kind }: Field): boolean {
  return kind === "number" || kind === "boolean";
}

function refuse(table: Table, what: string, column?: string): never {
  throw new BadInput(`${table.file}: ${what}`, { file: table.file, ...(column === undefined ? {} : { column }) });
}

function several(table: Table, fields: readonly Field[], flag: string): readonly Field[] {
  const wrong = fields.find((field) => !isNumeric(field) && field.kind !== "text");
  if (wrong !== undefined)
    refuse(table, `expected one number per row in ${printable(wrong.name)} (${flag})`, wrong.name);
  return fields;
}

async function ofField(table: Table, field: Field, flag: string, title: string): Promise<FeatureColumns> {
  if (field.kind === "list" || field.kind === "matrix") {
    const width = field.width ?? (await table.width(field));
    if (width === undefined || width === 0) refuse(table, `no row has values in ${printable(field.name)} (${flag})`);
    return { table, fields: [field], width, names: undefined, title };
  }
  return { table, fields: several(table, [field], flag), width: 1, names: undefined, title };
}

/** A file of its own: its only array or list, or all of its columns. */
async function ofFile(table: Table, flag: string, title: string): Promise<FeatureColumns> {
  const wide = table.fields.filter(({ kind }) => kind === "list" || kind === "matrix");
  const [only] = table.fields.length === 1 ? table.fields : wide.length === 1 ? wide : [];
  if (only !== undefined) return ofField(table, only, flag, title);
  const wrong = table.fields.find((field) => !isNumeric(field));
  if (wrong !== undefined)
    refuse(
      table,
      `expected a file of numbers only for ${flag}, got the column ${printable(wrong.name)}; columns: ${nameList(table.fields.map(({ name }) => name))}`,
      wrong.name,
    );
  const names = table.fields.map(({ name }) => name);
  return { table, fields: table.fields, width: names.length, names, title };
}

/**
 * The columns that a flag means: a pattern (`f_*`), names separated by commas, one column of lists, an array, or a file of
 * numbers.
 *
 * @param flag for messages, e.g. `--features`
 * @throws {BadInput} when no column is meant, or one cannot be
 */
export async function featureColumns(set: TableSet<FileTable>, text: string, flag: string): Promise<FeatureColumns> {
  const { main } = set;
  const own = main?.fields.find(({ name }) => name === text);
  if (main !== undefined && own !== undefined) return ofField(main, own, flag, text);
  const side = await set.side(text);
  if (side !== undefined) return ofFile(side, flag, basename(side.file));
  if (main === undefined) throw set.missing(text, flag);
  if (text.includes("*")) {
    if (text.split("*").length > 2) throw new BadInput(`${flag} ${printable(text)}: expected one * at most`);
    const found = fieldsLike(main.fields, text);
    if (found.length === 0)
      refuse(
        main,
        `no column fits ${flag} ${printable(text)}; columns: ${nameList(main.fields.map(({ name }) => name))}`,
      );
    const [first] = found;
    if (found.length === 1 && first !== undefined) return ofField(main, first.field, flag, text);
    const fields = several(
      main,
      found.map(({ field }) => field),
      flag,
    );
    return {
      table: main,
      fields,
      width: fields.length,
      names: found.map(({ stars: [name = ""] }) => name),
      title: text,
    };
  }
  if (text.includes(",")) {
    const wanted = text.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
    const fields = several(
      main,
      wanted.map((name) => findField(main, name, flag)),
      flag,
    );
    return { table: main, fields, width: fields.length, names: fields.map(({ name }) => name), title: text };
  }
  const located = await set.locate(text, flag);
  return ofField(located.table, located.field, flag, text);
}
