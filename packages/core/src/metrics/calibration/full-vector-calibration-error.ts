import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkClassProbabilities } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { type BinningOptions, binningSpec, equalWidthBin, equalWidthEdges } from "../../kernels/bins.ts";
import type { Matrix } from "../../matrix.ts";

import { weighted } from "../weighted.ts";

/** Options of `fullVectorCalibrationError`. */
export interface FullVectorOptions extends SampleOptions, Omit<BinningOptions, "binning" | "ties"> {}

/**
 * Calibration error of the whole probability vector, binned on the simplex.
 *
 * Rows fall into one cell when every class probability falls into the same equal-width bin; the error is the share of
 * each cell times the L1 distance between its mean vector and its class frequencies.
 *
 * @param probabilities rows × classes, each value in [0, 1]
 * @param labels class indices in [0, classes)
 * @returns value in [0, 2]. Almost every cell holds one row when classes are many, so the value is then mostly noise;
 *   no interval is defined
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Vaicenavicius et al. (2019), AISTATS; the "full ECE" of Kull et al. (2019), supplement.
 */
export function fullVectorCalibrationError(
  probabilities: Matrix,
  labels: Int32Array,
  options: FullVectorOptions = {},
): Estimate {
  checkClassProbabilities(probabilities, labels);
  const { data, rows, cols } = probabilities;
  const sample = checkSample(rows, options);
  const { edgeRule: rule = "right-closed", edgeValues = "quotient" } = options;
  const binning = binningSpec({ bins: options.bins ?? 15, edgeRule: rule, edgeValues });
  const edges = equalWidthEdges(binning.bins, edgeValues);
  const cells = new Map<string, Float64Array>();
  const index = new Array<number>(cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) index[k] = equalWidthBin(data[i * cols + k], binning.bins, edges, rule);
    const key = index.join(",");
    let gap = cells.get(key);
    if (gap === undefined) {
      gap = new Float64Array(cols);
      cells.set(key, gap);
    }
    const w = sample.weights ? sample.weights[i] : 1;
    for (let k = 0; k < cols; k++) gap[k] += w * ((labels[i] === k ? 1 : 0) - data[i * cols + k]);
  }
  let sum = 0;
  for (const gap of cells.values()) for (let k = 0; k < cols; k++) sum += Math.abs(gap[k]);
  const value = sum / sample.totalWeight;
  const { n, effectiveN, level } = sample;
  const spec = { metric: "full-vector-ece", norm: "l1", ...binning, label: "full-vector" };
  return {
    value,
    lower: value,
    upper: value,
    level,
    n,
    effectiveN,
    interval: "none",
    spec: { ...spec, classes: cols, ...weighted(sample) },
  };
}
