import { type EnsembleFitDocument, fitEnsembleCalibrator, InputError, type PoolingOrder } from "@candor/core";
import { BadInput, type InputOptions } from "@candor/input";
import { readPredictions } from "../input/index.ts";
import { renderEnsembleFit } from "../render/terminal/ensemble-fit.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { GateFailed } from "./gate-failed.ts";
import { ownName } from "./members-calibrator.ts";
import { memberReporter } from "./members-report.ts";
import { createProgress } from "./progress.ts";
import { terminalOptions } from "./terminal-options.ts";
import { UsageError } from "./usage-error.ts";
import { type OutputFile, writeWhole } from "./write-file.ts";

/** The orders that `--pool` knows, with what they mean. */
export const poolingOrders: readonly (readonly [order: PoolingOrder, words: string])[] = [
  ["calibrate-mean", "average, then calibrate the mean, by any method"],
  ["calibrate-members", "one temperature per member, then average"],
  ["calibrate-jointly", "one temperature for all members, then average"],
  ["calibrate-both", "one temperature per member, average, and one for the mean"],
];

/** What the flags ask for. */
export interface EnsembleFitRequest {
  readonly file: string | undefined;
  readonly input: InputOptions;
  readonly order: PoolingOrder;
  readonly folds: number | undefined;
  readonly seed: number;
  readonly level: number;
  readonly created: string;
}

/** Where to write what was fitted. */
export interface EnsembleFitOutputs {
  readonly out: string | undefined;
  readonly json: string | true | undefined;
  readonly anyway: boolean;
}

/** @throws {UsageError} for what a calibration of members does not make */
export function refuseFitFlags(flags: {
  readonly html?: string;
  readonly card?: string;
  readonly method: string;
  readonly keepOrder?: boolean;
}): void {
  if (flags.html !== undefined || flags.card !== undefined)
    throw new UsageError("--html and --card belong to --pool calibrate-mean: of members --json tells everything");
  if (flags.method !== "auto" && flags.method !== "temperature")
    throw new UsageError(
      `members are calibrated by temperature, expected --method temperature, got ${flags.method}; --pool calibrate-mean knows all methods`,
    );
  if (flags.keepOrder) throw new UsageError("--keep-order belongs to --pool calibrate-mean");
}

/** Reads the members and fits the temperatures that the order asks for. */
export async function computeEnsembleFit(
  { file, input, order, folds, seed, level, created }: EnsembleFitRequest,
  context: CliContext,
): Promise<EnsembleFitDocument> {
  if (input.members === undefined) throw new UsageError(`--pool ${order} needs --members beside it`);
  const progress = createProgress(context.stderr);
  const reporter = memberReporter(undefined, level);
  try {
    const { predictions, source } = await readPredictions(file, input, {
      signal: context.signal,
      stdin: context.stdin,
      onProgress: (fraction, rows) => progress.update("reading", fraction, rows),
      ...reporter.hooks,
    });
    progress.update("fitting", undefined);
    const { loaded, members } = reporter.kept();
    if (members === undefined) throw new UsageError("--pool calibrates probabilities, not forecasts of numbers");
    return context.whileBusy(() => {
      try {
        return fitEnsembleCalibrator(members, predictions, {
          order,
          version,
          name: source.name,
          source: { ...source, approximate: false },
          created,
          seed,
          level,
          ...(folds === undefined ? {} : { folds }),
          memberNames: loaded.names.map(ownName),
          ...(loaded.memberWeights ? { memberWeights: loaded.memberWeights } : {}),
        });
      } catch (cause) {
        if (InputError.is(cause)) throw new BadInput(`${source.name}: ${cause.message}`, { cause });
        throw cause;
      }
    });
  } finally {
    progress.clear();
  }
}

/**
 * Writes and prints what was fitted.
 *
 * @throws {GateFailed} where the mean is surely worse after it and that was not asked for
 */
export async function writeEnsembleFit(
  document: EnsembleFitDocument,
  { out, json, anyway }: EnsembleFitOutputs,
  context: CliContext,
): Promise<void> {
  const none = document.orders.find(({ order }) => order === "none");
  const isRefused = none !== undefined && none.worse.upper < 0 && !anyway;
  const files: OutputFile[] = [];
  if (out !== undefined && !isRefused)
    files.push({ path: out, content: `${JSON.stringify(document.calibrator, undefined, 1)}\n` });
  if (typeof json === "string") files.push({ path: json, content: `${JSON.stringify(document)}\n` });
  context.signal.throwIfAborted();
  await writeWhole(files);
  if (json === true) context.stdout.write(`${JSON.stringify(document)}\n`);
  else {
    const wrote = files.map(({ path }) => `wrote ${path}`);
    const next = isRefused
      ? []
      : out === undefined
        ? ["nothing was kept: -o ensemble.json writes the calibrator"]
        : [`next: candor apply ${out} FILE --members ... -o calibrated.csv`];
    const closing = [...wrote, ...next].map((line) => `\n${line}`).join("");
    context.stdout.write(`${renderEnsembleFit(document, terminalOptions(context))}${closing}\n`);
  }
  if (isRefused)
    throw new GateFailed(
      `${out === undefined ? "" : `${out} was not written: `}the mean is worse after this (--anyway writes it)`,
    );
}
