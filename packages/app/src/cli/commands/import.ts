import { formats } from "@candor/input";
import { type Command, Option } from "commander";
import { type BadRowNote, type ImportOptions, type ImportRow, openImport } from "../../input/index.ts";
import type { CliContext } from "../context.ts";
import { GateFailed } from "../gate-failed.ts";
import { collectNames } from "../input-files.ts";
import { Interrupted } from "../interrupted.ts";
import { createProgress } from "../progress.ts";
import { type Connection, connect } from "../server/connect.ts";
import { type RejectedItem, sendBatch } from "../server/send-batch.ts";
import { addServerFlags, type ServerFlags } from "../server/server-flags.ts";
import { UsageError } from "../usage-error.ts";

interface ImportFlags extends Omit<ImportOptions, "rawConfidence" | "source">, ServerFlags {
  readonly project: string;
  readonly raw?: string;
  readonly source?: string;
  readonly fromRow: number;
  readonly json?: boolean;
}

/** Bad rows that are shown one by one; the others are counted. */
const mostShown = 20;

/** Adds `candor import` to the program. */
export function addImportCommand(program: Command, context: CliContext): void {
  const command = program
    .command("import")
    .description("send a file of predictions, outcomes or both to the server; again changes nothing")
    .argument("<file>", "CSV, TSV, JSONL, JSON, Parquet (also .gz, .zst), NPY or NPZ; - reads standard input")
    .option("--project <id>", "the project it goes into", "default")
    .optionsGroup("What the columns are (recognised where unambiguous):")
    .option("--id <column>", "ids of the predictions; without one they are made of content and row")
    .option("--model <name>", "the model that made all of them")
    .option("--model-column <column>", "the model of each; a column `model` is taken by itself")
    .option("--model-version <name>", "its version; 1 where nothing says")
    .option("--version-column <column>", "the version of each; a column `version` is taken by itself")
    .option("--score <column>", "probability of the positive class")
    .option("--label <column>", "what happened: 0/1 or class names; empty where it is not known yet")
    .option("--labels <column>", "the same as --label")
    .option("--positive <value>", "the label that --score is the probability of")
    .option("--probs <columns>", "one probability per class: 'p_*', a,b,c; the likeliest class is kept")
    .option("--logits <columns>", "one logit per class, named like --probs")
    .option("--confidence <column>", "confidence in the prediction made; empty where there was none")
    .option("--correct <column>", "whether that prediction was correct")
    .option("--predicted <column>", "the class that was predicted")
    .option("--raw <column>", "the confidence before it was calibrated")
    .option("--by <columns>", "segments, comma separated; may be repeated", collectNames)
    .option("--route <column>", "the route of each")
    .option("--time <column>", "when it was made; without one the time of the file")
    .option("--observed-at <column>", "when the outcome became known; without one the time of the file")
    .option("--decision <column>", "act, review or abstain")
    .option("--propensity <column>", "probability that it would get an outcome")
    .addOption(new Option("--task <task>", "if it cannot be told").choices(["binary", "multiclass", "confidence"]))
    .addOption(new Option("--format <format>", "if it cannot be told").choices([...formats]))
    .optionsGroup("Outcomes alone:")
    .option("--outcomes", "the rows are outcomes of predictions that are sent elsewhere; needs --id and --label")
    .option("--outcome-name <name>", "what was observed, where that is not `outcome`")
    .option("--source <name>", "who says so, where that is not `truth`")
    .optionsGroup("How to treat the rows:")
    .option("--normalise", "divide probabilities that do not sum to 1 by their sum")
    .option("--skip-bad", "leave bad rows out and name them, instead of stopping at the first")
    .option("--from-row <n>", "begin with this row, to go on after an interruption", parseRow, 1);
  addServerFlags(command)
    .option("--json", "one JSON document on standard output")
    .addHelpText(
      "after",
      `
Examples:
  candor import march.parquet --model fraud --model-version 3 --score p --label y --time at
  candor import labels.csv --outcomes --id prediction_id --label verdict --source reviewer:ann`,
    )
    .action((file: string, flags: ImportFlags) => runImport(file, flags, context));
}

function parseRow(text: string): number {
  const row = Number(text);
  if (!Number.isSafeInteger(row) || row < 1) throw new UsageError(`--from-row must be a row from 1 on, got ${text}`);
  return row;
}

/** What was sent. */
interface Totals {
  rows: number;
  predictions: number;
  outcomes: number;
  rejected: number;
  readonly shown: BadRowNote[];
}

