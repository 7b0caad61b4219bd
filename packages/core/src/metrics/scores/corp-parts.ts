import type { Estimate, SampleOptions } from "../../estimate.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { isotonicRegression } from "../../kernels/isotonic.ts";
import type { Decomposition } from "../../report/document.ts";
import { weighted } from "../weighted.ts";

/** A proper score taken apart: score = miscalibration + refinement, refinement = uncertainty − discrimination. */
export interface CorpDecomposition extends Decomposition {
  readonly score: Estimate;
  /** What is left after the best monotone recalibration of these rows; lower is better. */
  readonly refinement: Estimate;
}

/** Row-wise losses of the forecast, its isotonic recalibration and the constant base rate. */
export interface CorpRows {
  readonly forecast: Float64Array;
  readonly fitted: Float64Array;
  readonly constant: Float64Array;
}

/** The decomposition from row-wise losses; gains below 0, which only rounding can cause, are 0. */
export function assemble(
  { forecast, fitted, constant }: CorpRows,
  choices: Readonly<Record<string, string | number>>,
  options: SampleOptions,
): CorpDecomposition {
  const mark = weighted(checkSample(forecast.length, options));
  const spec = (part: string) => ({
    metric: `corp-${part}`,
    recalibration: "isotonic, in-sample",
    ...choices,
    ...mark,
  });
  const approximate = { ...options, min: 0, kind: "approximate" } as const;
  const gain = (rows: Float64Array, part: string): Estimate => {
    const differences = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) differences[i] = rows[i] - fitted[i];
    const estimate = meanEstimate(differences, spec(part), approximate);
    return { ...estimate, value: Math.max(0, estimate.value) };
  };
  return {
    score: meanEstimate(forecast, spec("score"), { ...options, min: 0 }),
    miscalibration: gain(forecast, "miscalibration"),
    discrimination: gain(constant, "discrimination"),
    uncertainty: meanEstimate(constant, spec("uncertainty"), { ...options, min: 0 }),
    refinement: meanEstimate(fitted, spec("refinement"), approximate),
  };
}

/** Weighted share of outcome 1. */
export function baseRate(outcomes: ArrayLike<number>, { rows, weights, totalWeight }: CheckedSample): number {
  let hits = 0;
  for (let i = 0; i < rows; i++) hits += outcomes[i] * (weights ? weights[i] : 1);
  return hits / totalWeight;
}

/** Isotonic fit of the outcomes, in the order of the rows. */
export function recalibrated(
  probabilities: Float64Array,
  outcomes: ArrayLike<number>,
  { rows, weights }: CheckedSample,
  order: Uint32Array = argsort(probabilities),
): Float64Array {
  const x = new Float64Array(rows);
  const y = new Float64Array(rows);
  const w = weights ? new Float64Array(rows) : undefined;
  for (let k = 0; k < rows; k++) {
    const i = order[k];
    x[k] = probabilities[i];
    y[k] = outcomes[i];
    if (w && weights) w[k] = weights[i];
  }
  const { levels, values } = isotonicRegression(x, y, w);
  const fitted = new Float64Array(rows);
  let level = 0;
  for (let k = 0; k < rows; k++) {
    while (level + 1 < levels.length && levels[level + 1] <= x[k]) level++;
    fitted[order[k]] = values[level];
  }
  return fitted;
}
