import {
  BadInput,
  BinaryLabels,
  type CategoryColumn,
  type Field,
  fieldsNamed,
  findField,
  isMissingText,
  nameList,
  printable,
  shownValue,
  type Table,
} from "@candor/input";
import type { FileContext } from "../file-context.ts";
import { openTable } from "../open-table.ts";
import { makeSpool } from "../spool.ts";
import type { OwnValue } from "./envelope.ts";

const idNames = ["id", "custom_id", "key", "response_id", "request_id"];
const correctNames = ["correct", "is_correct", "label", "ok", "grade", "right"];
const MOST_IDS = 20_000_000;

/** Reads values that say whether an answer was right. */
export interface CorrectReader {
  /**
   * @returns null where the value says that nothing is known
   * @throws {BadInput} for anything that everybody would not read in the same way
   */
  read(value: OwnValue, place: string): boolean | null;
}

/**
 * A reader of one column of labels: true/false, 1/0, yes/no, correct/wrong and the like.
 *
 * @param file for messages
 * @param column for messages
 */
export function createCorrectReader(file: string, column: string): CorrectReader {
  const labels = new BinaryLabels("correct");
  return {
    read(value, place) {
      if (value === null || (typeof value === "string" && isMissingText(value))) return null;
      const code = labels.classify(String(value));
      if (code >= 0) return code === 1;
      throw new BadInput(
        `${file}: ${place}: ${printable(column)} is ${shownValue(String(value))}, expected ${labels.expectation()}`,
        { file, column },
      );
    },
  };
}

function fieldFor(table: Table, wanted: string | undefined, names: readonly string[], what: string): Field {
  if (wanted !== undefined) return findField(table, wanted, "--correct");
  const found = names.map((name) => fieldsNamed(table.fields, name)[0]).find((field) => field !== undefined);
  if (found !== undefined) return found;
  throw new BadInput(
    `${table.file}: no column for ${what}, expected one called ${names.slice(0, 3).join(" or ")}; columns: ${nameList(table.fields.map(({ name }) => name))}`,
    { file: table.file },
  );
}

function isCategory(column: unknown): column is CategoryColumn {
  return typeof column === "object" && column !== null && "codes" in column;
}

/**
 * Labels by id, from a table of its own: CSV, TSV, JSONL, JSON or Parquet.
 *
 * @param path the file
 * @param correct name of the column that says whether the answer was right; recognised where it is left out
 * @throws {BadInput} for a file without these columns, a label that cannot be read, and an id with two labels
 */
export async function readLabelsById(
  path: string,
  correct: string | undefined,
  context: FileContext,
): Promise<ReadonlyMap<string, boolean>> {
  let made: ReturnType<typeof makeSpool> | undefined;
  const spool = () => {
    made ??= makeSpool();
    return made;
  };
  try {
    const table = await openTable(path, path, undefined, spool);
    try {
      const ids = fieldFor(table, undefined, idNames, "the id of each answer");
      const truths = fieldFor(table, correct, correctNames, "whether each answer was right");
      const reader = createCorrectReader(table.file, truths.name);
      const requests = [ids, truths].map(
        (field) => ({ as: "category", field, limit: MOST_IDS, purpose: "of labels" }) as const,
      );
      const labels = new Map<string, boolean>();
      let row = 0;
      for await (const { rows, columns } of table.stream(requests, {
        batchRows: 131_072,
        skipBad: false,
        signal: context.signal,
      })) {
        const [keys, values] = columns;
        if (!isCategory(keys) || !isCategory(values)) throw new TypeError("labels are read as categories");
        for (let i = 0; i < rows; i++) {
          row++;
          const id = keys.values[keys.codes[i] ?? -1];
          const truth = reader.read(values.values[values.codes[i] ?? -1] ?? null, `row ${row}`);
          if (id === undefined || truth === null) continue;
          if (labels.has(id) && labels.get(id) !== truth)
            throw new BadInput(`${table.file}: row ${row}: the id ${shownValue(id)} has another label before`, {
              file: table.file,
              row,
            });
          labels.set(id, truth);
        }
      }
      if (labels.size === 0) throw new BadInput(`${table.file}: there are no labels`, { file: table.file });
      return labels;
    } finally {
      await table.close();
    }
  } finally {
    made?.remove();
  }
}
