import { BadInput } from "./bad-input.ts";
import { baseName } from "./base-name.ts";
import { type Candidates, loneArray } from "./candidates.ts";
import { type ClassColumns, chosenClassColumns, recogniseClassColumns, wholeTableAsClasses } from "./class-columns.ts";
import type { InputOptions } from "./input-options.ts";
import { checkedNumeric } from "./locate-shared.ts";
import { printable, titles } from "./show.ts";
import type { Field, Table } from "./table.ts";
import type { TableSet } from "./table-set.ts";

type Kind = "probs" | "logits";

/** One value per class, from which file. */
export interface ClassSource {
  readonly table: Table;
  readonly fields: readonly Field[];
  /** Number of classes. */
  readonly width: number;
  readonly classNames: readonly string[];
  /** False where the classes are only numbered, as in an array. */
  readonly isNamed: boolean;
  readonly title: string;
}

/** What is known before the classes are looked for. */
export interface ClassSearch {
  readonly candidates: Candidates;
  /** Fields that are something else: a pattern passes over them. */
  readonly taken: ReadonlySet<Field>;
  /** The kind of values that is wanted, where not either will do. */
  readonly only: Kind | undefined;
}

/** Counts and names the classes. */
async function counted(table: Table, columns: ClassColumns, kind: Kind): Promise<ClassSource> {
  const { fields, title } = columns;
  const single = fields.length === 1 ? fields[0]! : undefined;
  if (single === undefined) {
    const wrong = fields.find((field) => field.kind !== "number" && field.kind !== "text");
    if (wrong !== undefined) checkedNumeric({ table, field: wrong }, `--${kind}`);
    return { table, fields, width: fields.length, classNames: columns.classNames, isNamed: true, title };
  }
  const lists = single.kind === "list" || single.kind === "matrix" || single.kind === "text";
  const width = lists ? await table.width(single) : 1;
  if (width === undefined || width < 2)
    throw new BadInput(
      `${table.file}: expected at least two values per row for --${kind}, got one in ${printable(single.name)}`,
      { file: table.file, column: single.name, hint: "for the probability of one class use --score" },
    );
  const classNames = Array.from({ length: width }, (_, k) => String(k));
  return { table, fields, width, classNames, isNamed: false, title };
}

/** The classes that a flag names: columns of the main file, or a file of their own. */
async function chosenClasses(set: TableSet, text: string, kind: Kind, taken: ReadonlySet<Field>): Promise<ClassSource> {
  const { main } = set;
  const chosen = main && chosenClassColumns(main, text, kind, taken);
  if (main !== undefined && chosen !== undefined) return counted(main, chosen, kind);
  const own = main?.fields.find((field) => field.name === text);
  if (main !== undefined && own !== undefined)
    return counted(main, { fields: [own], classNames: [], title: own.name }, kind);
  const table = await set.side(text);
  if (table === undefined) throw set.missing(text, `--${kind}`);
  const groups = recogniseClassColumns(table.fields, kind);
  const arrays = table.fields.filter((field) => field.kind === "matrix" || field.kind === "list");
  const columns =
    groups.length === 1
      ? groups[0]!
      : arrays.length === 1
        ? { fields: arrays, classNames: [], title: baseName(table.file) }
        : wholeTableAsClasses(table, kind);
  if (columns === undefined)
    throw new BadInput(
      `${table.file}: expected an array of n × k values or columns of numbers, one per class, got ${titles(table.fields)}`,
      { file: table.file },
    );
  return counted(table, { ...columns, title: baseName(table.file) }, kind);
}

/**
 * Where the values per class are: by flags first, then by names.
 *
 * @throws {BadInput} when there are none, or several groups of columns could be meant
 */
export async function locateClasses(
  set: TableSet,
  { probs, logits }: Pick<InputOptions, "probs" | "logits">,
  { candidates, taken, only }: ClassSearch,
): Promise<{ classes: ClassSource; areLogits: boolean }> {
  const { main } = set;
  if (logits !== undefined) return { classes: await chosenClasses(set, logits, "logits", taken), areLogits: true };
  if (probs !== undefined) return { classes: await chosenClasses(set, probs, "probs", taken), areLogits: false };
  if (main === undefined) throw new BadInput("no probabilities given, expected --probs or --logits with a file");
  const lone = loneArray(main);
  if (lone !== undefined) {
    const columns = { fields: [lone], classNames: [], title: baseName(main.file) };
    return { classes: await counted(main, columns, only ?? "probs"), areLogits: only === "logits" };
  }
  const kinds = only === undefined ? (["probs", "logits"] as const) : [only];
  const found = kinds.flatMap((kind) => candidates.classes(kind).map((columns) => ({ kind, columns })));
  if (found.length === 1) {
    const { kind, columns } = found[0]!;
    return { classes: await counted(main, columns, kind), areLogits: kind === "logits" };
  }
  if (found.length > 1)
    throw new BadInput(
      `${main.file}: several groups of columns could be the classes: ${found.map((f) => f.columns.title).join(", ")}`,
      { file: main.file, hint: "say which with --probs or --logits" },
    );
  throw new BadInput(`${main.file}: no columns are known to be one value per class; columns: ${titles(main.fields)}`, {
    file: main.file,
    hint: "name them with --probs 'p_*' or --logits 'z_*'",
  });
}
