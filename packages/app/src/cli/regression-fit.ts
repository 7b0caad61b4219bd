import { fitRegression, type RegressionFitDocument } from "@candor/core";
import { type InputOptions, mostForecastValues } from "@candor/input";
import { readRegression } from "../input/index.ts";
import { renderRegressionFitHtml } from "../render/html/regression/render-regression-fit-html.ts";
import { renderRegressionFit } from "../render/terminal/regression/render-regression-fit.ts";
import { version } from "../version.ts";
import type { FitRequest } from "./compute-fit.ts";
import type { CliContext } from "./context.ts";
import { GateFailed } from "./gate-failed.ts";
import { createProgress } from "./progress.ts";
import { terminalOptions } from "./terminal-options.ts";
import { UsageError } from "./usage-error.ts";
import { type OutputFile, writeWhole } from "./write-file.ts";

/** What to write of a fit of forecasts, and where. */
export interface RegressionFitOutputs {
  readonly out: string | undefined;
  readonly html: string | undefined;
  /** A file, or standard output. */
  readonly json: string | true | undefined;
  /** Write the calibrator even where the forecasts are worse after it. */
  readonly anyway: boolean;
}

/** Complains about flags that belong to scores of classes. */
export function refuseClassFlags({ keepOrder, card }: { readonly keepOrder?: boolean; readonly card?: string }): void {
  if (keepOrder) throw new UsageError("--keep-order belongs to scores of classes, not to forecasts of numbers");
  if (card !== undefined) throw new UsageError("--card belongs to scores of classes, expected --html for forecasts");
}

/** Reads a file of forecasts, and makes and proves a calibrator of them. */
export async function computeRegressionFit(
  request: Omit<FitRequest, "keepOrder">,
  context: CliContext,
): Promise<RegressionFitDocument> {
  const { file, input, mode, method, folds, seed, level, created } = request;
  if (mode === "cells")
    throw new UsageError("--approximate belongs to scores of classes: forecasts of numbers are all kept in memory");
  const progress = createProgress(context.stderr);
  try {
    const limit = mode === "exact" ? Number.POSITIVE_INFINITY : mostForecastValues;
    const reading = {
      signal: context.signal,
      stdin: context.stdin,
      onProgress: (fraction: number | undefined, rows: number) => progress.update("reading", fraction, rows),
    };
    const { predictions, source } = await readRegression(file, input satisfies InputOptions, reading, limit);
    progress.update("fitting", undefined);
    return context.whileBusy(() =>
      fitRegression(predictions, {
        version,
        source: { ...source, approximate: false },
        method,
        seed,
        level,
        created,
        ...(folds === undefined ? {} : { folds }),
      }),
    );
  } finally {
    progress.clear();
  }
}

/** Writes and prints what a fit of forecasts found; a calibrator after which they are worse is not written. */
export async function writeRegressionFit(
  document: RegressionFitDocument,
  { out, html, json, anyway }: RegressionFitOutputs,
  context: CliContext,
): Promise<void> {
  const isWorse = document.verdict.status === "worse";
  const isRefused = isWorse && !anyway;
  const text = JSON.stringify(document);
  const files: OutputFile[] = [];
  if (out !== undefined && !isRefused)
    files.push({ path: out, content: `${JSON.stringify(document.calibrator, undefined, 1)}\n` });
  if (typeof json === "string") files.push({ path: json, content: `${text}\n` });
  if (html !== undefined) files.push({ path: html, content: renderRegressionFitHtml(document) });
  context.signal.throwIfAborted();
  await writeWhole(files);
  if (json === true) context.stdout.write(`${text}\n`);
  else {
    const lines = files.map(({ path }) => `wrote ${path}`);
    if (!isRefused)
      lines.push(
        out === undefined
          ? "nothing was kept: -o cal.json writes the calibrator"
          : `next: candor apply ${out} FILE -o calibrated.csv`,
      );
    context.stdout.write(
      `${renderRegressionFit(document, terminalOptions(context))}${lines.map((line) => `\n${line}`).join("")}\n`,
    );
  }
  if (isRefused)
    throw new GateFailed(
      out === undefined
        ? "the forecasts are worse after this method"
        : `${out} was not written: the forecasts are worse after this method (--anyway writes it, --method auto looks for a better one)`,
    );
}
