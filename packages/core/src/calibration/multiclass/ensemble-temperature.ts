import { softmax } from "../../kernels/softmax.ts";
import type { Matrix } from "../../matrix.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { BlendedClassMap, MulticlassMap } from "../multiclass-map.ts";
import { type ClassRows, checkClassRows } from "./class-rows.ts";
import { mixtureWeights } from "./mixture-weights.ts";
import { scaledLogits } from "./prepare-logits.ts";
import { temperatureOptimum } from "./temperature.ts";

/**
 * Ensemble temperature scaling: w₁ softmax(z / T) + w₂ softmax(z) + w₃ / K. T is that of temperature scaling; the weights,
 * ≥ 0 with sum 1, then minimise the mean log loss.
 *
 * @param logits n × K, K ≥ 2, finite
 * @param labels n classes in [0, K)
 * @returns parameters `temperature` and `weights` (three); the gradient of the certificate is the largest violation of
 *   the optimality conditions of the weights
 * @throws {InputError} as `fitTemperature`
 *
 * Source: Zhang, Kailkhura and Han (2020), "Mix-n-Match", ICML, section 4.1, by log loss instead of squared error.
 */
export function fitEnsembleTemperature(
  logits: Matrix,
  labels: Int32Array,
  options: FitOptions = {},
): CalibrationFit<BlendedClassMap> {
  const rows = checkClassRows(logits, labels, options);
  const { beta } = temperatureOptimum(rows);
  const parts = [trueClass(rows, beta), trueClass(rows, 1), new Float64Array(rows.labels.length).fill(1 / logits.cols)];
  const { weights, certificate } = mixtureWeights(parts, rows.weights);
  const maps: readonly MulticlassMap[] = [
    { kind: "linear", scale: beta, bias: null, prepare: null },
    { kind: "identity" },
    { kind: "uniform" },
  ];
  return {
    method: "ensemble-temperature",
    map: { kind: "blend", parts: maps.map((map, j) => ({ weight: weights[j], map })) },
    parameters: { temperature: 1 / beta, weights },
    certificate,
    complexity: 3,
    n: rows.n,
    effectiveN: rows.effectiveN,
    notes: [],
  };
}

/** Probability of the true class under softmax(beta · z). */
function trueClass({ logits, labels }: ClassRows, beta: number): Float64Array {
  const { data, cols } = softmax(beta === 1 ? logits : scaledLogits(logits, beta));
  return Float64Array.from(labels, (label, i) => data[i * cols + label]);
}
