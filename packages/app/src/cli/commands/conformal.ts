import type { ConformalDocument } from "@candor/core";
import type { InputOptions } from "@candor/input";
import type { Command } from "commander";
import { isUnbounded } from "../../render/conformal-words.ts";
import { renderConformalHtml } from "../../render/html/conformal/render-conformal-html.ts";
import { renderConformal } from "../../render/terminal/conformal.ts";
import { addColumnFlags, addForecastFlags, separate } from "../column-flags.ts";
import { computeConformal } from "../compute-conformal.ts";
import { addConformalFlags, type ConformalFlags } from "../conformal-flags.ts";
import { methodList, taskOfMethod } from "../conformal-methods.ts";
import type { CliContext } from "../context.ts";
import { GateFailed } from "../gate-failed.ts";
import { inputFiles, refuseOverwriting } from "../input-files.ts";
import { addMemberFlags } from "../members-flags.ts";
import { runMultiLabel } from "../multi-label.ts";
import { addMultiLabelFlags, isMultiLabel, type MultiLabelFlags } from "../multi-label-flags.ts";
import { readCalibrator } from "../read-calibrator.ts";
import { terminalOptions } from "../terminal-options.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, type OutputFile, writeWhole } from "../write-file.ts";

interface Flags extends InputOptions, ConformalFlags, MultiLabelFlags {
  readonly out?: string;
  readonly calibrator?: string;
  readonly json?: string | true;
  readonly html?: string;
}

/** Adds `candor conformal` to the program. */
export function addConformalCommand(program: Command, context: CliContext): void {
  const command = program
    .command("conformal")
    .description("sets of classes, or intervals around numbers, that hold the truth as often as asked for")
    .argument("[file]", "CSV, TSV, JSONL, JSON, Parquet (also .gz, .zst), NPY or NPZ; - reads standard input")
    .option("-o, --out <file>", "where to write the sets or intervals, for `candor apply`");
  addForecastFlags(addMemberFlags(addColumnFlags(command, "scores and forecasts")))
    .optionsGroup("How to treat the rows:")
    .option("--normalise", "divide probabilities that do not sum to 1 by their sum")
    .option("--skip-bad", "leave bad rows out and say how many, instead of stopping")
    .option("--calibrator <file>", "calibrate the scores first");
  addMultiLabelFlags(addConformalFlags(command))
    .optionsGroup("What to make:")
    .option("--json [file]", "the whole document as JSON: to a file, or alone on standard output")
    .option("--html <file>", "one self-contained page with pictures")
    .addHelpText(
      "after",
      `
Examples:
  candor conformal val.parquet --probs 'p_*' --label class -o sets.json
  candor conformal val.csv --score p --label y --test-share 0.5 --html sets.html
  candor conformal val.npz --method raps --test new.npz -o sets.json
  candor conformal demand.csv --prediction mean --label sold -o intervals.json
  candor conformal val.csv --multi-label 's_*' --truth 'y_*' --max-risk 0.1
  candor apply sets.json new.csv -o with-sets.csv`,
    )
    .action((file: string | undefined, flags: Flags) =>
      isMultiLabel(flags, command) ? runMultiLabel(file, flags, context) : runConformal(file, flags, context),
    );
}

async function runConformal(file: string | undefined, flags: Flags, context: CliContext): Promise<void> {
  if (flags.method === "list") {
    context.stdout.write(methodList());
    return;
  }
  checkFlags(flags);
  const { source, json } = separate(file, flags, { name: "conformal", purpose: "calibrate on" });
  const outputs = [
    ...(flags.out === undefined ? [] : [{ flag: "--out", path: flags.out }]),
    ...(typeof json === "string" ? [{ flag: "--json", path: json }] : []),
    ...(flags.html === undefined ? [] : [{ flag: "--html", path: flags.html }]),
  ];
  refuseOverwriting(outputs, [source, flags.calibrator, flags.test, ...inputFiles(flags)]);
  for (const { path } of outputs) await checkWritable(path);
  const calibrator = flags.calibrator === undefined ? undefined : await readCalibrator(flags.calibrator);
  const { created = context.now().toISOString() } = flags;
  const document = await computeConformal({ file: source, input: flags, flags, calibrator, created }, context);
  const refused = isUnbounded(document);
  const written = refused ? outputs.filter(({ flag }) => flag !== "--out") : outputs;
  const files = written.map(({ flag, path }): OutputFile => ({ path, content: contentOf(flag, document) }));
  context.signal.throwIfAborted();
  await writeWhole(files);
  if (json === true) context.stdout.write(`${JSON.stringify(document)}\n`);
  else
    context.stdout.write(
      `${renderConformal(document, terminalOptions(context))}${closing(flags, written, document, refused)}\n`,
    );
  if (refused)
    throw new GateFailed(
      `${flags.out === undefined ? "" : `${flags.out} was not written: `}nothing was learnt, the rows are too few for level ${document.level}`,
    );
}

function checkFlags(flags: Flags): void {
  const { method, html, out, test, testShare, condition, by } = flags;
  if (method !== undefined) taskOfMethod(method);
  if (html === "-") throw new UsageError("--html needs the name of a file, got -");
  if (out === "-") throw new UsageError("--out needs the name of a file, got - (--json prints the document)");
  if (test !== undefined && testShare !== undefined)
    throw new UsageError("--test and --test-share exclude each other: either a file tests, or a share of the rows");
  const [array] = inputFiles(flags);
  if (test !== undefined && array !== undefined)
    throw new UsageError(
      `--test reads the columns of its file, and ${array} would be read again: expected --test-share, or files with all columns such as .npz`,
    );
  if (test === "-") throw new UsageError("--test needs the name of a file, got -");
  if (condition === "groups" && by === undefined)
    throw new UsageError("--condition groups needs --by too: the columns whose values name the groups");
}

function contentOf(flag: string, document: ConformalDocument): string {
  if (flag === "--html") return renderConformalHtml(document);
  return flag === "--out" ? `${JSON.stringify(document, undefined, 1)}\n` : `${JSON.stringify(document)}\n`;
}

function closing(
  { out, calibrator, test, testShare }: Flags,
  written: readonly { readonly path: string }[],
  { task }: ConformalDocument,
  refused: boolean,
): string {
  const lines = written.map(({ path }) => `wrote ${path}`);
  const what = task === "classification" ? "sets" : "intervals";
  if (!refused && test === undefined && testShare === undefined)
    lines.push(`how large they are: --test FILE or --test-share 0.5`);
  if (!refused && out === undefined) lines.push(`nothing was kept: -o ${what}.json writes the ${what}`);
  else if (!refused) {
    const first = calibrator === undefined ? "" : ` --calibrator ${calibrator}`;
    lines.push(`next: candor apply ${out} FILE${first} -o with-${what}.csv`);
  }
  return lines.length === 0 ? "" : `\n${lines.join("\n")}`;
}
