import { type RegressionCalibrator, type RegressionReport, regressionReport } from "@candor/core";
import { mostForecastValues } from "@candor/input";
import { readRegression } from "../input/index.ts";
import { renderRegressionHtml } from "../render/html/regression/render-regression-html.ts";
import { renderRegression } from "../render/terminal/regression/render-regression.ts";
import { version } from "../version.ts";
import { calibrateForecasts, readingFor } from "./calibrate-forecasts.ts";
import type { ReportRequest } from "./compute-report.ts";
import type { CliContext } from "./context.ts";
import { readEnsembleCalibrator } from "./members-calibrator.ts";
import { memberReporter } from "./members-report.ts";
import { createProgress } from "./progress.ts";
import { readRegressionCalibrator } from "./read-regression-calibrator.ts";
import { terminalOptions } from "./terminal-options.ts";
import { uncertaintyRows } from "./uncertainty-rows.ts";
import { UsageError } from "./usage-error.ts";

/** A report in the forms it can be written in. */
export interface MadeReport {
  readonly json: string;
  html(): string;
  /** Uncertainty of every row as CSV, where members were given. */
  readonly rows?: () => string;
  terminal(): string;
}

/** Reads a file of forecasts and computes its report. */
export async function computeRegressionReport(
  { file, input, versus, calibrator, mode, level }: ReportRequest,
  context: CliContext,
): Promise<RegressionReport> {
  return (await computeForecastsAndRows({ file, input, versus, calibrator, mode, level }, context)).document;
}

async function computeForecastsAndRows(
  { file, input, versus, calibrator, mode, level }: ReportRequest,
  context: CliContext,
): Promise<{ readonly document: RegressionReport; readonly rows: (() => string) | undefined }> {
  if (versus !== undefined) throw new UsageError("--versus compares scores of classes, not forecasts of numbers");
  if (mode === "cells")
    throw new UsageError("--approximate belongs to scores of classes: forecasts of numbers are all kept in memory");
  const progress = createProgress(context.stderr);
  const reading = {
    signal: context.signal,
    stdin: context.stdin,
    onProgress: (fraction: number | undefined, rows: number) => progress.update("reading", fraction, rows),
  };
  try {
    const limit = mode === "exact" ? Number.POSITIVE_INFINITY : mostForecastValues;
    await readEnsembleCalibrator(calibrator, input);
    const members = input.members === undefined ? undefined : memberReporter(undefined, level);
    const made = calibrator === undefined ? undefined : await readRegressionCalibrator(calibrator);
    const options = made === undefined ? input : readingFor(made, input);
    const { predictions, source } = await readRegression(
      file,
      options,
      { ...reading, ...members?.hooks },
      limit,
      made?.forecast,
    );
    progress.update("computing", undefined);
    return context.whileBusy(() => {
      const forecast = made ? calibrateForecasts(made, predictions.forecast, source.name) : predictions.forecast;
      const notes = [...(made ? [appliedNote(made)] : []), ...source.notes];
      const described = { ...source, notes, approximate: false };
      const document = regressionReport({ ...predictions, forecast }, { version, level, source: described });
      if (members === undefined) return { document, rows: undefined };
      return {
        document: members.intoForecasts(document, predictions),
        rows: () => uncertaintyRows(members.kept(), []),
      };
    });
  } finally {
    progress.clear();
  }
}

function appliedNote({ method, n, data, fingerprint }: RegressionCalibrator): string {
  const short = fingerprint.slice(0, 19);
  return `forecasts calibrated by ${method} (fitted on ${n.toLocaleString("en")} rows of ${data.name}, fingerprint ${short})`;
}

/** A report on forecasts of numbers, in the forms it can be written in. */
export async function makeRegressionReport(request: ReportRequest, context: CliContext): Promise<MadeReport> {
  const { document, rows } = await computeForecastsAndRows(request, context);
  return {
    ...(rows === undefined ? {} : { rows }),
    json: JSON.stringify(document),
    html: () => renderRegressionHtml(document),
    terminal: () => renderRegression(document, terminalOptions(context)),
  };
}
