import type { Matrix } from "../../matrix.ts";
import { normalQuantile } from "../../special/normal.ts";
import type { Forecast } from "../forecasts.ts";

/**
 * Reads a row of quantiles as a distribution: straight lines between the quantiles over the normal scores of their levels,
 * so that normal quantiles are read exactly; beyond the outermost ones, the average slope between them and the middle.
 */
export interface RowReader {
  /** Loads a row; its quantiles are put in order. */
  load(data: Float64Array, start: number): void;
  /** The value at a normal score. */
  valueAt(score: number): number;
  /** The normal score of a value: the middle one where several have it. */
  scoreOf(value: number): number;
}

/** A reader for rows of these levels (ascending, at least two). */
export function rowReader(levels: readonly number[]): RowReader {
  const count = levels.length;
  const z = Float64Array.from(levels, (level) => normalQuantile(level));
  const q = new Float64Array(count);
  const slopes = new Float64Array(2);
  const lowest = normalQuantile(levels[0] / 2);
  const highest = normalQuantile((1 + levels[count - 1]) / 2);
  const segment = (score: number): number => {
    let k = 1;
    while (k < count - 1 && z[k] < score) k++;
    return k;
  };
  const between = (score: number): number => {
    const k = segment(score);
    return q[k - 1] + ((score - z[k - 1]) / (z[k] - z[k - 1])) * (q[k] - q[k - 1]);
  };
  const centre = Math.min(z[count - 1], Math.max(z[0], 0));
  return {
    load(data, start) {
      for (let k = 0; k < count; k++) {
        const value = data[start + k];
        let j = k;
        while (j > 0 && q[j - 1] > value) {
          q[j] = q[j - 1];
          j--;
        }
        q[j] = value;
      }
      const overall = (q[count - 1] - q[0]) / (z[count - 1] - z[0]);
      const middle = between(centre);
      slopes[0] = centre > z[0] ? (middle - q[0]) / (centre - z[0]) : overall;
      slopes[1] = centre < z[count - 1] ? (q[count - 1] - middle) / (z[count - 1] - centre) : overall;
    },
    valueAt(score) {
      if (score < z[0]) return slopes[0] > 0 ? q[0] + (score - z[0]) * slopes[0] : q[0];
      if (score > z[count - 1]) return slopes[1] > 0 ? q[count - 1] + (score - z[count - 1]) * slopes[1] : q[count - 1];
      return between(score);
    },
    scoreOf(value) {
      if (value < q[0]) return slopes[0] > 0 ? z[0] + (value - q[0]) / slopes[0] : lowest;
      if (value > q[count - 1]) return slopes[1] > 0 ? z[count - 1] + (value - q[count - 1]) / slopes[1] : highest;
      let first = 0;
      while (q[first] < value) first++;
      if (q[first] === value) {
        let last = first;
        while (last + 1 < count && q[last + 1] === value) last++;
        return (z[first] + z[last]) / 2;
      }
      const share = (value - q[first - 1]) / (q[first] - q[first - 1]);
      return z[first - 1] + share * (z[first] - z[first - 1]);
    },
  };
}

/**
 * The normal score of each outcome under its forecast: standard normal where the forecast is right.
 *
 * @param forecast normal, or quantiles at two levels or more
 */
export function standardScores(forecast: Forecast, outcomes: Float64Array): Float64Array {
  if (forecast.kind === "point-and-sigma") {
    const { point, sigma } = forecast;
    return outcomes.map((y, i) => (y - point[i]) / sigma[i]);
  }
  const scores = new Float64Array(outcomes.length);
  if (forecast.kind !== "quantiles") return scores;
  const { data, cols } = forecast.values;
  const reader = rowReader(forecast.levels);
  for (let i = 0; i < scores.length; i++) {
    reader.load(data, i * cols);
    scores[i] = reader.scoreOf(outcomes[i]);
  }
  return scores;
}

/** Quantiles of every row at the given normal scores, a column per score. */
export function readQuantiles(levels: readonly number[], { data, rows, cols }: Matrix, scores: Float64Array): Matrix {
  const reader = rowReader(levels);
  const width = scores.length;
  const read = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    reader.load(data, i * cols);
    for (let k = 0; k < width; k++) read[i * width + k] = reader.valueAt(scores[k]);
  }
  return { data: read, rows, cols: width };
}
