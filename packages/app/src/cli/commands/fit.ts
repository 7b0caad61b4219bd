import {
  calibrationMethods,
  type FitDocument,
  type Forecast,
  type PoolingOrder,
  regressionMethods,
} from "@candor/core";
import { type InputOptions, nearestName, printable } from "@candor/input";
import { type Command, InvalidArgumentError, Option } from "commander";
import { recogniseTask } from "../../input/index.ts";
import { renderCardHtml } from "../../render/card/render-card-html.ts";
import { renderCardMarkdown } from "../../render/card/render-card-markdown.ts";
import { renderFitHtml } from "../../render/html/fit/render-fit-html.ts";
import { renderFit } from "../../render/terminal/render-fit.ts";
import { addColumnFlags, addForecastFlags, parseLevel, separate } from "../column-flags.ts";
import { computeFit } from "../compute-fit.ts";
import { addConfidenceFrom } from "../confidence-from.ts";
import type { CliContext } from "../context.ts";
import { BOX_METHOD, computeDetectionFit, writeBoxFit } from "../detection-fit.ts";
import { addDetectionFlags, type DetectionFlags, isDetection } from "../detection-flags.ts";
import { GateFailed } from "../gate-failed.ts";
import { inputFiles, refuseOverwriting } from "../input-files.ts";
import { computeEnsembleFit, poolingOrders, refuseFitFlags, writeEnsembleFit } from "../members-fit.ts";
import { addMemberFlags } from "../members-flags.ts";
import { computeRegressionFit, refuseClassFlags, writeRegressionFit } from "../regression-fit.ts";
import { addSizeFlags, type SizeFlags, sizeMode } from "../size-flags.ts";
import { terminalOptions } from "../terminal-options.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, type OutputFile, writeWhole } from "../write-file.ts";

interface FitFlags extends InputOptions, SizeFlags, DetectionFlags {
  readonly out?: string;
  readonly method: string;
  readonly pool?: PoolingOrder;
  readonly keepOrder?: boolean;
  readonly folds?: number;
  readonly seed: number;
  readonly created?: string;
  readonly anyway?: boolean;
  readonly level: number;
  readonly json?: string | true;
  readonly html?: string;
  readonly card?: string;
}

/** Adds `candor fit` to the program. */
export function addFitCommand(program: Command, context: CliContext): void {
  const command = program
    .command("fit")
    .description("make a calibrator that repairs scores or forecasts, and prove on held-out rows that it does")
    .argument("[file]", "CSV, TSV, JSONL, JSON, Parquet (also .gz, .zst), NPY or NPZ; - reads standard input")
    .option("-o, --out <file>", "where to write the calibrator, for `candor apply`");
  addForecastFlags(addMemberFlags(addConfidenceFrom(addColumnFlags(command, "scores and forecasts"))))
    .option("--group <column>", "rows with the same value belong together and are held out together")
    .optionsGroup("How to treat the rows:")
    .option("--normalise", "divide probabilities that do not sum to 1 by their sum")
    .option("--skip-bad", "leave bad rows out and say how many, instead of stopping");
  addDetectionFlags(command);
  addSizeFlags(command)
    .optionsGroup("How to calibrate:")
    .option("--method <method>", "auto tries what the rows allow and chooses; `list` names all", "auto")
    .option("--keep-order", "never change which class is predicted; of one score, never fall where it rises")
    .addOption(
      new Option("--pool <order>", "of members: calibrate their mean, or them (default: calibrate-mean)").choices(
        poolingOrders.map(([order]) => order),
      ),
    )
    .option("--folds <count>", "folds of the cross-validation (default: 5, 10 for few rows)", parseFolds)
    .option("--seed <seed>", "seed of the folds", parseSeed, 0)
    .option("--level <level>", "coverage of the intervals", parseLevel, 0.95)
    .option("--created <date>", "when it was made, for the record (default: now)", parseDate)
    .option("--anyway", "write the calibrator even where the scores are worse after it")
    .optionsGroup("What to make:")
    .option("--json [file]", "everything about the fit as JSON: to a file, or alone on standard output")
    .option("--html <file>", "one self-contained page with pictures, before and after")
    .option("--card <file>", "calibration card, .md or .html: the record to share with stakeholders")
    .addHelpText(
      "after",
      `
Examples:
  candor fit scores.csv --score p --label y -o cal.json
  candor fit preds.parquet --probs 'p_*' --label class --by region -o cal.json --html fit.html
  candor fit --logits logits.npy --labels labels.npy --method temperature -o cal.json
  candor fit answers.jsonl --confidence conf --correct ok --group question -o cal.json --card card.md
  candor fit demand.csv --prediction mean --sigma sd --label sold -o cal.json
  candor fit detections.json --ground-truth instances.json --by box_size -o cal.json
  candor apply cal.json new.csv -o calibrated.csv`,
    )
    .action((file: string | undefined, flags: FitFlags) => runFit(file, flags, context));
}

