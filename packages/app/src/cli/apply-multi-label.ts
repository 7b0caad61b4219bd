import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { applyMultiLabel, type MultiLabelDocument } from "@candor/core";
import { BadInput, nameList } from "@candor/input";
import { type OpenedLabels, openLabels } from "../input/index.ts";
import { memberSeparator, type OutputFormat, openWriter, outputEndings, outputFormat } from "../output/index.ts";
import { version } from "../version.ts";
import { notesOnDuplicates } from "./apply-calibrator.ts";
import type { ApplyConformalFlags } from "./apply-conformal.ts";
import { namesBeside } from "./conformal-application.ts";
import type { CliContext } from "./context.ts";
import { refuseOverwriting } from "./input-files.ts";
import { createProgress } from "./progress.ts";
import { readMultiLabel } from "./read-multi-label.ts";
import { UsageError } from "./usage-error.ts";
import { checkWritable, writeThrough } from "./write-file.ts";

type Flags = ApplyConformalFlags & { readonly multiLabel?: string };

const known: ReadonlySet<string> = new Set(["multiLabel", "out", "json", "skipBad", "format"]);

function checkFlags(flags: Flags): void {
  const other = Object.keys(flags).find((key) => !known.has(key));
  if (other !== undefined) {
    const flag = other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${flag} does not go with a threshold of labels, whose scores --multi-label names`);
  }
  if ((flags.out === undefined || flags.out === "-") && flags.json)
    throw new UsageError("--json and the rows both go to standard output, expected --out FILE");
}

function formatOf(out: string | undefined): OutputFormat {
  const output = out === undefined ? ({ format: "csv", compression: "none" } as const) : outputFormat(out);
  if (output === undefined)
    throw new UsageError(`cannot tell how to write ${out}, expected a name in ${outputEndings}`);
  if (output.format === "npy")
    throw new UsageError("labels are written as columns, expected a table such as .csv or .parquet");
  return output;
}

interface Applied {
  readonly source: { readonly name: string; readonly columns: Readonly<Record<string, string>> };
  readonly rows: number;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly added: readonly string[];
  readonly notes: readonly string[];
  readonly counts: { readonly count: number; readonly mean: number | null; readonly empty: number };
}

/** How the rows get into a file: called once with what writes to the path it gets. */
type Draft = (produce: (path: string) => Promise<void>) => Promise<void>;

async function applyToOpened(
  document: MultiLabelDocument,
  opened: OpenedLabels,
  output: OutputFormat,
  draft: Draft,
  signal: AbortSignal,
): Promise<Applied> {
  const { labelNames, threshold } = document;
  const existing = opened.rowSource?.names ?? [];
  const { names, notes } = namesBeside(existing, ["labels", "label_count"]);
  const [members = "labels", size = "label_count"] = names;
  const tally = { rows: 0, count: 0, total: 0, empty: 0 };
  await draft(async (path) => {
    const added = { confidence: undefined, classes: undefined, sets: { members, size } };
    const writer = await openWriter(path, output, added, opened, signal);
    try {
      for await (const { rows, keep, scores } of opened.batches()) {
        const given =
          scores.rows === 0 ? new Uint8Array(0) : applyMultiLabel(scores, { threshold, labels: labelNames.length });
        const { texts, sizes } = membersOf(given, labelNames);
        tally.rows += rows;
        tally.count += sizes.length;
        for (const one of sizes) {
          tally.total += one;
          if (one === 0) tally.empty++;
        }
        const confidences = new Float64Array(sizes.length);
        await writer.write({ rows, keep, confidences, classes: undefined, sets: { members: texts, sizes } });
      }
      await writer.finish();
    } finally {
      await writer.close();
    }
  });
  const { skipped, notes: read } = opened.summary();
  const isText = output.format === "csv" || output.format === "tsv";
  return {
    source: { name: opened.sourceName, columns: opened.columns },
    rows: tally.rows,
    skipped,
    added: names,
    notes: [...read, ...(isText ? notesOnBars(labelNames) : []), ...notesOnDuplicates(existing), ...notes],
    counts: { count: tally.count, mean: tally.count === 0 ? null : tally.total / tally.count, empty: tally.empty },
  };
}

function membersOf(given: Uint8Array, names: readonly string[]): { texts: string[]; sizes: Int32Array } {
  const rows = given.length / names.length;
  const sizes = new Int32Array(rows);
  const texts: string[] = [];
  for (let row = 0; row < rows; row++) {
    const own = names.filter((_, k) => given[row * names.length + k] === 1);
    sizes[row] = own.length;
    texts.push(own.join(memberSeparator));
  }
  return { texts, sizes };
}

function notesOnBars(names: readonly string[]): string[] {
  const barred = names.filter((name) => name.includes(" | "));
  if (barred.length === 0) return [];
  return [`" | " stands between labels and inside ${nameList(barred, 3)}: .json and .parquet hold lists`];
}

function checkNames(names: readonly string[]): void {
  const bad = names.find((name) => name.includes(memberSeparator));
  if (bad !== undefined)
    throw new BadInput(`the name of the label ${nameList([bad])} has a separator (U+001F) in it and cannot be written`);
}

/** The scores to read: those that the flag names, or an array that is all of the file, or those of the calibration file. */
function scoresOf({ source }: MultiLabelDocument, { multiLabel }: Flags, file: string): string | undefined {
  if (multiLabel !== undefined) return multiLabel;
  return /\.npy(\.gz)?$/i.test(file) ? undefined : source.columns["scores"];
}

function sayWhoAsks({ multiLabel }: Flags): (cause: unknown) => never {
  return (cause) => {
    if (!BadInput.is(cause) || multiLabel !== undefined || !cause.message.includes("--multi-label")) throw cause;
    const { row, column, file } = cause;
    const hint = "the calibration file calls them so; --multi-label names those of this file";
    throw new BadInput(cause.message, { row, column, file, hint, cause });
  };
}

/** `candor apply` with a threshold of labels. */
export async function runApplyMultiLabel(
  documentFile: string,
  file: string | undefined,
  flags: Flags,
  context: CliContext,
): Promise<void> {
  checkFlags(flags);
  const source = file ?? (/\.np[yz]$/i.test(flags.multiLabel ?? "") ? flags.multiLabel : undefined);
  if (source === undefined)
    throw new UsageError("no file to apply it to, expected `candor apply LABELS FILE` (- reads standard input)");
  const out = flags.out === "-" ? undefined : flags.out;
  const output = formatOf(out);
  if (out !== undefined) {
    refuseOverwriting([{ flag: "--out", path: out }], [documentFile, source, flags.multiLabel]);
    await checkWritable(out);
  }
  const document = await readMultiLabel(documentFile);
  checkNames(document.labelNames);
  const { from, to } = document.candidates;
  const { stdout, stderr, stdin, signal } = context;
  const progress = createProgress(stderr);
  const { skipBad, format } = flags;
  const opened = await openLabels(
    file,
    {
      scores: scoresOf(document, flags, source),
      truth: undefined,
      labelNames: document.labelNames,
      scoreRange: [from, to],
      ...(skipBad === undefined ? {} : { skipBad }),
      ...(format === undefined ? {} : { format }),
    },
    { signal, stdin, onProgress: (fraction, rows) => progress.update("predicting", fraction, rows) },
  ).catch(sayWhoAsks(flags));
  try {
    const draft: Draft = async (produce) => {
      if (out !== undefined) return writeThrough(out, produce);
      const path = opened.spool().path("labelled.csv");
      await produce(path);
      await pipeline(createReadStream(path), stdout, { signal, end: false });
    };
    const result = await applyToOpened(document, opened, output, draft, signal).finally(() => progress.clear());
    for (const note of [...skippedNotes(result), ...result.notes]) stderr.write(`note: ${note}\n`);
    if (out === undefined) return;
    stdout.write(`${flags.json ? JSON.stringify(described(result, document, out)) : wrote(result, out)}\n`);
  } finally {
    await opened.close();
  }
}

function skippedNotes({ skipped }: Applied): string[] {
  return skipped.map(({ reason, count }) =>
    reason === "malformed line"
      ? `${count.toLocaleString("en")} malformed ${count === 1 ? "line was" : "lines were"} left out`
      : `${count.toLocaleString("en")} ${count === 1 ? "row has" : "rows have"} no labels: ${reason}`,
  );
}

function wrote({ rows, added, counts }: Applied, out: string): string {
  const first = `wrote ${out}: ${rows.toLocaleString("en")} rows, added ${added.join(", ")}`;
  if (counts.mean === null) return first;
  const empty = counts.empty === 0 ? "" : `, ${counts.empty.toLocaleString("en")} rows without any`;
  return `${first}\n${counts.mean.toFixed(2)} labels per row on average${empty}`;
}

function described(result: Applied, document: MultiLabelDocument, out: string): object {
  const { risk, target, sure, threshold, fingerprint } = document;
  const multiLabel = { risk, target, sure, threshold, fingerprint };
  return { schema: "candor.apply/1", version, multiLabel, output: out, ...result };
}
