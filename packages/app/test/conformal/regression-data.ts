import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Matrix, matrix, type RegressionPredictions } from "@candor/core";
import { data, npy } from "../calibrate/class-data.ts";
import { isRecord, type Reference } from "../calibrate/reference-json.ts";

/** Whether the diabetes predictions are there. */
export const hasDiabetes: boolean = existsSync(join(data, "conformal", "diabetes_predictions.csv"));

/** Rows of one half of the diabetes predictions, by column. */
export interface DiabetesRows {
  readonly y: Float64Array;
  readonly mean: Float64Array;
  readonly sigma: Float64Array;
  readonly q05: Float64Array;
  readonly q50: Float64Array;
  readonly q95: Float64Array;
}

/** The half that calibrates, or the half that tests. */
export function diabetesRows(split: "cal" | "test"): DiabetesRows {
  const [header = "", ...lines] = readFileSync(join(data, "conformal", "diabetes_predictions.csv"), "utf8")
    .trim()
    .split(/\r?\n/);
  const names = header.split(",");
  const rows = lines.map((line) => line.split(",")).filter(([name]) => name === split);
  const column = (name: string) => Float64Array.from(rows, (row) => Number(row[names.indexOf(name)]));
  return {
    y: column("y"),
    mean: column("mean"),
    sigma: column("sigma"),
    q05: column("q05"),
    q50: column("q50"),
    q95: column("q95"),
  };
}

/** The rows as forecasts of points with sigma. */
export function withSigma({ y, mean, sigma }: DiabetesRows): RegressionPredictions {
  const forecast = { kind: "point-and-sigma", point: mean, sigma } as const;
  return { task: "regression", rows: y.length, forecast, outcomes: y, segments: [] };
}

/** The rows as forecasts of quantiles. */
export function withQuantiles({ y, q05, q50, q95 }: DiabetesRows): RegressionPredictions {
  const values = new Float64Array(3 * y.length);
  for (let i = 0; i < y.length; i++) values.set([q05[i] ?? 0, q50[i] ?? 0, q95[i] ?? 0], 3 * i);
  const forecast = { kind: "quantiles", levels: [0.05, 0.5, 0.95], values: matrix(values, y.length, 3) } as const;
  return { task: "regression", rows: y.length, forecast, outcomes: y, segments: [] };
}

/** What models that left rows out say: of the row left out, and of the test rows. */
export interface LeftOut {
  readonly residuals: Float64Array;
  readonly predictions: Matrix;
  readonly outcomes: Float64Array;
  /** Of the model of all rows. */
  readonly full: Float64Array;
}

export function leftOut(file: "diabetes_jackknife_loo.npy" | "diabetes_cv5.npy"): LeftOut {
  const { values, shape } = npy("conformal", file);
  const [rows = 0, cols = 0] = shape;
  const truth = npy("conformal", "diabetes_jk_y.npy").values;
  const predictions = new Float64Array(rows * (cols - 1));
  for (let i = 0; i < rows; i++) predictions.set(values.subarray(i * cols + 1, (i + 1) * cols), i * (cols - 1));
  return {
    residuals: truth.map((y, i) => Math.abs(y - (values[i * cols] ?? Number.NaN))),
    predictions: matrix(predictions, rows, cols - 1),
    outcomes: npy("conformal", "diabetes_jk_ytest.npy").values,
    full: npy("conformal", "diabetes_jk_fullpred_test.npy").values,
  };
}

/** The golden figures under a key of `regression_diabetes`. */
export function golden(key: string): Reference {
  const all: unknown = JSON.parse(readFileSync(join(data, "conformal", "golden.json"), "utf8"));
  const figures = isRecord(all) ? all["regression_diabetes"] : undefined;
  const node = isRecord(figures) ? figures[key] : undefined;
  if (isRecord(node)) return node;
  if (node !== undefined) return { value: node };
  throw new Error(`golden.json has nothing at regression_diabetes.${key}`);
}
