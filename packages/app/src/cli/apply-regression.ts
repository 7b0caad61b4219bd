import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Forecast, RegressionCalibrator } from "@candor/core";
import { type InputOptions, nameList } from "@candor/input";
import { type OpenedForecasts, openForecasts } from "../input/index.ts";
import { type OutputFormat, openWriter, outputEndings, outputFormat, uniqueNames } from "../output/index.ts";
import { version } from "../version.ts";
import { type ApplyResult, notesOnDuplicates } from "./apply-calibrator.ts";
import { calibrateForecasts, intervalLevel, readingFor } from "./calibrate-forecasts.ts";
import type { CliContext } from "./context.ts";
import { inputFiles, refuseOverwriting } from "./input-files.ts";
import { createProgress } from "./progress.ts";
import { readRegressionCalibrator } from "./read-regression-calibrator.ts";
import { UsageError } from "./usage-error.ts";
import { checkWritable, writeThrough } from "./write-file.ts";

/** What `candor apply` is told. */
export interface ApplyRegressionFlags extends InputOptions {
  readonly policy?: string;
  readonly out?: string;
  readonly into?: string;
  readonly json?: true;
}

/** Forecasts of no rows, of the kind that a calibrator reads. */
function emptyForecast({ forecast, levels }: RegressionCalibrator): Forecast {
  const none = new Float64Array(0);
  switch (forecast) {
    case "point":
      return { kind: forecast, point: none };
    case "point-and-sigma":
      return { kind: forecast, point: none, sigma: none };
    case "quantiles":
      return { kind: forecast, levels, values: { data: none, rows: 0, cols: levels.length } };
    case "interval":
      return { kind: forecast, lower: none, upper: none, level: intervalLevel(levels), point: none };
  }
}

function namesOf(forecast: Forecast): string[] {
  switch (forecast.kind) {
    case "point":
      return ["calibrated_prediction"];
    case "point-and-sigma":
      return ["calibrated_prediction", "calibrated_sigma"];
    case "quantiles":
      return forecast.levels.map((level) => `calibrated_q${level}`);
    case "interval":
      return ["calibrated_lower", "calibrated_upper", ...(forecast.point === null ? [] : ["calibrated_prediction"])];
  }
}

function columnsOf(forecast: Forecast): Float64Array[] {
  switch (forecast.kind) {
    case "point":
      return [forecast.point];
    case "point-and-sigma":
      return [forecast.point, forecast.sigma];
    case "quantiles": {
      const { data, rows, cols } = forecast.values;
      return forecast.levels.map((_, k) => Float64Array.from({ length: rows }, (__, i) => data[i * cols + k]!));
    }
    case "interval":
      return [forecast.lower, forecast.upper, ...(forecast.point === null ? [] : [forecast.point])];
  }
}

function withoutPoint(forecast: Forecast): Forecast {
  return forecast.kind === "interval" ? { ...forecast, point: null } : forecast;
}

/** What was done, and what it is called. */
export type ApplyRegressionResult = ApplyResult;

/**
 * Forecasts in a file to calibrated ones in another, beside everything else that is in the file.
 *
 * @param draft lets a file be made: called once with what writes to the path it gets, and a place for temporary files
 * @throws {BadInput} when the forecasts do not fit the calibrator, or a row is bad and bad rows are not left out
 */
export async function applyRegressionToFile(
  request: {
    readonly calibrator: RegressionCalibrator;
    readonly file: string | undefined;
    readonly input: InputOptions;
    readonly output: OutputFormat;
  },
  context: CliContext,
  draft: (produce: (path: string) => Promise<void>, spool: OpenedForecasts["spool"]) => Promise<void>,
): Promise<ApplyRegressionResult> {
  const { calibrator, file, input, output } = request;
  const progress = createProgress(context.stderr);
  try {
    const opened = await openForecasts(file, readingFor(calibrator, input), calibrator.forecast, {
      signal: context.signal,
      stdin: context.stdin,
      onProgress: (fraction, rows) => progress.update("calibrating", fraction, rows),
    });
    try {
      const empty = calibrateForecasts(calibrator, emptyForecast(calibrator), opened.sourceName);
      const hasPoint = opened.columns["prediction"] !== undefined;
      const wanted = namesOf(hasPoint ? empty : withoutPoint(empty));
      const existing = uniqueNames(opened.rowSource?.names ?? []);
      const names = uniqueNames([...existing, ...wanted]).slice(existing.length);
      let rows = 0;
      await draft(async (path) => {
        const writer = await openWriter(
          path,
          output,
          { confidence: undefined, classes: undefined, numbers: names },
          opened,
          context.signal,
        );
        try {
          for await (const { rows: read, keep, forecast } of opened.batches()) {
            const numbers = columnsOf(calibrateForecasts(calibrator, forecast, opened.sourceName));
            const confidences = new Float64Array(keep?.length ?? read);
            await writer.write({ rows: read, keep, confidences, classes: undefined, numbers });
            rows += read;
          }
          progress.update("writing", undefined);
          await writer.finish();
        } finally {
          await writer.close();
        }
      }, opened.spool);
      const { skipped, notes } = opened.summary();
      const changed = wanted.filter((name, i) => name !== names[i]);
      const clashes =
        changed.length === 0 ? [] : [`the file already has ${nameList(changed, 3)}: added under other names`];
      return {
        source: { name: opened.sourceName, columns: opened.columns },
        rows,
        skipped,
        added: names,
        notes: [...notes, ...notesOnDuplicates(opened.rowSource?.names ?? []), ...clashes],
      };
    } finally {
      await opened.close();
    }
  } finally {
    progress.clear();
  }
}