async function runImport(file: string, flags: ImportFlags, context: CliContext): Promise<void> {
  const { project, raw, fromRow, json = false, skipBad = false, ...columns } = flags;
  const options: ImportOptions = { ...columns, ...(raw === undefined ? {} : { rawConfidence: raw }) };
  const progress = createProgress(context.stderr);
  const reading = { signal: context.signal, stdin: context.stdin };
  const opened = await openImport(file, options, context.now().getTime(), reading);
  const totals: Totals = { rows: fromRow - 1, predictions: 0, outcomes: 0, rejected: 0, shown: [] };
  let connection: Connection | undefined;
  try {
    connection = await connect(flags, context, { make: true });
    for await (const { rowsRead, rows, bad } of opened.batches(fromRow)) {
      const notes = [...bad, ...(await send(rows, { connection, project, opened, totals, context }))];
      notes.sort((a, b) => a.row - b.row);
      report(notes, totals, { skipBad, json, context, progress });
      totals.rows = rowsRead;
      progress.update("sending", opened.progress(), rowsRead);
    }
    await settle(connection, project);
  } catch (error) {
    progress.clear();
    if (!context.signal.aborted) throw error;
    const next = totals.rows + 1;
    throw new Interrupted(
      `rows 1 to ${totals.rows} are in: --from-row ${next} goes on from there, and what is sent twice is recognised`,
    );
  } finally {
    progress.clear();
    await opened.close();
    await connection?.close();
  }
  finish(
    totals,
    { file, project, madeIds: opened.madeIds, columns: opened.columns, json, where: connection.where },
    context,
  );
}

async function send(
  rows: readonly ImportRow[],
  to: {
    connection: Connection;
    project: string;
    opened: { complaint(row: number, field: string, message: string): Promise<BadRowNote> };
    totals: Totals;
    context: CliContext;
  },
): Promise<BadRowNote[]> {
  const { connection, project, opened, totals, context } = to;
  const notes: BadRowNote[] = [];
  const post = async (kind: "predictions" | "outcomes", sent: readonly ImportRow[]): Promise<ReadonlySet<number>> => {
    const items = sent.map((row) => (kind === "predictions" ? row.prediction : row.outcome));
    if (items.length === 0) return new Set();
    const rejected: readonly RejectedItem[] = await sendBatch(
      connection,
      { kind, project, signal: context.signal },
      items,
    );
    for (const { index, field, message } of rejected)
      notes.push(await opened.complaint(sent[index]?.row ?? 0, field, message));
    totals[kind] += items.length - rejected.length;
    return new Set(rejected.map(({ index }) => sent[index]?.row ?? 0));
  };
  const refused = await post(
    "predictions",
    rows.filter(({ prediction }) => prediction !== null),
  );
  await post(
    "outcomes",
    rows.filter(({ row, outcome }) => outcome !== null && !refused.has(row)),
  );
  return notes;
}

function report(
  notes: readonly BadRowNote[],
  totals: Totals,
  {
    skipBad,
    json,
    context,
    progress,
  }: { skipBad: boolean; json: boolean; context: CliContext; progress: { clear(): void } },
): void {
  const [first] = notes;
  if (first === undefined) return;
  if (!skipBad)
    throw new UsageError(
      `${first.message}\nrows before it are in; --skip-bad leaves bad rows out, and the same command again changes nothing that is in`,
    );
  totals.rejected += notes.length;
  for (const note of notes) {
    if (totals.shown.length >= mostShown) return;
    totals.shown.push(note);
    if (json) continue;
    progress.clear();
    context.stderr.write(`left out: ${note.message}\n`);
  }
}

/** Waits until what was sent can be read. */
async function settle(connection: Connection, project: string): Promise<void> {
  const response = await connection.request("/api/v1/data-health?fresh=true", { project });
  await response.arrayBuffer();
}

function finish(
  { rows, predictions, outcomes, rejected, shown }: Totals,
  made: {
    file: string;
    project: string;
    madeIds: boolean;
    columns: Readonly<Record<string, string>>;
    json: boolean;
    where: string;
  },
  { stdout }: CliContext,
): void {
  const { file, project, madeIds, columns, json, where } = made;
  if (json) {
    const document = { schema: "candor.import/1", file, project, where, rows, predictions, outcomes, rejected };
    stdout.write(`${JSON.stringify({ ...document, madeIds, columns, firstRejected: shown })}\n`);
  } else {
    const count = (n: number, what: string): string => `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
    const left = rejected === 0 ? "" : `; ${count(rejected, "bad row")} left out`;
    stdout.write(
      `${count(predictions, "prediction")} and ${count(outcomes, "outcome")} of ${file} are in project ${project} (${where})${left}\n`,
    );
  }
  if (predictions + outcomes === 0 && rejected > 0) throw new GateFailed("no row could be used");
}
