import type { Matrix } from "../matrix.ts";
import { normalQuantile } from "../special/normal.ts";
import type { Forecast } from "./forecasts.ts";
import { endLevels, type LevelPair, levelPairs } from "./quantile-view.ts";

/** A central interval of every row. */
export interface CentralInterval {
  readonly level: number;
  /** In order: lower ≤ upper. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Levels at which the intervals of a normal forecast are looked at. */
const NORMAL_LEVELS: readonly number[] = [0.5, 0.8, 0.9, 0.95, 0.99];

/** Levels of the central intervals that a forecast has, ascending; empty where it has none. */
export function intervalLevels(forecast: Forecast): number[] {
  if (forecast.kind === "point-and-sigma") return [...NORMAL_LEVELS];
  if (forecast.kind === "interval") return [forecast.level];
  return forecast.kind === "quantiles" ? levelPairs(forecast.levels).map(({ level }) => level) : [];
}

/** The level nearest to 90 %, the higher one of two as near; undefined where there is none. */
export function mainLevel(forecast: Forecast): number | undefined {
  return intervalLevels(forecast).reduce<number | undefined>(
    (best, level) => (best === undefined || Math.abs(level - 0.9) <= Math.abs(best - 0.9) ? level : best),
    undefined,
  );
}

/** The central intervals at one of `intervalLevels(forecast)`; undefined at any other level of quantiles. */
export function centralInterval(forecast: Forecast, level: number): CentralInterval | undefined {
  if (forecast.kind === "point") return undefined;
  if (forecast.kind === "point-and-sigma") {
    const { point, sigma } = forecast;
    const half = normalQuantile(endLevels(level)[1]);
    return {
      level,
      lower: point.map((p, i) => p - half * sigma[i]),
      upper: point.map((p, i) => p + half * sigma[i]),
    };
  }
  if (forecast.kind === "interval") return ordered(level, forecast.lower, forecast.upper);
  const pair = levelPairs(forecast.levels).find((candidate) => candidate.level === level);
  return pair && orderedColumns(level, forecast.values, pair);
}

function orderedColumns(level: number, { data, rows, cols }: Matrix, pair: LevelPair): CentralInterval {
  const lower = new Float64Array(rows);
  const upper = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const low = data[i * cols + pair.lower];
    const high = data[i * cols + pair.upper];
    lower[i] = low <= high ? low : high;
    upper[i] = low <= high ? high : low;
  }
  return { level, lower, upper };
}

function ordered(level: number, lower: Float64Array, upper: Float64Array): CentralInterval {
  return {
    level,
    lower: lower.map((low, i) => Math.min(low, upper[i])),
    upper: lower.map((low, i) => Math.max(low, upper[i])),
  };
}
