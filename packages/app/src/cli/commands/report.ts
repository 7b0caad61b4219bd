import type { InputOptions } from "@candor/input";
import type { Command } from "commander";
import { recogniseTask } from "../../input/index.ts";
import { renderHtml } from "../../render/html/render-html.ts";
import { renderTerminal } from "../../render/terminal/render-terminal.ts";
import { addColumnFlags, addForecastFlags, parseLevel, separate } from "../column-flags.ts";
import { forecastsNeedTolerance, refuseComparison } from "../compare-scores.ts";
import { computeReportAndRows } from "../compute-report.ts";
import { addConfidenceFrom } from "../confidence-from.ts";
import type { CliContext } from "../context.ts";
import { addDetectionFlags, type DetectionFlags, isDetection } from "../detection-flags.ts";
import { makeDetectionReport } from "../detection-report.ts";
import { inputFiles, refuseOverwriting } from "../input-files.ts";
import { addMemberFlags, refuseWithMembers } from "../members-flags.ts";
import { isRegressionCalibrator } from "../read-regression-calibrator.ts";
import { type MadeReport, makeRegressionReport } from "../regression-report.ts";
import { addSelectedLabelsFlags, refuseForForecasts, withRowId } from "../selected-labels-flags.ts";
import { addSizeFlags, type SizeFlags, sizeMode } from "../size-flags.ts";
import { terminalOptions } from "../terminal-options.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, type OutputFile, writeWhole } from "../write-file.ts";

interface ReportFlags extends InputOptions, SizeFlags, DetectionFlags {
  readonly versus?: string;
  readonly calibrator?: string;
  readonly compareScores?: true;
  readonly population?: string;
  readonly width?: number;
  readonly level: number;
  readonly json?: string | true;
  readonly html?: string;
  readonly rows?: string;
}

/** Adds `candor report` to the program. */
export function addReportCommand(program: Command, context: CliContext): void {
  const command = program
    .command("report")
    .description("tell whether a file of scores or forecasts with outcomes can be trusted")
    .argument("[file]", "CSV, TSV, JSONL, JSON, Parquet (also .gz, .zst), NPY or NPZ; - reads standard input");
  addForecastFlags(addMemberFlags(addConfidenceFrom(addColumnFlags(command, "scores and forecasts"))))
    .optionsGroup("How to treat the rows:")
    .option("--normalise", "divide probabilities that do not sum to 1 by their sum")
    .option("--skip-bad", "leave bad rows out and say how many, instead of stopping")
    .option("--calibrator <file>", "report on the scores or forecasts as this calibrator of `candor fit` changes them")
    .option("--versus <file>", "compare with another model's scores of the same rows, all in memory")
    .option("--compare-scores", "which score of the outputs ranks right above wrong best, and which one to use");
  addSelectedLabelsFlags(command);
  addDetectionFlags(command);
  addSizeFlags(command)
    .option("--level <level>", "coverage of the intervals", parseLevel, 0.95)
    .optionsGroup("What to make:")
    .option("--json [file]", "the whole report as JSON: to a file, or alone on standard output")
    .option("--html <file>", "one self-contained page with pictures")
    .option("--rows <file>", "of members: noise and unknown of every row, as CSV")
    .addHelpText(
      "after",
      `
Examples:
  candor report scores.csv --score p --label y --html report.html
  candor report preds.parquet --probs 'p_*' --label class --by region --time day
  candor report val.csv --members 'm1_*,m2_*,m3_*' --label class --by site
  candor report demand.csv --quantiles 'q*' --label sold --by region --time week
  candor report to-label.csv --population pool.csv --width 0.04
  candor report detections.json --ground-truth instances.json --html report.html
  candor report --logits logits.npy --labels labels.npy --json report.json
  cat answers.jsonl | candor report - --confidence conf --correct ok`,
    )
    .action((file: string | undefined, flags: ReportFlags) => runReport(file, flags, context));
}

async function runReport(file: string | undefined, flags: ReportFlags, context: CliContext): Promise<void> {
  if (flags.html === "-") throw new UsageError("--html needs the name of a file, got -");
  if (flags.approximate && flags.versus !== undefined)
    throw new UsageError("--approximate and --versus exclude each other: models are compared row by row");
  refuseComparison(flags);
  refuseWithMembers(flags);
  const { source, json } = separate(file, flags, { name: "report", purpose: "report on" });
  const outputs = [
    ...(typeof json === "string" ? [{ flag: "--json", path: json }] : []),
    ...(flags.html === undefined ? [] : [{ flag: "--html", path: flags.html }]),
    ...(flags.rows === undefined ? [] : [{ flag: "--rows", path: flags.rows }]),
  ];
  refuseOverwriting(outputs, [
    source,
    flags.versus,
    flags.calibrator,
    flags.groundTruth,
    flags.images,
    flags.population,
    ...inputFiles(flags),
  ]);
  for (const { path } of outputs) await checkWritable(path);
  const made = await makeReport({ ...flags, file: source }, context);
  const files: OutputFile[] = [];
  if (typeof json === "string") files.push({ path: json, content: `${made.json}\n` });
  if (flags.html !== undefined) files.push({ path: flags.html, content: made.html() });
  if (flags.rows !== undefined && made.rows !== undefined) files.push({ path: flags.rows, content: made.rows() });
  context.signal.throwIfAborted();
  await writeWhole(files);
  if (json === true) context.stdout.write(`${made.json}\n`);
  else context.stdout.write(`${made.terminal()}${outputs.map(({ path }) => `\nwrote ${path}`).join("")}\n`);
}

/** The report that the file calls for: on scores of classes, or on forecasts of numbers. */
async function makeReport(
  flags: ReportFlags & { readonly file: string | undefined },
  context: CliContext,
): Promise<MadeReport> {
  if (isDetection(flags)) return makeDetectionReport(flags.file, flags, context);
  const { file, versus, calibrator, level, compareScores = false } = flags;
  const isOfForecasts = calibrator !== undefined && (await isRegressionCalibrator(calibrator));
  const recognised = await recogniseTask(file, isOfForecasts ? { ...flags, task: "regression" } : flags, context);
  const reading = recognised.stdin === undefined ? context : { ...context, stdin: recognised.stdin };
  const mode = sizeMode(flags);
  try {
    if (recognised.task === "regression") refuseForForecasts(flags);
    if (recognised.task === "regression" && compareScores) throw new UsageError(forecastsNeedTolerance);
    if (recognised.task === "regression")
      return await makeRegressionReport({ file, input: flags, versus, calibrator, mode, level }, reading);
    const { population, width } = flags;
    const input = withRowId(flags, population);
    const request = { file, input, versus, calibrator, mode, level, compareScores, population, width };
    const { document, rows } = await computeReportAndRows(request, reading);
    return {
      ...(rows === undefined ? {} : { rows }),
      json: JSON.stringify(document),
      html: () => renderHtml(document),
      terminal: () => renderTerminal(document, terminalOptions(context)),
    };
  } finally {
    await recognised.close();
  }
}
