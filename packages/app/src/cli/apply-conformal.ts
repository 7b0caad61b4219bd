import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Calibrator, ConformalDocument } from "@candor/core";
import { BadInput, type InputOptions, nameList } from "@candor/input";
import { type OutputFormat, outputEndings, outputFormat } from "../output/index.ts";
import { version } from "../version.ts";
import { applyIntervals } from "./apply-conformal-intervals.ts";
import { applySets } from "./apply-conformal-sets.ts";
import type { ConformalApplication, ConformalApplied } from "./conformal-application.ts";
import type { CliContext } from "./context.ts";
import { inputFiles, refuseOverwriting } from "./input-files.ts";
import { createProgress } from "./progress.ts";
import { readCalibrator } from "./read-calibrator.ts";
import { readConformal } from "./read-conformal.ts";
import { UsageError } from "./usage-error.ts";
import { checkWritable, writeThrough } from "./write-file.ts";

/** What `candor apply` is told. */
export interface ApplyConformalFlags extends InputOptions {
  readonly policy?: string;
  readonly out?: string;
  readonly into?: string;
  readonly calibrator?: string;
  readonly json?: true;
}

/** Refuses segments where none are read, and another number of them where some are. */
function checkGroups({ condition }: ConformalDocument, by: readonly string[] | undefined): void {
  const columns = condition.kind === "groups" ? condition.columns : [];
  if (by === undefined || by.length === columns.length) return;
  throw new BadInput(
    columns.length === 0
      ? "nothing here depends on groups, expected no --by"
      : `thresholds are by ${nameList(columns)}, expected as many columns for --by, got ${nameList(by)}`,
  );
}

/** Says who asks for the weights that are missing. */
function checkWeightFlag({ weighted }: ConformalDocument, { weight }: InputOptions): void {
  if (weighted && weight === undefined)
    throw new UsageError(
      "these were made with weights, and every row needs its own in the same unit: expected --weight COLUMN",
    );
  if (!weighted && weight !== undefined) throw new UsageError("these were made without weights, expected no --weight");
}

function formatOf(out: string | undefined): OutputFormat {
  const output = out === undefined ? ({ format: "csv", compression: "none" } as const) : outputFormat(out);
  if (output === undefined)
    throw new UsageError(`cannot tell how to write ${out}, expected a name in ${outputEndings}`);
  if (output.format === "npy")
    throw new UsageError("sets and intervals are written as columns, expected a table such as .csv or .parquet");
  return output;
}

function checkFlags({ policy, into, out, json }: ApplyConformalFlags): void {
  if (policy !== undefined) throw new UsageError("--policy decides on calibrated scores, not on sets or intervals");
  if (into !== undefined) throw new UsageError("--into names a confidence, and none is added to sets or intervals");
  if ((out === undefined || out === "-") && json)
    throw new UsageError("--json and the rows both go to standard output, expected --out FILE");
}

/** The calibrator that the sets were made with: with another one, or without, their promise would not hold. */
async function calibratorOf({ source }: ConformalDocument, file: string | undefined): Promise<Calibrator | undefined> {
  const wanted = source.columns["calibrator"];
  if (file === undefined) {
    if (wanted === undefined) return undefined;
    throw new UsageError(
      `the sets are of calibrated scores: expected --calibrator FILE, with the fingerprint ${wanted.slice(0, 19)}`,
    );
  }
  if (wanted === undefined) throw new UsageError("the sets are of scores as they are, expected no --calibrator");
  const calibrator = await readCalibrator(file);
  if (calibrator.fingerprint === wanted) return calibrator;
  throw new UsageError(
    `the sets were made with another calibrator, expected that with the fingerprint ${wanted.slice(0, 19)}, got ${calibrator.fingerprint.slice(0, 19)}`,
  );
}

/** `candor apply` with prediction sets or intervals. */
export async function runApplyConformal(
  documentFile: string,
  file: string | undefined,
  flags: ApplyConformalFlags,
  context: CliContext,
): Promise<void> {
  checkFlags(flags);
  const named = inputFiles(flags);
  if (file === undefined && named.length === 0)
    throw new UsageError("no file to apply it to, expected `candor apply SETS FILE` (- reads standard input)");
  const out = flags.out === "-" ? undefined : flags.out;
  const output = formatOf(out);
  if (out !== undefined) {
    refuseOverwriting([{ flag: "--out", path: out }], [documentFile, flags.calibrator, file, ...named]);
    await checkWritable(out);
  }
  const document = await readConformal(documentFile);
  checkGroups(document, flags.by);
  checkWeightFlag(document, flags);
  const calibrator = await calibratorOf(document, flags.calibrator);
  const { stdout, stderr, stdin, signal } = context;
  const progress = createProgress(stderr);
  const application: ConformalApplication = {
    file,
    input: flags,
    calibrator,
    output,
    signal,
    stdin,
    onProgress: (what, fraction, rows) => progress.update(what, fraction, rows),
    async draft(produce, spool) {
      if (out !== undefined) return writeThrough(out, produce);
      const path = spool().path("predicted.csv");
      await produce(path);
      await pipeline(createReadStream(path), stdout, { signal, end: false });
    },
  };
  const result = await (document.task === "classification"
    ? applySets(document, application)
    : applyIntervals(document, application)
  ).finally(() => progress.clear());
  for (const note of [...skippedNotes(result, document), ...result.notes]) stderr.write(`note: ${note}\n`);
  if (out === undefined) return;
  stdout.write(
    flags.json ? `${JSON.stringify(described(result, document, out))}\n` : `${wrote(result, document, out)}\n`,
  );
}

function skippedNotes({ skipped }: ConformalApplied, { task }: ConformalDocument): string[] {
  const what = task === "classification" ? "set" : "interval";
  return skipped.map(({ reason, count }) =>
    reason === "malformed line"
      ? `${count.toLocaleString("en")} malformed ${count === 1 ? "line was" : "lines were"} left out`
      : `${count.toLocaleString("en")} ${count === 1 ? "row has" : "rows have"} no ${what}: ${reason}`,
  );
}

function wrote({ rows, added, sizes }: ConformalApplied, { task }: ConformalDocument, out: string): string {
  const isSets = task === "classification";
  const parts = [
    ...(sizes.mean === null
      ? []
      : [isSets ? `sets of ${sizes.mean.toFixed(2)} classes on average` : `mean width ${shortNumber(sizes.mean)}`]),
    ...(sizes.empty === 0 ? [] : [`${sizes.empty.toLocaleString("en")} empty`]),
    ...(sizes.unbounded === 0
      ? []
      : [`${sizes.unbounded.toLocaleString("en")} with ${isSets ? "all classes" : "an infinite end"}`]),
  ];
  const first = `wrote ${out}: ${rows.toLocaleString("en")} rows, added ${added.join(", ")}`;
  return parts.length === 0 ? first : `${first}\n${parts.join(", ")}`;
}

function shortNumber(value: number): string {
  return Number(value.toPrecision(5)).toLocaleString("en", { maximumSignificantDigits: 5 });
}

function described(result: ConformalApplied, document: ConformalDocument, out: string): object {
  const { method, level, fingerprint } = document;
  return { schema: "candor.apply/1", version, conformal: { method, level, fingerprint }, output: out, ...result };
}
