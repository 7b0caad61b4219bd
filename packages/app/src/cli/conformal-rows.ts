import {
  type Calibrator,
  createRandom,
  type Forecast,
  type Matrix,
  type RegressionPredictions,
  type ReportDocument,
  type SegmentColumn,
  type SetsData,
  shuffle,
} from "@candor/core";
import { BadInput, collectBatches, type InputOptions } from "@candor/input";
import { type FileContext, openPredictions } from "../input/index.ts";
import { predictionCalibrator } from "./calibrate-predictions.ts";
import { arrangeClasses } from "./policy-classes.ts";
import { sayWhichSegments } from "./say-which-segments.ts";

/** Rows of scores with their true classes. */
export interface SetsRows {
  readonly data: SetsData;
  readonly source: ReportDocument["source"];
}

/**
 * Reads all rows of a file of scores, calibrated where asked for.
 *
 * @param classes names in the order wanted; those of the file by default
 * @throws {BadInput} for confidences, other classes and bad rows
 */
export async function readSetsRows(
  file: string | undefined,
  input: InputOptions,
  calibrator: Calibrator | undefined,
  reading: FileContext,
  classes?: readonly string[],
): Promise<SetsRows> {
  const { by = [] } = input;
  const own = new Set(by.map((name) => name.toLowerCase()));
  const further = (calibrator?.segments?.columns ?? []).filter((name) => !own.has(name.toLowerCase()));
  const columns = [...by, ...further];
  const opened = await openPredictions(file, columns.length === 0 ? input : { ...input, by: columns }, {
    ...reading,
    keepLogits: true,
  }).catch(sayWhichSegments(calibrator, by));
  try {
    if (opened.task === "confidence")
      throw new BadInput(
        `${opened.sourceName}: sets need a score for every class (--probs, --logits) or of the positive one (--score), got confidences`,
        { file: opened.sourceName },
      );
    const applied = calibrator && predictionCalibrator(calibrator, by, opened.columns, opened.sourceName);
    const { predictions: read } = await collectBatches(
      opened,
      "exact",
      { create: () => undefined, add: () => undefined },
      (batch) => applied?.calibrate(batch) ?? batch,
    );
    if (read === undefined || read.task === "confidence")
      throw new TypeError("the rows are not those that were opened");
    const wanted = classes ?? calibrator?.classNames ?? read.classNames;
    const owner = { name: classes === undefined ? "calibrator" : "calibration file", file: opened.sourceName } as const;
    const { predictions, note } = arrangeClasses(read, wanted, owner);
    if (predictions.task === "confidence") throw new TypeError("scores cannot become confidences");
    const { rowsRead, skipped, notes } = opened.summary();
    const said = applied
      ? [...applied.notes(), "the level holds where the calibrator was fitted on other rows than these"]
      : note === undefined
        ? []
        : [note];
    return {
      data: predictions,
      source: {
        name: opened.sourceName,
        rows: rowsRead,
        skipped,
        columns: calibrator ? { ...opened.columns, calibrator: calibrator.fingerprint } : opened.columns,
        approximate: false,
        notes: [...said, ...notes],
      },
    };
  } finally {
    await opened.close();
  }
}

/** Rows to calibrate on and rows to test on. */
export interface SplitRows {
  readonly calibration: Int32Array;
  readonly test: Int32Array;
}

/**
 * Divides rows at random, or by time: the latest then test.
 *
 * @param share of the rows that test, in (0, 1)
 * @param time when each row happened; rows of one time keep their order
 * @throws {BadInput} where either part would have no rows
 */
export function splitRows(rows: number, share: number, seed: number, time: Float64Array | undefined): SplitRows {
  const count = Math.round(share * rows);
  if (count < 1 || count > rows - 1)
    throw new BadInput(
      `a share of ${share} of ${rows} rows leaves ${count < 1 ? "none to test on" : "none to calibrate on"}`,
    );
  const inOrder = Int32Array.from({ length: rows }, (_, i) => i);
  const order =
    time === undefined
      ? shuffle(inOrder, createRandom(seed).fork())
      : inOrder.sort((a, b) => (time[a] ?? 0) - (time[b] ?? 0) || a - b);
  return { calibration: order.slice(0, rows - count).sort(), test: order.slice(rows - count).sort() };
}

/** Some rows of scores. */
export function pickSetsRows(data: SetsData, rows: Int32Array): SetsData {
  const shared = { rows: rows.length, segments: pickSegments(data.segments, rows), ...pickWeights(data.weights, rows) };
  const { time: _, groups: __, ...rest } = data;
  if (rest.task === "binary")
    return {
      ...rest,
      ...shared,
      probabilities: pick(rest.probabilities, rows),
      outcomes: Uint8Array.from(rows, (i) => rest.outcomes[i] ?? 0),
    };
  const { probabilities, logits, logProbabilities, labels } = rest;
  return {
    ...rest,
    ...shared,
    probabilities: pickMatrix(probabilities, rows),
    ...(logits === undefined ? {} : { logits: pickMatrix(logits, rows) }),
    ...(logProbabilities === undefined ? {} : { logProbabilities: pickMatrix(logProbabilities, rows) }),
    labels: Int32Array.from(rows, (i) => labels[i] ?? 0),
  };
}

/** Some rows of forecasts. */
export function pickForecastRows(data: RegressionPredictions, rows: Int32Array): RegressionPredictions {
  return {
    task: "regression",
    rows: rows.length,
    forecast: pickForecast(data.forecast, rows),
    outcomes: pick(data.outcomes, rows),
    segments: pickSegments(data.segments, rows),
    ...pickWeights(data.weights, rows),
  };
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (i) => values[i] ?? Number.NaN);
}

function pickMatrix({ data, cols }: Matrix, rows: Int32Array): Matrix {
  const taken = new Float64Array(rows.length * cols);
  rows.forEach((row, i) => {
    taken.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
  });
  return { data: taken, rows: rows.length, cols };
}

function pickSegments(segments: readonly SegmentColumn[], rows: Int32Array): SegmentColumn[] {
  return segments.map((column) => ({ ...column, codes: Int32Array.from(rows, (i) => column.codes[i] ?? 0) }));
}

function pickWeights(weights: Float64Array | undefined, rows: Int32Array): { weights?: Float64Array } {
  return weights === undefined ? {} : { weights: pick(weights, rows) };
}

function pickForecast(forecast: Forecast, rows: Int32Array): Forecast {
  switch (forecast.kind) {
    case "point":
      return { kind: forecast.kind, point: pick(forecast.point, rows) };
    case "point-and-sigma":
      return { kind: forecast.kind, point: pick(forecast.point, rows), sigma: pick(forecast.sigma, rows) };
    case "quantiles":
      return { ...forecast, values: pickMatrix(forecast.values, rows) };
    case "interval":
      return {
        ...forecast,
        lower: pick(forecast.lower, rows),
        upper: pick(forecast.upper, rows),
        point: forecast.point && pick(forecast.point, rows),
      };
  }
}
