import { nameList, shownValue } from "@candor/input";
import type { OwnValue } from "@candor/llm";
import { createCorrectReader, type FileContext, readLabelsById } from "../input/index.ts";
import { UsageError } from "./usage-error.ts";

/** What a response stands beside. */
interface Beside {
  readonly id: string | null;
  readonly columns: Readonly<Record<string, OwnValue>>;
  readonly line: number;
}

/** Says of each answer whether it was right. */
export interface Truths {
  correctOf(saved: Beside): boolean | null;
  /** Once all answers have passed: what went unused, in sentences. */
  notes(): readonly string[];
}

/** Where labels come from. */
export interface TruthFlags {
  /** Column beside the responses, or of the file of labels. */
  readonly correct?: string;
  /** File of labels by id. */
  readonly labels?: string;
}

/**
 * Labels from a column beside the responses, or from a file of their own.
 *
 * @param file the responses, for messages
 * @returns null where no labels are given
 * @throws {BadInput} for labels that cannot be read
 */
export async function readTruths(
  { correct, labels }: TruthFlags,
  file: string,
  context: FileContext,
): Promise<Truths | null> {
  if (labels !== undefined) return truthsById(await readLabelsById(labels, correct, context), labels);
  if (correct === undefined) return null;
  const reader = createCorrectReader(file, correct);
  let seen = 0;
  let missing = 0;
  const names = new Set<string>();
  return {
    correctOf({ columns, line }) {
      if (!Object.hasOwn(columns, correct)) {
        missing++;
        if (names.size < 30) for (const name of Object.keys(columns)) names.add(name);
        return null;
      }
      seen++;
      const truth = reader.read(columns[correct] ?? null, `line ${line}`);
      if (truth === null) missing++;
      return truth;
    },
    notes() {
      if (seen === 0) {
        const there = names.size === 0 ? "nothing stands beside the responses" : `there are ${nameList([...names])}`;
        throw new UsageError(`${file}: no line has ${shownValue(correct)} (--correct), ${there}`);
      }
      return missing === 0
        ? []
        : [
            `${counted(missing, "line has", "lines have")} no ${correct} and ${missing === 1 ? "is" : "are"} scored without a label`,
          ];
    },
  };
}

function counted(n: number, one: string, many: string): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

function truthsById(byId: ReadonlyMap<string, boolean>, file: string): Truths {
  const used = new Set<string>();
  let without = 0;
  return {
    correctOf({ id }) {
      const truth = id === null ? undefined : byId.get(id);
      if (id === null || truth === undefined) {
        without++;
        return null;
      }
      used.add(id);
      return truth;
    },
    notes() {
      if (used.size === 0)
        throw new UsageError(`${file}: no id of the labels is the id of a response, expected the same ids in both`);
      const unused = byId.size - used.size;
      return [
        ...(without === 0 ? [] : [`${counted(without, "response has", "responses have")} no label in ${file}`]),
        ...(unused === 0
          ? []
          : [`${counted(unused, "label", "labels")} of ${file} ${unused === 1 ? "belongs" : "belong"} to no response`]),
      ];
    },
  };
}
