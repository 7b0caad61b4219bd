import { createRandom, type Random } from "../../src/random/random.ts";
import type { Forecast, RegressionPredictions } from "../../src/regression/forecasts.ts";

/** How forecasts depart from the truth: the outcome is mean + sigma · (shape), the forecast says mean + bias·sigma, scale·sigma. */
export interface Departure {
  readonly bias: number;
  readonly scale: number;
  /** Standardised errors: normal, or a shifted exponential of variance 1. */
  readonly shape: "normal" | "skewed";
}

/** Normal forecasts of known outcomes whose spread differs from row to row. */
export function normalCase(rows: number, { bias, scale, shape }: Departure, seed: number): RegressionPredictions {
  const random = createRandom(seed);
  const point = new Float64Array(rows);
  const sigma = new Float64Array(rows);
  const outcomes = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const spread = 0.5 + random.uniform();
    const mean = 10 * random.normal();
    outcomes[i] = mean + spread * (shape === "normal" ? random.normal() : exponential(random) - 1);
    point[i] = mean + bias * spread;
    sigma[i] = scale * spread;
  }
  return ofForecast({ kind: "point-and-sigma", point, sigma }, outcomes);
}

/** Predictions without segments, weights and times. */
export function ofForecast(forecast: Forecast, outcomes: Float64Array): RegressionPredictions {
  return { task: "regression", rows: outcomes.length, forecast, outcomes, segments: [] };
}

/** The hundred departures: 40 biased, 30 scaled, 20 both, 10 skewed. */
export function hundredCases(): Departure[] {
  const cases: Departure[] = [];
  for (let k = 0; k < 40; k++) cases.push({ bias: (k % 2 ? -1 : 1) * (0.25 + 0.045 * k), scale: 1, shape: "normal" });
  for (let k = 0; k < 30; k++)
    cases.push({ bias: 0, scale: k < 15 ? 0.3 + 0.03 * k : 1.35 + 0.2 * (k - 15), shape: "normal" });
  for (let k = 0; k < 20; k++)
    cases.push({ bias: (k % 2 ? -1 : 1) * (0.3 + 0.05 * k), scale: k % 4 < 2 ? 0.6 : 1.6, shape: "normal" });
  for (let k = 0; k < 10; k++) cases.push({ bias: 0.2 * (k - 4.5), scale: k % 2 ? 0.7 : 1.4, shape: "skewed" });
  return cases;
}

function exponential(random: Random): number {
  return -Math.log(1 - random.uniform());
}

/** What reports need to be told. */
export const origin = {
  version: "0",
  source: { name: "case", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] },
} as const;

/** Perfect forecasts of counts: the quantiles of Poisson distributions, from which the outcomes are drawn. */
export function countCase(rows: number, mean: number, seed: number): RegressionPredictions {
  const random = createRandom(seed);
  const levels = [0.05, 0.25, 0.5, 0.75, 0.95];
  const data = new Float64Array(rows * levels.length);
  const outcomes = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const rate = mean * (0.5 + random.uniform());
    levels.forEach((level, k) => {
      data[i * levels.length + k] = poissonQuantile(level, rate);
    });
    outcomes[i] = poissonQuantile(random.uniform(), rate);
  }
  return ofForecast({ kind: "quantiles", levels, values: { data, rows, cols: levels.length } }, outcomes);
}

function poissonQuantile(level: number, rate: number): number {
  let count = 0;
  let term = Math.exp(-rate);
  for (let sum = term; sum < level; sum += term) term *= rate / ++count;
  return count;
}
