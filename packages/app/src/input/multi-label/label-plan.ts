import { basename } from "node:path";
import { BadInput, type Field, nameList, printable, type TableSet } from "@candor/input";
import { type LabelColumns, type LabelFlag, labelColumns } from "./label-columns.ts";

/** Which columns hold the scores and the truth of every label. */
export interface LabelPlan {
  readonly scores: LabelColumns;
  /** In the order of the scores. */
  readonly truth: LabelColumns | undefined;
  readonly labelNames: readonly string[];
  readonly sourceName: string;
  readonly notes: readonly string[];
}

/** What is asked for. */
export interface LabelRequest {
  /** What `--multi-label` says; undefined where the only array of the file will do. */
  readonly scores: string | undefined;
  readonly truth: string | undefined;
  /** Labels that are needed, in this order; others are passed over. Default: those of the file. */
  readonly labelNames?: readonly string[];
}

function literalLength(text: string): number {
  return text.replaceAll("*", "").length;
}

/** The columns of a pattern that another, more telling pattern means. */
async function fieldsOf(set: TableSet, text: string | undefined, flag: LabelFlag): Promise<ReadonlySet<Field>> {
  return new Set(text === undefined ? [] : (await labelColumns(set, text, flag)).fields);
}

function inOrder(columns: LabelColumns, order: readonly number[]): LabelColumns {
  const { fields, names } = columns;
  return {
    ...columns,
    fields: order.flatMap((k) => fields[k] ?? []),
    names: order.flatMap((k) => names?.[k] ?? []),
    width: order.length,
  };
}

/** What the partner of a column would be called. */
function expected(title: string, name: string): string {
  return title.includes("*") ? `${printable(name)} (expected ${printable(title.replace("*", name))})` : printable(name);
}

function missingPartners(scores: LabelColumns, truth: LabelColumns): string | undefined {
  const { names: own = [] } = scores;
  const { names: other = [] } = truth;
  const list = (names: readonly string[], title: string) =>
    `${names
      .slice(0, 10)
      .map((name) => expected(title, name))
      .join(", ")}${names.length > 10 ? ` and ${names.length - 10} more` : ""}`;
  const noTruth = own.filter((name) => !other.includes(name));
  const noScore = other.filter((name) => !own.includes(name));
  const parts = [
    ...(noTruth.length > 0 ? [`no truth for ${list(noTruth, truth.title)}`] : []),
    ...(noScore.length > 0 ? [`no score for ${list(noScore, scores.title)}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** The truth in the order of the scores. */
function paired(scores: LabelColumns, truth: LabelColumns): LabelColumns {
  const { file } = truth.table;
  if (scores.names !== undefined && truth.names !== undefined) {
    const missing = missingPartners(scores, truth);
    if (missing !== undefined)
      throw new BadInput(`${file}: every label needs a score and a truth: ${missing}`, { file });
    const { names } = truth;
    return inOrder(
      truth,
      scores.names.map((name) => names.indexOf(name)),
    );
  }
  if (scores.names !== undefined || truth.names !== undefined)
    throw new BadInput(
      "expected scores and truth both as columns, which are matched by name, or both as arrays (or lists), which are matched by position",
    );
  if (scores.width !== truth.width)
    throw new BadInput(
      `${scores.title} has ${scores.width} labels per row but ${truth.title} has ${truth.width}, expected as many`,
      { file },
    );
  return truth;
}

/** The columns of the labels that are needed. */
function wantedOf(columns: LabelColumns, wanted: readonly string[], flag: LabelFlag): LabelColumns {
  const { table, names, width, title } = columns;
  const { file } = table;
  if (names === undefined) {
    if (width === wanted.length) return columns;
    throw new BadInput(
      `${file}: the calibration file has ${wanted.length} labels (${nameList(wanted, 5)}), got ${width} (${flag})`,
      { file },
    );
  }
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new BadInput(
      `${file}: the calibration file has labels that are missing here: ${missing
        .slice(0, 10)
        .map((name) => expected(title, name))
        .join(", ")}${missing.length > 10 ? ` and ${missing.length - 10} more` : ""} (${flag})`,
      { file },
    );
  return inOrder(
    columns,
    wanted.map((name) => names.indexOf(name)),
  );
}

function notesOn(all: LabelColumns, wanted: readonly string[]): string[] {
  const { names, table } = all;
  if (names === undefined) {
    const isNumbered = wanted.every((name, k) => name === String(k));
    return isNumbered ? [] : [`${table.file} does not name its labels: taken in the order ${nameList(wanted, 10)}`];
  }
  const more = names.filter((name) => !wanted.includes(name));
  return more.length === 0 ? [] : [`not used: ${nameList(more, 10)}, which the calibration file does not have`];
}

/** The array that is all there is in a file. */
function loneArray({ main }: TableSet): LabelColumns | undefined {
  const [field, ...more] = main?.named === false ? main.fields : [];
  if (main === undefined || field?.kind !== "matrix" || more.length > 0) return undefined;
  return { table: main, fields: [field], width: field.width ?? 0, names: undefined, title: basename(main.file) };
}

/**
 * Decides which columns hold the scores and, where asked for, the truth of every label, and pairs them.
 *
 * @throws {BadInput} that names the labels without a partner, or the columns there are
 */
export async function makeLabelPlan(set: TableSet, { scores, truth, labelNames }: LabelRequest): Promise<LabelPlan> {
  const isScoresWider = scores !== undefined && truth !== undefined && literalLength(scores) < literalLength(truth);
  const found =
    scores === undefined
      ? loneArray(set)
      : await labelColumns(
          set,
          scores,
          "--multi-label",
          isScoresWider ? await fieldsOf(set, truth, "--truth") : undefined,
        );
  if (found === undefined) throw new BadInput("no scores given, expected --multi-label with one per label");
  const taken = isScoresWider ? undefined : new Set(found.fields);
  const outcomes = truth === undefined ? undefined : await labelColumns(set, truth, "--truth", taken);
  const own = labelNames === undefined ? found : wantedOf(found, labelNames, "--multi-label");
  const names = labelNames ?? own.names ?? Array.from({ length: own.width }, (_, k) => String(k));
  const known = outcomes && (labelNames === undefined ? outcomes : wantedOf(outcomes, labelNames, "--truth"));
  const tables = [...new Set([own.table, known?.table ?? own.table])];
  return {
    scores: own,
    truth: known && paired(own, known),
    labelNames: names,
    sourceName: set.main === undefined ? tables.map(({ file }) => basename(file)).join(" + ") : basename(set.main.file),
    notes: labelNames === undefined ? [] : notesOn(found, labelNames),
  };
}