/** Every pair of folds takes a fit of each method. */
const MOST_FOLDS = 50;

function parseFolds(text: string): number {
  const folds = Number(text);
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= MOST_FOLDS))
    throw new InvalidArgumentError(`expected a whole number from 2 to ${MOST_FOLDS}`);
  return folds;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new InvalidArgumentError("expected a whole number from 0 on");
  return seed;
}

function parseDate(text: string): string {
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (!isDate || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError("expected a date such as 2026-11-22 or 2026-11-22T09:30:00Z");
  return text;
}

async function runFit(file: string | undefined, flags: FitFlags, context: CliContext): Promise<void> {
  if (flags.method === "list") {
    context.stdout.write(methodList());
    return;
  }
  checkFlags(flags);
  const { source, json } = separate(file, flags, { name: "fit", purpose: "fit to" });
  const outputs = [
    ...(flags.out === undefined ? [] : [{ flag: "--out", path: flags.out }]),
    ...(typeof json === "string" ? [{ flag: "--json", path: json }] : []),
    ...(flags.html === undefined ? [] : [{ flag: "--html", path: flags.html }]),
    ...(flags.card === undefined ? [] : [{ flag: "--card", path: flags.card }]),
  ];
  refuseOverwriting(outputs, [source, flags.groundTruth, flags.images, ...inputFiles(flags)]);
  for (const { path } of outputs) await checkWritable(path);
  const { method, seed, level, folds, keepOrder = false, created = context.now().toISOString() } = flags;
  if (flags.pool !== undefined && flags.members === undefined)
    throw new UsageError("--pool says when members are calibrated, expected --members beside it");
  if (flags.pool !== undefined && flags.pool !== "calibrate-mean") {
    refuseFitFlags(flags);
    const { out, anyway = false, pool, seed, level, folds, created = context.now().toISOString() } = flags;
    const asked = { file: source, input: flags, order: pool, folds, seed, level, created };
    return writeEnsembleFit(await computeEnsembleFit(asked, context), { out, json, anyway }, context);
  }
  let document: FitDocument;
  if (isDetection(flags)) {
    const fitted = await computeDetectionFit(detectionRequest(source, flags, created), context);
    if (fitted.kind === "box")
      return writeBoxFit(fitted.calibrator, { out: flags.out, json, anyway: flags.anyway ?? false }, context);
    document = fitted.document;
  } else {
    const recognised = await recogniseTask(source, flags, context);
    const reading = recognised.stdin === undefined ? context : { ...context, stdin: recognised.stdin };
    const request = {
      file: source,
      input: flags,
      method,
      seed,
      level,
      folds,
      keepOrder,
      created,
      mode: sizeMode(flags),
    };
    try {
      if (recognised.task === "regression") {
        refuseClassFlags(flags);
        const { out, html, anyway = false } = flags;
        const fitted = await computeRegressionFit(request, reading);
        return await writeRegressionFit(fitted, { out, html, json, anyway }, context);
      }
      document = await computeFit(request, reading);
    } finally {
      await recognised.close();
    }
  }
  const isHarmful = document.improvement.logLoss.upper < 0;
  const isRefused = isHarmful && !flags.anyway;
  const written = isRefused ? outputs.filter(({ flag }) => flag !== "--out") : outputs;
  const files = written.map(({ flag, path }): OutputFile => ({ path, content: contentOf(flag, path, document) }));
  context.signal.throwIfAborted();
  await writeWhole(files);
  if (json === true) context.stdout.write(`${JSON.stringify(document)}\n`);
  else context.stdout.write(`${renderFit(document, terminalOptions(context))}${closing(document, flags, written)}\n`);
  if (isRefused)
    throw new GateFailed(
      flags.out === undefined
        ? "the scores are worse after this method"
        : `${flags.out} was not written: the scores are worse after this method (--anyway writes it, --method auto looks for a better one)`,
    );
}

function detectionRequest(
  file: string | undefined,
  flags: FitFlags,
  created: string,
): Parameters<typeof computeDetectionFit>[0] {
  const { method, seed, level, folds, keepOrder, approximate, html, card, members } = flags;
  const isBox = method === BOX_METHOD;
  const more = [
    [keepOrder, "--keep-order"],
    [approximate, "--approximate"],
    [members, "--members"],
    [isBox ? html : undefined, "--html of the method box"],
    [isBox ? card : undefined, "--card of the method box"],
    [isBox ? flags.by : undefined, "--by of the method box"],
  ] as const;
  return { file, input: flags, method, folds, seed, level, created, more };
}

function checkFlags({ out, html, card, method, groundTruth }: FitFlags): void {
  if (method !== BOX_METHOD || groundTruth === undefined) checkMethod(method);
  if (html === "-") throw new UsageError("--html needs the name of a file, got -");
  if (out === "-") throw new UsageError("--out needs the name of a file, got - (--json prints the calibrator, too)");
  if (card !== undefined && !/\.(md|html?)$/i.test(card))
    throw new UsageError(`--card needs a name in .md or .html, got ${card}`);
}

/** Before the file is read, which may take a while. */
function checkMethod(name: string): void {
  const methods = new Set([
    "auto",
    ...[...calibrationMethods("binary"), ...calibrationMethods("multiclass")].map((m) => m.method),
    ...forecastKinds.flatMap(([kind]) => regressionMethods(kind).map((m) => m.method)),
  ]);
  if (methods.has(name)) return;
  const near = nearestName(name, [...methods]);
  const meant = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new UsageError(`no method is called ${printable(name)}${meant}; \`--method list\` names all`);
}

const forecastKinds: readonly (readonly [kind: Forecast["kind"], words: string])[] = [
  ["point", "Forecasts alone:"],
  ["point-and-sigma", "Forecasts with a standard deviation:"],
  ["quantiles", "Forecast quantiles:"],
  ["interval", "Forecast intervals:"],
];

function contentOf(flag: string, path: string, document: FitDocument): string {
  if (flag === "--out") return `${JSON.stringify(document.calibrator, undefined, 1)}\n`;
  if (flag === "--json") return `${JSON.stringify(document)}\n`;
  if (flag === "--html") return renderFitHtml(document);
  if (flag === "--card") return /\.md$/i.test(path) ? renderCardMarkdown(document) : renderCardHtml(document);
  throw new Error(`nothing to write for ${flag} to ${path}`);
}

function closing(
  { improvement }: FitDocument,
  { out, groundTruth, anyway = false }: FitFlags,
  written: readonly { readonly path: string }[],
): string {
  const lines = written.map(({ path }) => `wrote ${path}`);
  if (improvement.logLoss.upper < 0 && !anyway) return lines.map((line) => `\n${line}`).join("");
  if (out === undefined) lines.push("nothing was kept: -o cal.json writes the calibrator");
  else
    lines.push(
      groundTruth === undefined
        ? `next: candor apply ${out} FILE -o calibrated.csv`
        : `next: candor apply ${out} DETECTIONS -o calibrated.json`,
    );
  return `\n${lines.join("\n")}`;
}

function methodList(): string {
  const part = (title: string, task: "binary" | "multiclass"): string[] => {
    const methods = calibrationMethods(task).filter(({ method }) => !/^(one-vs-rest|top-label)-/.test(method));
    const width = Math.max(...methods.map(({ method }) => method.length));
    return [title, ...methods.map(({ method, label }) => `  ${method.padEnd(width)}  ${label}`)];
  };
  return `${[
    ...part("One score per row (probabilities and confidences):", "binary"),
    "",
    ...part("One score per class (probabilities and logits):", "multiclass"),
    "",
    "  one-vs-rest-NAME  each class by a method for one score per row, such as",
    "                    one-vs-rest-isotonic",
    "  top-label-NAME    the largest probability by such a method, and the others",
    "                    in proportion",
    "",
    "Boxes with scores (--ground-truth): those for one score per row, and",
    "  box               logistic in score, place and size of the box",
    ...forecastKinds.flatMap(([kind, title]) => {
      const methods = regressionMethods(kind);
      const width = Math.max(...methods.map(({ method }) => method.length));
      return ["", title, ...methods.map(({ method, label }) => `  ${method.padEnd(width)}  ${label}`)];
    }),
  ].join("\n")}\n`;
}
