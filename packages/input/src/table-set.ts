import { BadInput } from "./bad-input.ts";
import { baseName } from "./base-name.ts";
import { fieldsNamed, findField, noSuchField } from "./find-field.ts";
import { knownNames, plainName, type Role } from "./known-names.ts";
import { printable, titles } from "./show.ts";
import type { Field, Table } from "./table.ts";

/** A field and the file it is in. */
export interface Located {
  readonly table: Table;
  readonly field: Field;
}

/** The file the report is about and those that flags add to it. */
export class TableSet<T extends Table = Table> {
  readonly main: T | undefined;
  readonly #open: (path: string) => Promise<T | undefined>;
  readonly #sides = new Map<string, T>();

  /** @param open opens a further file by the name the user gave it; undefined when there is none */
  constructor(main: T | undefined, open: (path: string) => Promise<T | undefined>) {
    this.main = main;
    this.#open = open;
  }

  get tables(): readonly T[] {
    return this.main === undefined ? [...this.#sides.values()] : [this.main, ...this.#sides.values()];
  }

  /** The file with this name, opened; undefined when there is none. */
  async side(path: string): Promise<T | undefined> {
    const known = this.#sides.get(path);
    if (known !== undefined) return known;
    const table = await this.#open(path);
    if (table !== undefined) this.#sides.set(path, table);
    return table;
  }

  /**
   * The column a flag names, or the only column of the file it names.
   *
   * @param flag for messages, e.g. `--label`
   * @param role helps to choose among several columns of a further file
   * @throws {BadInput} when there is neither
   */
  async locate(text: string, flag: string, role?: Role): Promise<Located> {
    if (this.main !== undefined && fieldsNamed(this.main.fields, text).length > 0)
      return { table: this.main, field: findField(this.main, text, flag) };
    const table = await this.side(text);
    if (table === undefined) throw this.missing(text, flag);
    return { table, field: onlyField(table, flag, role) };
  }

  /** The complaint about a text that names neither a column nor a file. */
  missing(text: string, flag: string): BadInput {
    const looksLikeFile = /[/\\]|\.(npy|npz|csv|tsv|jsonl|ndjson|json|parquet|pq|gz|zst)$/i.test(text);
    if (this.main === undefined || looksLikeFile)
      return new BadInput(`no such file: ${printable(text, 200)} (${flag})`, { file: text });
    return noSuchField(this.main, text, flag);
  }

  /** How to call a located field in the report. */
  title({ table, field }: Located): string {
    if (table === this.main && table.named) return field.name;
    return table.fields.length > 1 ? `${baseName(table.file)}: ${field.name}` : baseName(table.file);
  }
}

function onlyField(table: Table, flag: string, role: Role | undefined): Field {
  if (table.fields.length === 1) return table.fields[0]!;
  const known = role === undefined ? [] : table.fields.filter((f) => knownNames[role].includes(plainName(f.name)));
  if (known.length === 1) return known[0]!;
  throw new BadInput(
    `${table.file}: expected a file with one column for ${flag}, got the columns ${titles(table.fields)}`,
    { file: table.file },
  );
}
