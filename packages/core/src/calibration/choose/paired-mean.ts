import type { Estimate, IntervalKind, MergedRows, Spec } from "../../estimate.ts";
import { estimateFromVariance } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";

/** The rows that a mean is taken over, and which of them depend on each other. */
export interface DependentRows {
  readonly rows: Uint32Array;
  readonly weights: Float64Array | undefined;
  readonly merged: MergedRows | undefined;
  /** One code per row of the data: rows with the same code are not independent. */
  readonly groups: Int32Array | undefined;
}

/** A mean with its standard error. */
export interface MeanAndError {
  readonly mean: number;
  /** Infinite for a single row or group. */
  readonly error: number;
  /** Independent units behind it, (Σw)² / Σw² over rows or groups. */
  readonly units: number;
}

/**
 * Weighted mean of one value per row and its standard error; clustered by group where there are groups.
 *
 * @param value of a row, by its position in the data
 *
 * Source: the sandwich variance of a ratio mean, Σ_g (Σ_{i∈g} w(x − mean))² / (Σw)², with the factor m/(m − 1) for m
 * effective units (Liang & Zeger 1986, Biometrika 73).
 */
export function pairedMean(value: (row: number) => number, sample: DependentRows): MeanAndError {
  const { rows, weights, merged, groups } = sample;
  const values = new Float64Array(rows.length);
  let total = 0;
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const row = rows[k];
    const weight = weights ? weights[row] : 1;
    values[k] = value(row);
    total += weight;
    sum += weight * values[k];
  }
  const mean = sum / total;
  const { squares, units } = groups
    ? clusteredSquares(values, mean, sample, groups)
    : rowSquares(values, mean, rows, weights, merged);
  const freedom = units - 1;
  const error = freedom > 1e-9 ? Math.sqrt((squares / (total * total)) * (units / freedom)) : Infinity;
  return { mean, error, units };
}

/** Options of `pairedEstimate`. */
export interface PairedOptions {
  readonly level: number;
  readonly min?: number;
  readonly max?: number;
  readonly kind?: IntervalKind;
}

/** The estimate of such a mean: Student-t at units − 1 degrees of freedom. */
export function pairedEstimate(
  { mean, error, units }: MeanAndError,
  n: number,
  spec: Spec,
  { level, min = -Infinity, max = Infinity, kind = "asymptotic" }: PairedOptions,
): Estimate {
  const sample = { ...checkSample(1, { level }), n, effectiveN: units };
  const variance = error < Infinity ? error * error * ((units - 1) / units) : 0;
  return estimateFromVariance(mean, variance, spec, sample, { min, max, kind });
}

function rowSquares(
  values: Float64Array,
  mean: number,
  rows: Uint32Array,
  weights: Float64Array | undefined,
  merged: MergedRows | undefined,
): { squares: number; units: number } {
  let squares = 0;
  let total = 0;
  let weightSquares = 0;
  for (let k = 0; k < values.length; k++) {
    const row = rows[k];
    const weight = weights ? weights[row] : 1;
    const square = merged ? merged.squaredWeights[row] : weight * weight;
    const off = values[k] - mean;
    squares += square * off * off;
    total += weight;
    weightSquares += square;
  }
  return { squares, units: (total * total) / weightSquares };
}

function clusteredSquares(
  values: Float64Array,
  mean: number,
  { rows, weights }: DependentRows,
  groups: Int32Array,
): { squares: number; units: number } {
  const offs = new Map<number, number>();
  const masses = new Map<number, number>();
  let total = 0;
  for (let k = 0; k < values.length; k++) {
    const code = groups[rows[k]];
    const weight = weights ? weights[rows[k]] : 1;
    offs.set(code, (offs.get(code) ?? 0) + weight * (values[k] - mean));
    masses.set(code, (masses.get(code) ?? 0) + weight);
    total += weight;
  }
  let squares = 0;
  for (const off of offs.values()) squares += off * off;
  let massSquares = 0;
  for (const mass of masses.values()) massSquares += mass * mass;
  return { squares, units: (total * total) / massSquares };
}
