import { type Calibrator, calibrateValues } from "@candor/core";
import { BadInput, type InputOptions, nameList } from "@candor/input";
import { type FileContext, type OpenedScores, openScores } from "../input/index.ts";
import { type AddedNames, nameAdded, type OutputFormat, openWriter, uniqueNames } from "../output/index.ts";
import type { CliContext } from "./context.ts";
import { matchClasses, reorderColumns } from "./match-classes.ts";
import { createProgress } from "./progress.ts";
import { withRecordedScore } from "./recorded-score.ts";
import { sayWhichSegments } from "./say-which-segments.ts";

/** What to apply to what. */
export interface ApplyRequest {
  readonly calibrator: Calibrator;
  readonly file: string | undefined;
  readonly input: InputOptions;
  /** What to call the calibrated confidence, instead of `confidence`. */
  readonly into: string | undefined;
  readonly output: OutputFormat;
  /** What makes the mean of the members of an ensemble. */
  readonly onMembers?: FileContext["onMembers"];
}

/** What was done. */
export interface ApplyResult {
  readonly source: { readonly name: string; readonly columns: Readonly<Record<string, string>> };
  /** Rows written, those with bad scores included. */
  readonly rows: number;
  /** Rows whose scores were bad, which have nothing in what is added, and lines that were no rows, by reason. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  /** Names of the added columns; none for an array. */
  readonly added: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Scores in a file to calibrated probabilities in another, beside everything else that is in the file.
 *
 * @param draft lets a file be made: called once with what writes to the path it gets, and a place for temporary files
 * @throws {BadInput} when the scores do not fit the calibrator, or a row is bad and bad rows are not left out
 */
export async function applyToFile(
  request: ApplyRequest,
  context: CliContext,
  draft: (produce: (path: string) => Promise<void>, spool: OpenedScores["spool"]) => Promise<void>,
): Promise<ApplyResult> {
  const { calibrator } = request;
  const input = withRecordedScore(request.input, calibrator);
  const progress = createProgress(context.stderr);
  const by = input.by ?? calibrator.segments?.columns;
  checkSegments(calibrator, input.by);
  try {
    const scores = await openScores(request.file, by === undefined ? input : { ...input, by }, calibrator.scoreKind, {
      signal: context.signal,
      stdin: context.stdin,
      onProgress: (fraction, rows) => progress.update("calibrating", fraction, rows),
      ...(request.onMembers ? { onMembers: request.onMembers } : {}),
    }).catch(sayWhichSegments(calibrator, input.by));
    try {
      const names = namesFor(request, scores);
      const notes: string[] = [];
      let rows = 0;
      await draft(async (path) => {
        rows = await write(request, scores, names, path, notes, context, () => progress.update("writing", undefined));
      }, scores.spool);
      const { skipped, notes: read } = scores.summary();
      const added = request.output.format === "npy" ? [] : names.names;
      const source = { name: scores.sourceName, columns: scores.columns };
      const own = added.length === 0 ? [] : notesOnDuplicates(scores.rowSource?.names ?? []);
      return { source, rows, skipped, added, notes: [...read, ...notes, ...own, ...notesOnNames(names, added)] };
    } finally {
      await scores.close();
    }
  } finally {
    progress.clear();
  }
}

function checkSegments(calibrator: Calibrator, by: readonly string[] | undefined): void {
  const columns = calibrator.segments?.columns ?? [];
  if (by === undefined || by.length === columns.length) return;
  throw new BadInput(
    columns.length === 0
      ? "the calibrator has no corrections per segment, expected no --by"
      : `the calibrator has corrections by ${nameList(columns)}, expected as many columns for --by, got ${nameList(by)}`,
  );
}

function namesFor({ calibrator, into, output }: ApplyRequest, { rowSource }: OpenedScores): AddedNames {
  const isWide = calibrator.scoreKind === "probabilities" || calibrator.scoreKind === "logits";
  const existing = output.format === "npy" ? [] : uniqueNames(rowSource?.names ?? []);
  const names = nameAdded(existing, into, isWide ? calibrator.classNames : undefined);
  if (names.clash !== undefined)
    throw new BadInput(`the file already has a column ${nameList([names.clash])}, expected another name: --into NAME`);
  return names;
}

/** What was renamed because the file has such a column already. */
export function notesOnNames({ changed }: AddedNames, added: readonly string[]): string[] {
  if (added.length === 0) return [];
  const shown = changed.slice(0, 3).map(({ name, instead }) => `${nameList([name])} (added as ${nameList([instead])})`);
  if (shown.length === 0) return [];
  const rest = changed.length > shown.length ? ` and ${changed.length - shown.length} more` : "";
  return [`the file already has ${shown.join(", ")}${rest}`];
}

/** What was renamed because the file has several columns of one name. */
export function notesOnDuplicates(names: readonly string[]): string[] {
  const unique = uniqueNames(names);
  const changed = unique.filter((name, i) => name !== names[i]);
  return changed.length === 0
    ? []
    : [`several columns have the same name: some are written as ${nameList(changed, 5)}`];
}

/** Calibrates all rows into a file; returns how many there were. */
async function write(
  { calibrator, output }: ApplyRequest,
  scores: OpenedScores,
  { added }: AddedNames,
  path: string,
  notes: string[],
  { signal }: CliContext,
  onWriting: () => void,
): Promise<number> {
  const { order, note } =
    added.classes === undefined
      ? { order: undefined, note: undefined }
      : matchClasses(calibrator.classNames, scores.classNames, scores.width, scores.sourceName);
  if (note !== undefined) notes.push(note);
  const writer = await openWriter(path, output, added, scores, signal);
  try {
    let rows = 0;
    for await (const { rows: read, keep, values, segments } of scores.batches()) {
      const ordered = order === undefined ? values : reorderColumns(values, order);
      await writer.write({ rows: read, keep, ...calibrateValues(calibrator, ordered, segments) });
      rows += read;
    }
    onWriting();
    await writer.finish();
    return rows;
  } finally {
    await writer.close();
  }
}
