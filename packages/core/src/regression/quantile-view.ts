import { complement, exactDecimal } from "../conformal/exact-decimal.ts";
import type { Matrix } from "../matrix.ts";
import type { Forecast } from "./forecasts.ts";

/** Quantiles with their levels. */
export interface QuantileView {
  readonly levels: readonly number[];
  readonly values: Matrix;
}

/** 1 − level as the decimal nearest to it: 0.9 gives 0.1. */
export function oneMinus(level: number): number {
  const { numerator, denominator } = complement(exactDecimal(level));
  return Number(numerator) / Number(denominator);
}

/** Levels of the two ends of a central interval: 0.9 gives 0.05 and 0.95. */
export function endLevels(level: number): [number, number] {
  const { numerator, denominator } = exactDecimal(level);
  const whole = Number(2n * denominator);
  return [Number(denominator - numerator) / whole, Number(denominator + numerator) / whole];
}

/** The level of the central interval between the quantiles at `tail` and 1 − `tail`: 0.05 gives 0.9. */
export function centralLevel(tail: number): number {
  const { numerator, denominator } = exactDecimal(tail);
  return Number(denominator - 2n * numerator) / Number(denominator);
}

/** A pair of quantiles that make a central interval. */
export interface LevelPair {
  readonly level: number;
  /** Columns of its ends. */
  readonly lower: number;
  readonly upper: number;
}

/** Pairs of levels τ and 1 − τ, the narrowest interval first. */
export function levelPairs(levels: readonly number[]): LevelPair[] {
  const place = new Map(levels.map((level, k) => [level, k]));
  return levels
    .flatMap((tail, lower) => {
      const upper = tail < 0.5 ? place.get(oneMinus(tail)) : undefined;
      return upper === undefined ? [] : [{ level: centralLevel(tail), lower, upper }];
    })
    .reverse();
}

/** The quantiles that a forecast states, an interval being two of them; undefined where it states none. */
export function quantileView(forecast: Forecast): QuantileView | undefined {
  if (forecast.kind === "quantiles") return { levels: forecast.levels, values: forecast.values };
  if (forecast.kind !== "interval") return undefined;
  const { lower, upper, level } = forecast;
  const data = new Float64Array(2 * lower.length);
  for (let i = 0; i < lower.length; i++) {
    data[2 * i] = Math.min(lower[i], upper[i]);
    data[2 * i + 1] = Math.max(lower[i], upper[i]);
  }
  return { levels: endLevels(level), values: { data, rows: lower.length, cols: 2 } };
}

/** One column of a matrix, copied. */
export function column({ data, rows, cols }: Matrix, k: number): Float64Array {
  const values = new Float64Array(rows);
  for (let i = 0; i < rows; i++) values[i] = data[i * cols + k];
  return values;
}

/** The number that a forecast gives where one is wanted: its point, or the quantile at ½; undefined where there is none. */
export function pointOf(forecast: Forecast): Float64Array | undefined {
  if (forecast.kind !== "quantiles") return forecast.point ?? undefined;
  const middle = forecast.levels.indexOf(0.5);
  return middle < 0 ? undefined : column(forecast.values, middle);
}
