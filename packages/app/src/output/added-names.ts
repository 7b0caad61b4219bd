import type { AddedColumns } from "./calibrated-writer.ts";

/** What to put before a name that the file already uses. */
const prefixes = { value: "calibrated_", word: "policy_" } as const;

/** A name for each added column that no column of the file has, and which names had to be changed. */
export interface AddedNames {
  readonly added: AddedColumns;
  /** All of them, in the order in which they are written. */
  readonly names: readonly string[];
  /** Names that the file already uses, and what takes their place. */
  readonly changed: readonly { readonly name: string; readonly instead: string }[];
  /** A name that is taken either way. */
  readonly clash: string | undefined;
}

/** A column with one of a few words per row. */
export type WordColumn = NonNullable<AddedColumns["words"]>[number];

/** What is to be added, beside the classes. */
export interface Wanted {
  /** Columns of words behind all others; their names are changed like any other. Default: none. */
  readonly words?: readonly WordColumn[];
  /**
   * `all`: the confidence and, of several classes, the predicted class and all probabilities; `prediction`: of several classes
   * the predicted class and its confidence, otherwise nothing. Default: `all`.
   */
  readonly values?: "all" | "prediction";
}

/**
 * Names for what is added to a file: `confidence` and, of several classes, `prediction` and `p_<class>`. One that the
 * file already uses, in upper or lower case, is put behind `calibrated_`, or `policy_` where it is of a column of words.
 *
 * @param existing columns of the file
 * @param into what to call the confidence instead; taken as it is, and always written then
 * @param classNames undefined for one score per row
 * @param wanted what is to be added
 */
export function nameAdded(
  existing: readonly string[],
  into: string | undefined,
  classNames: readonly string[] | undefined,
  { words: wantedWords = [], values = "all" }: Wanted = {},
): AddedNames {
  const taken = new Set(existing.map((name) => name.toLowerCase()));
  const changed: { name: string; instead: string }[] = [];
  let clash: string | undefined;
  const free = (name: string, kind: keyof typeof prefixes = "value"): string => {
    const isTaken = taken.has(name.toLowerCase());
    const chosen = isTaken ? `${prefixes[kind]}${name}` : name;
    if (taken.has(chosen.toLowerCase())) clash ??= chosen;
    if (isTaken) changed.push({ name, instead: chosen });
    taken.add(chosen.toLowerCase());
    return chosen;
  };
  const keep = (name: string): string => {
    if (taken.has(name.toLowerCase())) clash ??= name;
    taken.add(name.toLowerCase());
    return name;
  };
  const prediction = classNames === undefined ? undefined : free("prediction");
  const hasConfidence = into !== undefined || values === "all" || classNames !== undefined;
  const confidence = into !== undefined ? keep(into) : hasConfidence ? free("confidence") : undefined;
  const probabilities = values === "all" ? (classNames ?? []).map((name) => free(`p_${name}`)) : [];
  const words = wantedWords.map(({ name, values: few }) => ({ name: free(name, "word"), values: few }));
  const classes =
    classNames === undefined || prediction === undefined ? undefined : { prediction, names: classNames, probabilities };
  return {
    added: { confidence, classes, ...(words.length === 0 ? {} : { words }) },
    names: [prediction, confidence, ...probabilities, ...words.map(({ name }) => name)].filter(
      (name) => name !== undefined,
    ),
    changed,
    clash,
  };
}