function formatOf(out: string | undefined): OutputFormat {
  const output = out === undefined ? ({ format: "csv", compression: "none" } as const) : outputFormat(out);
  if (output === undefined)
    throw new UsageError(`cannot tell how to write ${out}, expected a name in ${outputEndings}`);
  if (output.format === "npy")
    throw new UsageError("forecasts are written as columns, expected a table such as .csv or .parquet");
  return output;
}

function checkFlags({ policy, into, by, normalise, out, json }: ApplyRegressionFlags): void {
  if (policy !== undefined) throw new UsageError("--policy decides on scores of classes, not on forecasts of numbers");
  if (into !== undefined) throw new UsageError("--into names a confidence; forecasts are added as calibrated_…");
  if (by !== undefined) throw new UsageError("the calibrator has no corrections per segment, expected no --by");
  if (normalise) throw new UsageError("--normalise belongs to probabilities, not to forecasts of numbers");
  if ((out === undefined || out === "-") && json)
    throw new UsageError("--json and the calibrated rows both go to standard output, expected --out FILE");
}

/** `candor apply` with a calibrator of forecasts. */
export async function runApplyRegression(
  calibratorFile: string,
  file: string | undefined,
  flags: ApplyRegressionFlags,
  context: CliContext,
): Promise<void> {
  checkFlags(flags);
  const named = inputFiles(flags);
  if (file === undefined && named.length === 0)
    throw new UsageError("no file to calibrate, expected `candor apply CALIBRATOR FILE` (- reads standard input)");
  const out = flags.out === "-" ? undefined : flags.out;
  const output = formatOf(out);
  if (out !== undefined) {
    refuseOverwriting([{ flag: "--out", path: out }], [calibratorFile, file, ...named]);
    await checkWritable(out);
  }
  const calibrator = await readRegressionCalibrator(calibratorFile);
  const { stdout, stderr, signal } = context;
  const result = await applyRegressionToFile(
    { calibrator, file, input: flags, output },
    context,
    async (produce, spool) => {
      if (out !== undefined) return writeThrough(out, produce);
      const draft = spool().path("calibrated.csv");
      await produce(draft);
      await pipeline(createReadStream(draft), stdout, { signal, end: false });
    },
  );
  const { rows, added, skipped, notes, source } = result;
  for (const { reason, count } of skipped)
    stderr.write(
      reason === "malformed line"
        ? `note: ${count.toLocaleString("en")} malformed ${count === 1 ? "line was" : "lines were"} left out\n`
        : `note: ${count.toLocaleString("en")} ${count === 1 ? "row has" : "rows have"} no calibrated forecast: ${reason}\n`,
    );
  for (const note of notes) stderr.write(`note: ${note}\n`);
  if (out === undefined) return;
  const { method, forecast, fingerprint } = calibrator;
  const described = { method, forecast, fingerprint };
  const document = {
    schema: "candor.apply/1",
    version,
    calibrator: described,
    source,
    output: out,
    rows,
    skipped,
    added,
    notes,
  };
  const shown = added.length > 5 ? [...added.slice(0, 4), `${added.length - 4} more`] : added;
  stdout.write(
    flags.json
      ? `${JSON.stringify(document)}\n`
      : `wrote ${out}: ${rows.toLocaleString("en")} rows, added ${shown.join(", ")}\n`,
  );
}
