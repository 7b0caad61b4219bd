import { type RegressionReport, regressionReport } from "@candor/core";
import { mostForecastValues, readRegression } from "../input/index.ts";
import { renderRegressionHtml } from "../render/html/regression/render-regression-html.ts";
import { renderRegression } from "../render/terminal/regression/render-regression.ts";
import { version } from "../version.ts";
import type { ReportRequest } from "./compute-report.ts";
import type { CliContext } from "./context.ts";
import { createProgress } from "./progress.ts";
import { terminalOptions } from "./terminal-options.ts";
import { UsageError } from "./usage-error.ts";

/** A report in the forms it can be written in. */
export interface MadeReport {
  readonly json: string;
  html(): string;
  terminal(): string;
}

/** Reads a file of forecasts and computes its report. */
export async function computeRegressionReport(
  { file, input, versus, mode, level }: ReportRequest,
  context: CliContext,
): Promise<RegressionReport> {
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
    const { predictions, source } = await readRegression(file, input, reading, limit);
    progress.update("computing", undefined);
    return context.whileBusy(() =>
      regressionReport(predictions, { version, level, source: { ...source, approximate: false } }),
    );
  } finally {
    progress.clear();
  }
}

/** A report on forecasts of numbers, in the forms it can be written in. */
export async function makeRegressionReport(request: ReportRequest, context: CliContext): Promise<MadeReport> {
  const document = await computeRegressionReport(request, context);
  return {
    json: JSON.stringify(document),
    html: () => renderRegressionHtml(document),
    terminal: () => renderRegression(document, terminalOptions(context)),
  };
}
