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

/** Columns with one value per label. */
export interface LabelColumns {
  readonly table: Table;
  /** One per label, or the only list or matrix. */
  readonly fields: readonly Field[];
  readonly width: number;
  /** In the order of the values; undefined where the labels are only numbered. */
  readonly names: readonly string[] | undefined;
  /** The pattern, names of columns, or file. */
  readonly title: string;
}

/** The flag that names such columns. */
export type LabelFlag = "--multi-label" | "--truth";

/** Names without what they all begin with, up to a sign that is no letter or digit. */
function withoutPrefix(names: readonly string[]): string[] {
  const [first = ""] = names;
  let common = 0;
  while (common < first.length && names.every((name) => name[common] === first[common])) common++;
  const start = first.slice(0, common).search(/[^\p{L}\p{N}][\p{L}\p{N}]*$/u) + 1;
  return names.every((name) => name.length > start) ? names.map((name) => name.slice(start)) : [...names];
}

function complaint(table: Table, what: string): BadInput {
  const columns = nameList(table.fields.map(({ name }) => name));
  return new BadInput(`${table.file}: ${what}; columns: ${columns}`, { file: table.file });
}

function checkFields(table: Table, fields: readonly Field[], names: readonly string[], flag: LabelFlag): void {
  const wrong = fields.find(({ kind }) => kind !== "number" && kind !== "text" && kind !== "boolean");
  if (wrong !== undefined)
    throw new BadInput(`${table.file}: expected one number per row in ${printable(wrong.name)} (${flag})`, {
      file: table.file,
      column: wrong.name,
    });
  const repeated = names.find((name, k) => names.indexOf(name) !== k);
  if (repeated !== undefined)
    throw new BadInput(`${table.file}: two columns of ${flag} are of the label ${printable(repeated)}, expected one`, {
      file: table.file,
    });
}

function fromPattern(table: Table, pattern: string, flag: LabelFlag, taken: ReadonlySet<Field>): LabelColumns {
  if (pattern.split("*").length > 2) throw new BadInput(`${flag} ${printable(pattern)}: expected one * at most`);
  const found = fieldsLike(
    table.fields.filter((field) => !taken.has(field)),
    pattern,
  );
  if (found.length === 0) throw complaint(table, `no column fits ${flag} ${printable(pattern)}`);
  const fields = found.map(({ field }) => field);
  const names = found.map(({ stars: [name = ""] }) => name);
  checkFields(table, fields, names, flag);
  return { table, fields, width: fields.length, names, title: pattern };
}

function fromList(table: Table, text: string, flag: LabelFlag): LabelColumns {
  const wanted = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const fields = wanted.map((name) => findField(table, name, flag));
  const names = withoutPrefix(fields.map(({ name }) => name));
  checkFields(table, fields, names, flag);
  return { table, fields, width: fields.length, names, title: wanted.join(", ") };
}

async function fromField(set: TableSet, text: string, flag: LabelFlag): Promise<LabelColumns> {
  const located = await set.locate(text, flag);
  const { table, field } = located;
  const complain = (what: string, hint?: string) =>
    new BadInput(`${table.file}: ${what}`, { file: table.file, column: field.name, hint });
  if (field.kind === "other")
    throw complain(
      `expected numbers in ${printable(field.name)} (${flag}), one per label`,
      "an array of true and false is saved as 0 and 1 by .astype('uint8')",
    );
  if (field.kind !== "matrix" && field.kind !== "list")
    throw complain(
      `${flag} ${printable(text)} is one value per row, expected one per label`,
      `a pattern such as '${flag === "--truth" ? "y_*" : "s_*"}', names separated by commas, or an array`,
    );
  const width = field.width ?? (await table.width(field));
  if (width === undefined || width === 0) throw complain(`no row has values in ${printable(field.name)} (${flag})`);
  return { table, fields: [field], width, names: undefined, title: set.title(located) };
}

/**
 * The columns that hold one value per label: a pattern (`s_*`), names separated by commas, one column of lists, or an array.
 *
 * @param taken fields that are something else: a pattern passes over them
 * @throws {BadInput} when no column is meant, or one cannot be
 */
export async function labelColumns(
  set: TableSet,
  text: string,
  flag: LabelFlag,
  taken: ReadonlySet<Field> = new Set(),
): Promise<LabelColumns> {
  const { main } = set;
  const isColumn = main?.fields.some(({ name }) => name === text) ?? false;
  const isMany = !isColumn && (text.includes("*") || (text.includes(",") && (await set.side(text)) === undefined));
  if (!isMany) return fromField(set, text, flag);
  if (main === undefined || !main.named)
    throw new BadInput(`${flag} ${printable(text)} names columns, expected a file that has some`);
  return text.includes("*") ? fromPattern(main, text, flag, taken) : fromList(main, text, flag);
}
