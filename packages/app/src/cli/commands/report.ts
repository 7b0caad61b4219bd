import { existsSync } from "node:fs";
import type { ReportDocument } from "@candor/core";
import { type Command, InvalidArgumentError, Option } from "commander";
import { formats, type InputOptions } from "../../input/index.ts";
import { renderHtml } from "../../render/html/render-html.ts";
import { renderTerminal } from "../../render/terminal/render-terminal.ts";
import { computeReport } from "../compute-report.ts";
import type { CliContext } from "../context.ts";
import { collectNames, inputFiles, refuseOverwriting } from "../input-files.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, type OutputFile, writeWhole } from "../write-file.ts";

interface ReportFlags extends InputOptions {
  readonly versus?: string;
  readonly calibrator?: string;
  readonly approximate?: boolean;
  readonly exact?: boolean;
  readonly level: number;
  readonly json?: string | true;
  readonly html?: string;
}

/** Adds `candor report` to the program. */
export function addReportCommand(program: Command, context: CliContext): void {
  program
    .command("report")
    .description("tell whether a file of scores with outcomes can be trusted")
    .argument("[file]", "CSV, TSV, JSONL, JSON, Parquet (also .gz, .zst), NPY or NPZ; - reads standard input")
    .optionsGroup("What the columns are (recognised where unambiguous):")
    .option("--score <column>", "probability of the positive class, or an NPY file")
    .option("--label <column>", "what happened: 0/1 or class names, or an NPY file")
    .option("--labels <column>", "the same as --label")
    .option("--positive <value>", "the label that --score is the probability of")
    .option("--probs <columns>", "one probability per class: 'p_*', a,b,c or an NPY file")
    .option("--logits <columns>", "one logit per class, named like --probs")
    .option("--confidence <column>", "confidence in the prediction made")
    .option("--correct <column>", "whether that prediction was correct")
    .option("--weight <column>", "weight of each row, ≥ 0")
    .option("--by <columns>", "segments to compare, comma separated; may be repeated", collectNames)
    .option("--time <column>", "when each row happened: dates or numbers")
    .addOption(new Option("--task <task>", "if it cannot be told").choices(["binary", "multiclass", "confidence"]))
    .addOption(new Option("--format <format>", "if it cannot be told").choices([...formats]))
    .optionsGroup("How to treat the rows:")
    .option("--normalise", "divide probabilities that do not sum to 1 by their sum")
    .option("--skip-bad", "leave bad rows out and say how many, instead of stopping")
    .option("--calibrator <file>", "report on the scores as this calibrator, made by `candor fit`, changes them")
    .option("--versus <file>", "compare with another model's scores of the same rows, all in memory")
    .addOption(
      new Option("--approximate", "one pass, constant memory; chosen by itself above 3 million rows").conflicts(
        "exact",
      ),
    )
    .option("--exact", "keep all rows in memory, however many")
    .option("--level <level>", "coverage of the intervals", parseLevel, 0.95)
    .optionsGroup("What to make:")
    .option("--json [file]", "the whole report as JSON: to a file, or alone on standard output")
    .option("--html <file>", "one self-contained page with pictures")
    .addHelpText(
      "after",
      `
Examples:
  candor report scores.csv --score p --label y --html report.html
  candor report preds.parquet --probs 'p_*' --label class --by region --time day
  candor report --logits logits.npy --labels labels.npy --json report.json
  cat answers.jsonl | candor report - --confidence conf --correct ok`,
    )
    .action((file: string | undefined, flags: ReportFlags) => runReport(file, flags, context));
}

function parseLevel(text: string): number {
  const level = Number(text);
  if (!(level > 0 && level < 1)) throw new InvalidArgumentError("expected a number between 0 and 1, such as 0.95");
  return level;
}

async function runReport(file: string | undefined, flags: ReportFlags, context: CliContext): Promise<void> {
  if (flags.html === "-") throw new UsageError("--html needs the name of a file, got -");
  if (flags.approximate && flags.versus !== undefined)
    throw new UsageError("--approximate and --versus exclude each other: models are compared row by row");
  const { source, json } = separate(file, flags);
  const outputs = [
    ...(typeof json === "string" ? [{ flag: "--json", path: json }] : []),
    ...(flags.html === undefined ? [] : [{ flag: "--html", path: flags.html }]),
  ];
  refuseOverwriting(outputs, [source, flags.versus, flags.calibrator, ...inputFiles(flags)]);
  for (const { path } of outputs) await checkWritable(path);
  const document = await computeReport(
    {
      file: source,
      input: flags,
      versus: flags.versus,
      calibrator: flags.calibrator,
      mode: flags.exact ? "exact" : flags.approximate ? "cells" : "auto",
      level: flags.level,
    },
    context,
  );
  const text = JSON.stringify(document);
  const files: OutputFile[] = [];
  if (typeof json === "string") files.push({ path: json, content: `${text}\n` });
  if (flags.html !== undefined) files.push({ path: flags.html, content: renderHtml(document) });
  context.signal.throwIfAborted();
  await writeWhole(files);
  if (json === true) context.stdout.write(`${text}\n`);
  else
    context.stdout.write(
      `${terminalText(document, context)}${outputs.map(({ path }) => `\nwrote ${path}`).join("")}\n`,
    );
}

/**
 * Which argument is the input. `candor report --json scores.csv` reads as "write to scores.csv": when that file exists
 * and no other input is named, it is taken as the input and the JSON goes to standard output.
 */
function separate(
  file: string | undefined,
  flags: ReportFlags,
): { source: string | undefined; json: string | true | undefined } {
  if (file === undefined && typeof flags.json === "string" && inputFiles(flags).length === 0 && existsSync(flags.json))
    return { source: flags.json, json: true };
  if (file === undefined && inputFiles(flags).length === 0)
    throw new UsageError("no file to report on, expected `candor report FILE` (- reads standard input)");
  return { source: file, json: flags.json === "-" ? true : flags.json };
}

function terminalText(document: ReportDocument, { stdout, env }: CliContext): string {
  const isTerminal = stdout.isTTY === true;
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  const color = forced || (isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb");
  const locale = env["LC_ALL"] ?? env["LC_CTYPE"] ?? env["LANG"] ?? "";
  const unicode = process.platform === "win32" || !isTerminal || /utf-?8/i.test(locale) || locale === "";
  return renderTerminal(document, { columns: isTerminal ? (stdout.columns ?? 80) : 80, color, unicode });
}
