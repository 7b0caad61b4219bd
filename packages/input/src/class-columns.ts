import { BadInput } from "./bad-input.ts";
import { fieldsLike } from "./fields-like.ts";
import { findField } from "./find-field.ts";
import { classPrefixes, notClasses } from "./known-names.ts";
import { printable, titles } from "./show.ts";
import type { Field, Table } from "./table.ts";

/** Columns with one value per class. */
export interface ClassColumns {
  readonly fields: readonly Field[];
  readonly classNames: readonly string[];
  /** What to call them: the pattern, or their names. */
  readonly title: string;
}

type Kind = "probs" | "logits";

function isUsable(field: Field, className: string): boolean {
  return className !== "" && !(field.kind === "text" && notClasses.includes(className.toLowerCase()));
}

/** Columns whose names fit a pattern such as `p_*`, in the order of the file. */
function fitting(fields: readonly Field[], pattern: string): ClassColumns {
  const found = fieldsLike(fields, pattern, ({ field, stars }) => isUsable(field, stars.join("*")));
  return {
    fields: found.map(({ field }) => field),
    classNames: found.map(({ stars }) => stars.join("*")),
    title: pattern,
  };
}

function namesOfClasses(fields: readonly Field[], kind: Kind): string[] {
  const names = fields.map((field) => field.name);
  const prefix = classPrefixes[kind].find((start) => names.every((name) => name.startsWith(start) && name !== start));
  return prefix === undefined ? names : names.map((name) => name.slice(prefix.length));
}

/** The groups of columns that look like one value per class, from their names alone. */
export function recogniseClassColumns(fields: readonly Field[], kind: Kind): ClassColumns[] {
  const groups: ClassColumns[] = [];
  for (const prefix of classPrefixes[kind]) {
    const found = fields.flatMap((field) => {
      const className = field.name.slice(prefix.length);
      const fits = field.name.toLowerCase().startsWith(prefix) && field.kind !== "list" && field.kind !== "matrix";
      return fits && isUsable(field, className) && !notClasses.includes(className.toLowerCase())
        ? [{ field, className }]
        : [];
    });
    if (found.length < 2) continue;
    groups.push({
      fields: found.map(({ field }) => field),
      classNames: found.map(({ className }) => className),
      title: `${prefix}*`,
    });
  }
  return groups;
}

/**
 * The columns the user means by a pattern (`p_*`) or by names separated by commas.
 *
 * @param taken fields that are something else, such as the label: a pattern passes over them
 * @returns undefined when the text is neither: a single name without `*`
 * @throws {BadInput} when no column, or only one, is meant
 */
export function chosenClassColumns(
  table: Table,
  text: string,
  kind: Kind,
  taken: ReadonlySet<Field>,
): ClassColumns | undefined {
  const { fields, file } = table;
  const complain = (what: string, hint?: string) =>
    new BadInput(`${file}: ${what}; columns: ${titles(fields)}`, { file, hint });
  if (text.includes("*")) {
    const columns = fitting(
      fields.filter((field) => !taken.has(field)),
      text,
    );
    if (columns.fields.length === 0) throw complain(`no column fits --${kind} ${printable(text)}`);
    if (columns.fields.length === 1)
      throw complain(
        `--${kind} ${printable(text)} fits only the column ${titles(columns.fields)}, expected one per class`,
      );
    return columns;
  }
  if (!text.includes(",") || fields.some((field) => field.name === text)) return undefined;
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const chosen = names.map((name) => findField(table, name, `--${kind}`));
  if (new Set(chosen).size < chosen.length) throw complain(`--${kind} names a column twice`);
  if (chosen.length < 2) throw complain(`--${kind} names one column, expected one per class`);
  return { fields: chosen, classNames: namesOfClasses(chosen, kind), title: names.join(", ") };
}

/** All columns of a file that holds nothing but one value per class. */
export function wholeTableAsClasses(table: Table, kind: Kind): ClassColumns | undefined {
  const fields = table.fields.filter((field) => field.kind === "number");
  if (fields.length < 2 || fields.length < table.fields.length) return undefined;
  return { fields, classNames: namesOfClasses(fields, kind), title: titles(fields) };
}
