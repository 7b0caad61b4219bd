import {
  BadInput,
  type Field,
  type FittingField,
  fieldsLike,
  findField,
  nameList,
  printable,
  type Table,
  type TableSet,
} from "@candor/input";
import { type NpyArray, openNpyArray } from "../npy/npy-array.ts";
import { openNpzArrays } from "../npy/npz.ts";
import { isColumnOf } from "./refuse-repeated-files.ts";

/** Where what one member says stands: columns of a table, or an array. */
export type MemberSource =
  | {
      readonly kind: "columns";
      readonly name: string;
      readonly table: Table;
      readonly fields: readonly Field[];
      /** Names of the classes, where columns name them. */
      readonly classNames: readonly string[] | undefined;
    }
  | { readonly kind: "array"; readonly name: string; readonly file: string; readonly array: NpyArray }
  /** All members in one array: members × rows × classes, or members × rows. */
  | { readonly kind: "block"; readonly file: string; readonly array: NpyArray };

function isFileName(text: string): boolean {
  return /[/\\]|\.(npy|npz|csv|tsv|jsonl|ndjson|json|parquet|pq|gz|zst)$/i.test(text);
}

function ofPattern(main: Table, pattern: string, flag: string, taken: ReadonlySet<string>): FittingField[] {
  const free = main.fields.filter(({ name }) => !taken.has(name.toLowerCase()));
  const found = fieldsLike(free, pattern);
  if (found.length > 0) return found;
  throw new BadInput(
    `${main.file}: no column fits ${flag} ${printable(pattern)}; columns: ${nameList(main.fields.map((field) => field.name))}`,
    { file: main.file },
  );
}

/**
 * Finds what the parts of `--members` name: files (one per member, or one of all members), columns, or patterns of columns
 * (one pattern per member; of a single pattern the first star is the member and the second the class, or, with one star, every
 * column is a member).
 *
 * @param texts what the flag was given, in order
 * @param flag for messages
 * @param taken names of columns, in lower case, that are something else, such as the label: a pattern passes over them
 * @throws {BadInput} for what names nothing
 */
export async function memberSources(
  set: TableSet,
  texts: readonly string[],
  flag: string,
  taken: ReadonlySet<string>,
): Promise<MemberSource[]> {
  const { main } = set;
  const sources: MemberSource[] = [];
  for (const text of texts) {
    if (text.includes("*")) {
      if (main === undefined) throw new BadInput(`${flag} ${printable(text)} names columns, expected a file with them`);
      const found = ofPattern(main, text, flag, taken);
      if (texts.length === 1 && text.split("*").length === 3) sources.push(...byFirstStar(main, found));
      else if (texts.length === 1)
        for (const { field, stars } of found)
          sources.push({ kind: "columns", name: stars.join("*"), table: main, fields: [field], classNames: undefined });
      else
        sources.push({
          kind: "columns",
          name: text.replaceAll("*", "").replace(/[-_. ]+$/, "") || text,
          table: main,
          fields: found.map(({ field }) => field),
          classNames: found.length > 1 ? found.map(({ stars }) => stars.join("*")) : undefined,
        });
      continue;
    }
    if (main !== undefined && isColumnOf(main, text)) {
      const field = findField(main, text, flag);
      sources.push({ kind: "columns", name: field.name, table: main, fields: [field], classNames: undefined });
      continue;
    }
    if (main?.named && !isFileName(text)) findField(main, text, flag);
    sources.push(...(await ofFile(set, text, flag)));
  }
  const blocks = sources.filter(({ kind }) => kind === "block");
  if (blocks.length > 0 && sources.length > 1)
    throw new BadInput(
      `${flag}: an array of all members stands alone, got ${sources.length} files; expected one array of rows × classes per member`,
    );
  return sources;
}

/** Columns such as `m1_cat`, `m1_dog`, `m2_cat`: a member for everything that stands for the first star. */
function byFirstStar(table: Table, found: readonly FittingField[]): MemberSource[] {
  const members = new Map<string, FittingField[]>();
  for (const one of found) {
    const [first = ""] = one.stars;
    members.set(first, [...(members.get(first) ?? []), one]);
  }
  return [...members].map(([name, columns]) => ({
    kind: "columns",
    name,
    table,
    fields: columns.map(({ field }) => field),
    classNames: columns.length > 1 ? columns.map(({ stars: [, second = ""] }) => second) : undefined,
  }));
}

async function ofFile(set: TableSet, path: string, flag: string): Promise<MemberSource[]> {
  const file = printable(path, 200);
  if (/\.np[yz]$/i.test(path)) {
    const arrays = /\.npz$/i.test(path) ? await openNpzArrays(path, file).catch(missing(path, flag)) : undefined;
    if (arrays === undefined) {
      const array = await openNpyArray(path, file, file).catch(missing(path, flag));
      return [array.header.shape.length === 3 ? { kind: "block", file, array } : one(array, file, file)];
    }
    if (arrays.length === 1 && arrays[0]!.header.shape.length === 3)
      return [{ kind: "block", file, array: arrays[0]! }];
    return arrays.map((array) => one(array, `${file} (${array.name})`, array.name));
  }
  const table = await set.side(path);
  if (table === undefined) throw set.missing(path, flag);
  const fields = table.fields.filter(({ kind }) => kind === "number" || kind === "list" || kind === "matrix");
  if (fields.length < table.fields.length || fields.length === 0)
    throw new BadInput(
      `${table.file}: expected a file of numbers only for ${flag}, one column per class, got ${nameList(table.fields.map((field) => field.name))}`,
      { file: table.file },
    );
  const classNames = fields.length > 1 ? fields.map(({ name }) => name) : undefined;
  return [{ kind: "columns", name: table.file, table, fields, classNames }];
}

function one(array: NpyArray, file: string, name: string): MemberSource {
  const { shape } = array.header;
  if (shape.length === 1 || shape.length === 2) return { kind: "array", name, file, array };
  throw new BadInput(
    `${file}: expected rows × classes (one member), or members × rows × classes in one array, got ${shape.join(" × ") || "a single number"}`,
    { file },
  );
}

function missing(path: string, flag: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    if (cause.code !== "ENOENT" && cause.code !== "ENOTDIR") throw cause;
    throw new BadInput(`no such file: ${printable(path, 200)} (${flag})`, { file: path, cause });
  };
}
