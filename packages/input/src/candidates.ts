import { type ClassColumns, recogniseClassColumns } from "./class-columns.ts";
import { fieldsNamed } from "./find-field.ts";
import { knownNames, plainName, type Role, weakScoreNames } from "./known-names.ts";
import type { Field, FieldKind, Table } from "./table.ts";

/** The field of a table that is one unnamed array, which speaks through its shape alone. */
export function loneArray(table: Table | undefined): Field | undefined {
  return table?.named === false ? table.fields[0] : undefined;
}

/** What the columns of the main file could be, by their names. */
export class Candidates {
  readonly #fields: readonly Field[];
  readonly #scoreName: string | undefined;

  /**
   * @param taken fields that flags use for something else
   * @param scoreName column that is the confidence where there is one
   */
  constructor(table: Table | undefined, taken: ReadonlySet<Field>, scoreName?: string) {
    this.#fields = (table?.fields ?? []).filter((field) => !taken.has(field));
    this.#scoreName = scoreName;
  }

  of(role: Role, kinds: readonly FieldKind[]): readonly Field[] {
    if (role === "confidence" && this.#scoreName !== undefined) {
      const recorded = fieldsNamed(this.#fields, this.#scoreName).filter(({ kind }) => kinds.includes(kind));
      if (recorded.length > 0) return recorded;
    }
    const names = knownNames[role];
    return this.#fields.filter((field) => names.includes(plainName(field.name)) && kinds.includes(field.kind));
  }

  scores(): readonly Field[] {
    const strong = this.of("score", ["number", "text", "boolean"]);
    if (strong.length > 0) return strong;
    return this.#fields.filter((field) => weakScoreNames.includes(plainName(field.name)) && field.kind === "number");
  }

  classes(kind: "probs" | "logits"): readonly ClassColumns[] {
    const lists = this.of(kind, ["list", "matrix"]).map((field) => ({
      fields: [field],
      classNames: [],
      title: field.name,
    }));
    return [...recogniseClassColumns(this.#fields, kind), ...lists];
  }

  truths(role: "label" | "correct"): readonly Field[] {
    return this.of(role, ["number", "text", "boolean"]);
  }
}

/** Whether names of columns show scores of classes; names that often hold something else do not count. */
export function looksLikeClasses(table: Table, taken: ReadonlySet<Field>): boolean {
  const candidates = new Candidates(table, taken);
  return (
    candidates.of("score", ["number", "text", "boolean"]).length > 0 ||
    candidates.classes("probs").length > 0 ||
    candidates.classes("logits").length > 0 ||
    (candidates.of("confidence", ["number", "text"]).length > 0 && candidates.truths("correct").length > 0)
  );
}
