import { BadInput } from "../bad-input.ts";
import { fieldsLike } from "../fields-like.ts";
import { findField } from "../find-field.ts";
import { nameList, printable, shownValue } from "../show.ts";
import type { Field, Table } from "../table.ts";
import { isLevelText, levelPart, readLevels } from "./quantile-levels.ts";

/** One column per level, levels ascending. */
export interface QuantileColumns {
  readonly fields: readonly Field[];
  readonly levels: readonly number[];
}

interface Named {
  readonly field: Field;
  readonly text: string;
}

function isNumeric({ kind }: Field): boolean {
  return kind === "number" || kind === "text";
}

function ascending(fields: readonly Field[], levels: readonly number[]): QuantileColumns {
  const order = levels.map((_, i) => i).sort((a, b) => levels[a]! - levels[b]!);
  return { fields: order.map((i) => fields[i]!), levels: order.map((i) => levels[i]!) };
}

function resolved(table: Table, named: readonly Named[], asked: string): QuantileColumns {
  const reading = readLevels(named.map(({ text }) => text));
  if ("levels" in reading)
    return ascending(
      named.map(({ field }) => field),
      reading.levels,
    );
  const { name } = named[reading.at]!.field;
  const first = named[0]!.field.name;
  const hint = `say the levels, e.g. --quantiles '0.05=${printable(first, 20)},…'`;
  const complain = (what: string) =>
    new BadInput(`${table.file}: ${asked}: ${what}`, { file: table.file, column: name, hint });
  switch (reading.problem) {
    case "not-a-level":
      return refuse(complain(`expected a level in the name of the column, such as q0.05, got ${printable(name)}`));
    case "out-of-range":
      return refuse(complain(`expected levels between 0 and 1, got the column ${printable(name)}`));
    case "twice":
      return refuse(complain(`expected different levels, but ${printable(name)} repeats that of another column`));
    case "ambiguous":
      return refuse(complain(`${printable(name)} could be the level ${reading.either?.join(" or ")}`));
  }
}

function refuse(error: BadInput): never {
  throw error;
}

/** The columns whose names are those of quantiles, such as q0.05 or quantile_0.9; fewer than two are none. */
export function recogniseQuantiles(fields: readonly Field[]): readonly Field[] {
  const found = fields.filter((field) => isNumeric(field) && levelPart(field.name) !== undefined);
  return found.length < 2 ? [] : found;
}

/** The levels of recognised columns. */
export function recognisedQuantiles(table: Table, fields: readonly Field[]): QuantileColumns {
  const named = fields.map((field) => ({ field, text: levelPart(field.name) ?? "" }));
  return resolved(table, named, `columns ${nameList(fields.map(({ name }) => name))}`);
}

function fitting(fields: readonly Field[], pattern: string): Named[] {
  const found = fieldsLike(fields, pattern, ({ stars: [text = ""] }) => isLevelText(text));
  return found.map(({ field, stars: [text = ""] }) => ({ field, text }));
}

function listed(table: Table, text: string): QuantileColumns {
  const entries = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const assigned = entries.map((entry) => /^(\d*\.?\d+)\s*=\s*(.+)$/.exec(entry));
  const asked = `--quantiles ${printable(text)}`;
  if (assigned.every((match) => match !== null)) {
    const fields = assigned.map((match) => findField(table, match?.[2] ?? "", "--quantiles"));
    const levels = assigned.map((match) => Number(match?.[1]));
    const wrong = levels.find((level) => !(level > 0 && level < 1));
    if (wrong !== undefined) throw new BadInput(`${asked}: expected levels between 0 and 1, got ${shownValue(wrong)}`);
    if (new Set(levels).size < levels.length) throw new BadInput(`${asked}: expected different levels, got one twice`);
    return ascending(fields, levels);
  }
  const fields = entries.map((entry) => findField(table, entry, "--quantiles"));
  const named = fields.map((field) => ({
    field,
    text: levelPart(field.name) ?? field.name.replace(/^[^\d.]*(?=[\d.])/, ""),
  }));
  return resolved(table, named, asked);
}

/**
 * The columns that `--quantiles` names: a pattern (`q*`), names separated by commas, or levels with names
 * (`0.05=low,0.95=high`).
 *
 * @param taken fields that are something else: a pattern passes over them
 * @throws {BadInput} when no column is meant, or a level cannot be told
 */
export function chosenQuantiles(table: Table, text: string, taken: ReadonlySet<Field>): QuantileColumns {
  const { file, fields } = table;
  if (text.split("*").length > 2) throw new BadInput(`--quantiles ${printable(text)}: expected one * at most`);
  const columns = text.includes("*") ? patterned(table, text, taken) : listed(table, text);
  const wrong = columns.fields.find((field) => !isNumeric(field));
  if (wrong !== undefined)
    throw new BadInput(`${file}: expected one number per row in ${printable(wrong.name)} (--quantiles)`, {
      file,
      column: wrong.name,
    });
  if (new Set(columns.fields).size < columns.fields.length)
    throw new BadInput(`${file}: --quantiles names a column twice`, { file });
  if (columns.fields.length === 0)
    throw new BadInput(
      `${file}: --quantiles names no column; columns: ${nameList(fields.map((field) => field.name))}`,
      { file },
    );
  return columns;
}

function patterned(table: Table, pattern: string, taken: ReadonlySet<Field>): QuantileColumns {
  const found = fitting(
    table.fields.filter((field) => !taken.has(field)),
    pattern,
  );
  const asked = `--quantiles ${printable(pattern)}`;
  if (found.length > 0) return resolved(table, found, asked);
  throw new BadInput(
    `${table.file}: no column fits ${asked} with a level such as 0.05 in place of the *; columns: ${nameList(table.fields.map((f) => f.name))}`,
    { file: table.file },
  );
}
