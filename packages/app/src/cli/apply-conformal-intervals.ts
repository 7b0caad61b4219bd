import { type ConformalIntervals, type Forecast, InputError, type Intervals, predictIntervals } from "@candor/core";
import { BadInput, type ForecastBatch, type InputOptions } from "@candor/input";
import { openForecasts } from "../input/index.ts";
import { openWriter } from "../output/index.ts";
import { notesOnDuplicates } from "./apply-calibrator.ts";
import { type ConformalApplication, type ConformalApplied, namesBeside } from "./conformal-application.ts";

/**
 * The prediction interval of every row of a file, beside everything else that is in it.
 *
 * @throws {BadInput} when the forecasts do not fit the intervals, or a row is bad and bad rows are not left out
 */
export async function applyIntervals(
  document: ConformalIntervals,
  application: ConformalApplication,
): Promise<ConformalApplied> {
  const { file, output, signal, stdin, onProgress, draft } = application;
  const { condition } = document;
  const kind = kindFor(document, application.input);
  const input = withLevel(document, kind, application.input);
  const by = input.by ?? (condition.kind === "groups" ? condition.columns : undefined);
  const opened = await openForecasts(file, by === undefined ? input : { ...input, by }, kind, {
    signal,
    stdin,
    onProgress: (fraction, rows) => onProgress("predicting", fraction, rows),
  });
  try {
    const existing = opened.rowSource?.names ?? [];
    const { names, notes } = namesBeside(existing, ["lower", "upper"]);
    const tally = { rows: 0, count: 0, finite: 0, width: 0, empty: 0, unbounded: 0 };
    await draft(async (path) => {
      const added = { confidence: undefined, classes: undefined, numbers: names };
      const writer = await openWriter(path, output, added, opened, signal);
      try {
        for await (const batch of opened.batches()) {
          const { lower, upper } = predict(document, batch, opened.sourceName);
          tally.rows += batch.rows;
          tally.count += lower.length;
          count(lower, upper, tally);
          await writer.write({
            rows: batch.rows,
            keep: batch.keep,
            confidences: new Float64Array(lower.length),
            classes: undefined,
            numbers: [lower, upper],
          });
        }
        onProgress("writing", undefined);
        await writer.finish();
      } finally {
        await writer.close();
      }
    }, opened.spool);
    const { skipped, notes: read } = opened.summary();
    return {
      source: { name: opened.sourceName, columns: opened.columns },
      rows: tally.rows,
      skipped,
      added: names,
      notes: [...read, ...notesOnDuplicates(existing), ...notes],
      sizes: {
        count: tally.count,
        mean: tally.finite === 0 ? null : tally.width / tally.finite,
        empty: tally.empty,
        unbounded: tally.unbounded,
      },
    };
  } finally {
    await opened.close();
  }
}

/** What has to be forecast of the rows: what the intervals were made of, unless the flags say what else will do. */
function kindFor({ interval, quantileLevels, source }: ConformalIntervals, input: InputOptions): Forecast["kind"] {
  const needsSigma = interval.kind === "normalised" || (interval.kind === "predictive-system" && interval.isNormalised);
  if (needsSigma) return "point-and-sigma";
  if (input.quantiles !== undefined) return "quantiles";
  if (input.lower !== undefined) return "interval";
  if (quantileLevels !== null) return source.columns["lower"] === undefined ? "quantiles" : "interval";
  return source.columns["quantiles"] !== undefined && input.prediction === undefined ? "quantiles" : "point";
}

/** The level of an interval forecast is that of the calibration rows. */
function withLevel(
  { quantileLevels, level }: ConformalIntervals,
  kind: Forecast["kind"],
  input: InputOptions,
): InputOptions {
  if (kind !== "interval" || input.intervalLevel !== undefined) return input;
  const own = quantileLevels === null ? level : Number((quantileLevels[1] - quantileLevels[0]).toPrecision(12));
  return { ...input, intervalLevel: own };
}

function predict(
  document: ConformalIntervals,
  { forecast, segments, weights, keep, rows }: ForecastBatch,
  file: string,
): Intervals {
  if ((keep?.length ?? rows) === 0) return { lower: new Float64Array(0), upper: new Float64Array(0) };
  const columns = document.condition.kind === "groups" ? document.condition.columns : [];
  const named = segments.map((column, i) => ({ ...column, name: columns[i] ?? column.name }));
  try {
    const testWeights = document.weighted && weights !== undefined ? { testWeights: weights } : {};
    return predictIntervals(document, forecast, { segments: named, ...testWeights });
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

function count(
  lower: Float64Array,
  upper: Float64Array,
  tally: { finite: number; width: number; empty: number; unbounded: number },
): void {
  for (let i = 0; i < lower.length; i++) {
    const width = (upper[i] ?? 0) - (lower[i] ?? 0);
    if (width === Infinity) tally.unbounded++;
    else {
      tally.finite++;
      tally.width += Math.max(0, width);
      if (width < 0) tally.empty++;
    }
  }
}
