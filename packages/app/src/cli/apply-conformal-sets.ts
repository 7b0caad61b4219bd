import {
  type Calibrator,
  type ConformalSets,
  calibrateValues,
  type Matrix,
  type PredictedSets,
  predictSets,
} from "@candor/core";
import { BadInput, nameList } from "@candor/input";
import { type OpenedScores, openScores, type ScoreBatch } from "../input/index.ts";
import { memberSeparator, openWriter } from "../output/index.ts";
import { notesOnDuplicates } from "./apply-calibrator.ts";
import { type ConformalApplication, type ConformalApplied, namesBeside } from "./conformal-application.ts";
import { matchClasses, reorderColumns } from "./match-classes.ts";

/**
 * The prediction set of every row of a file, beside everything else that is in it.
 *
 * @throws {BadInput} when the scores do not fit the sets, or a row is bad and bad rows are not left out
 */
export async function applySets(document: ConformalSets, application: ConformalApplication): Promise<ConformalApplied> {
  const { file, input, calibrator, output, signal, stdin, onProgress, draft } = application;
  const { scoreKind, condition, classNames } = document;
  checkNames(classNames);
  const own = condition.kind === "groups" ? condition.columns : [];
  const names = columnsRead(own, calibrator);
  const by = [...(input.by ?? own), ...names.slice(own.length)];
  const kind = calibrator?.scoreKind ?? scoreKind;
  const scores = await openScores(file, by.length === 0 ? input : { ...input, by }, kind, {
    signal,
    stdin,
    onProgress: (fraction, rows) => onProgress("predicting", fraction, rows),
  }).catch(sayWhoAsks(document, input.by));
  try {
    const existing = scores.rowSource?.names ?? [];
    const { names: added, notes } = namesBeside(existing, ["set", "set_size"]);
    const [members = "set", size = "set_size"] = added;
    const { order, note } = orderOf(document, scores);
    const tally = { rows: 0, count: 0, total: 0, empty: 0, unbounded: 0 };
    await draft(async (path) => {
      const columns = { confidence: undefined, classes: undefined, sets: { members, size } };
      const writer = await openWriter(path, output, columns, scores, signal);
      try {
        for await (const batch of scores.batches()) {
          const named = batch.segments.map((column, i) => ({ ...column, name: names[i] ?? column.name }));
          const values = order === undefined ? batch.values : reorderColumns(batch.values, order);
          const sets = predict(document, calibrator, { ...batch, values, segments: named }, tally.count);
          tally.rows += batch.rows;
          tally.count += sets.rows;
          for (const one of sets.sizes) {
            tally.total += one;
            if (one === 0) tally.empty++;
            if (one === sets.classes) tally.unbounded++;
          }
          await writer.write({
            rows: batch.rows,
            keep: batch.keep,
            confidences: new Float64Array(sets.rows),
            classes: undefined,
            sets: { members: memberTexts(sets, classNames), sizes: sets.sizes },
          });
        }
        onProgress("writing", undefined);
        await writer.finish();
      } finally {
        await writer.close();
      }
    }, scores.spool);
    const { skipped, notes: read } = scores.summary();
    const isText = output.format === "csv" || output.format === "tsv";
    return {
      source: { name: scores.sourceName, columns: scores.columns },
      rows: tally.rows,
      skipped,
      added,
      notes: [
        ...read,
        ...(note === undefined ? [] : [note]),
        ...(isText ? notesOnBars(classNames) : []),
        ...notesOnDuplicates(existing),
        ...notes,
      ],
      sizes: {
        count: tally.count,
        mean: tally.count === 0 ? null : tally.total / tally.count,
        empty: tally.empty,
        unbounded: tally.unbounded,
      },
    };
  } finally {
    await scores.close();
  }
}

function checkNames(classNames: readonly string[]): void {
  const bad = classNames.find((name) => name.includes(memberSeparator));
  if (bad !== undefined)
    throw new BadInput(`the name of the class ${nameList([bad])} has a separator (U+001F) in it and cannot be written`);
}

function notesOnBars(classNames: readonly string[]): string[] {
  const barred = classNames.filter((name) => name.includes(" | "));
  if (barred.length === 0) return [];
  return [`" | " stands between the classes of a set and inside ${nameList(barred, 3)}: .json and .parquet hold lists`];
}

/** A missing column that the sets, and not the user, asked for. */
function sayWhoAsks({ condition }: ConformalSets, by: readonly string[] = []): (cause: unknown) => never {
  return (cause) => {
    if (!BadInput.is(cause) || cause.column === undefined || condition.kind !== "groups") throw cause;
    if (!condition.columns.includes(cause.column) || by.includes(cause.column)) throw cause;
    const { row, column, file } = cause;
    throw new BadInput(`thresholds are by ${nameList(condition.columns)}; ${cause.message}`, {
      row,
      column,
      file,
      cause,
    });
  };
}

function orderOf({ classNames, scoreKind }: ConformalSets, scores: OpenedScores) {
  return scoreKind === "probability"
    ? { order: undefined, note: undefined }
    : matchClasses(classNames, scores.classNames, scores.width, scores.sourceName, "calibration file");
}

/** Names of the columns of segments: those of the groups, then what only the calibrator reads. */
function columnsRead(own: readonly string[], calibrator: Calibrator | undefined): string[] {
  const seen = new Set(own.map((name) => name.toLowerCase()));
  return [...own, ...(calibrator?.segments?.columns ?? []).filter((name) => !seen.has(name.toLowerCase()))];
}

function calibrated(calibrator: Calibrator, { values, segments }: ScoreBatch): Matrix {
  const own = (calibrator.segments?.columns ?? []).flatMap(
    (name) => segments.find((column) => column.name.toLowerCase() === name.toLowerCase()) ?? [],
  );
  const { confidences, classes } = calibrateValues(calibrator, values, own);
  return classes?.probabilities ?? { data: confidences, rows: confidences.length, cols: 1 };
}

function predict(
  document: ConformalSets,
  calibrator: Calibrator | undefined,
  batch: ScoreBatch,
  firstRow: number,
): PredictedSets {
  const classes = document.classNames.length;
  const { values, segments, weights } = batch;
  if (values.rows === 0) return { rows: 0, classes, sizes: new Int32Array(0), bits: new Uint32Array(0) };
  return predictSets(document, calibrator === undefined ? values : calibrated(calibrator, batch), {
    firstRow,
    segments,
    ...(weights === undefined ? {} : { testWeights: weights }),
  });
}

/** The names of the classes in every set, joined. */
function memberTexts({ rows, classes, bits }: PredictedSets, classNames: readonly string[]): string[] {
  const words = Math.ceil(classes / 32);
  const texts: string[] = [];
  for (let i = 0; i < rows; i++) {
    let text = "";
    let isFirst = true;
    for (let w = 0; w < words; w++)
      for (let left = bits[i * words + w] ?? 0; left !== 0; left &= left - 1) {
        const k = 32 * w + 31 - Math.clz32(left & -left);
        text += isFirst ? (classNames[k] ?? "") : `${memberSeparator}${classNames[k] ?? ""}`;
        isFirst = false;
      }
    texts.push(text);
  }
  return texts;
}
