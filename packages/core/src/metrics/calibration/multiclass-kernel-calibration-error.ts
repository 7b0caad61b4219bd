import type { Estimate } from "../../estimate.ts";
import { checkClassProbabilities } from "../../intervals/check-pairs.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import type { Matrix } from "../../matrix.ts";
import {
  blockEstimate,
  type KernelCalibrationOptions,
  type KernelChoices,
  kernelChoices,
  pairEstimate,
} from "./kernel-calibration-options.ts";

/** Rows up to which all pairs are taken when no estimator is named. */
const ALL_PAIRS = 5000;

/**
 * Squared kernel calibration error (SKCE) of whole probability vectors: E[k(p, p')·(e_y − p)·(e_y' − p')] with
 * k = exp(−‖p − p'‖²/(2ℓ²)). It is 0 exactly where the vectors are calibrated in the strong sense.
 *
 * @param probabilities rows × classes
 * @param labels true classes
 * @returns a squared error; default estimator: `unbiased` (time n²·classes) up to 5000 rows, then `block` with √n rows
 *   (time n^1.5·classes). Intervals as for `kernelCalibrationError`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`, `too-few`,
 *   `incompatible`
 *
 * Source: Widmann, Lindsten & Zachariah (2019), NeurIPS, §4, with the kernel times the identity matrix.
 */
export function multiclassKernelCalibrationError(
  probabilities: Matrix,
  labels: Int32Array,
  options: KernelCalibrationOptions = {},
): Estimate {
  checkClassProbabilities(probabilities, labels);
  const sample = checkSample(probabilities.rows, options);
  const choices = kernelChoices(
    options,
    sample,
    probabilities.rows <= ALL_PAIRS || options.merged ? "unbiased" : "block",
  );
  const named = { ...choices, spec: { ...choices.spec, label: "full-vector" } };
  const kernel = pairKernel(probabilities, labels, named.bandwidth);
  return named.estimator === "block" ? blocks(kernel, named, sample) : pairs(kernel, named, sample);
}

/** h_ij = k(p_i, p_j)·(e_y_i − p_i)·(e_y_j − p_j). */
function pairKernel(
  { data, rows, cols }: Matrix,
  labels: Int32Array,
  bandwidth: number,
): (i: number, j: number) => number {
  const norms = new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let c = i * cols; c < (i + 1) * cols; c++) norms[i] += data[c] * data[c];
  const scale = -1 / (2 * bandwidth * bandwidth);
  return (i, j) => {
    const a = i * cols;
    const b = j * cols;
    let dot = 0;
    for (let c = 0; c < cols; c++) dot += data[a + c] * data[b + c];
    const same = labels[i] === labels[j] ? 1 : 0;
    const residual = same - data[b + labels[i]] - data[a + labels[j]] + dot;
    return residual * Math.exp(scale * Math.max(0, norms[i] + norms[j] - 2 * dot));
  };
}

function pairs(kernel: (i: number, j: number) => number, choices: KernelChoices, sample: CheckedSample): Estimate {
  const { rows, weights, squaredWeights, totalWeight } = sample;
  const shares = new Float64Array(rows);
  const masses = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    shares[i] = weights ? weights[i] / totalWeight : 1 / totalWeight;
    masses[i] = squaredWeights ? squaredWeights[i] / totalWeight ** 2 : shares[i] ** 2;
  }
  const sums = new Float64Array(rows);
  let all = 0;
  let diagonal = 0;
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const own = kernel(i, i);
    let sum = shares[i] * own;
    all += shares[i] * sum;
    diagonal += masses[i] * own;
    squares += (masses[i] * own) ** 2;
    for (let j = 0; j < i; j++) {
      const h = kernel(i, j);
      sum += shares[j] * h;
      sums[j] += shares[i] * h;
      all += 2 * shares[i] * shares[j] * h;
      squares += 2 * masses[i] * masses[j] * h * h;
    }
    sums[i] += sum;
  }
  let projections = 0;
  for (let i = 0; i < rows; i++) projections += masses[i] * sums[i] * sums[i];
  return pairEstimate({ all, diagonal, squares, projections }, choices, sample);
}

function blocks(kernel: (i: number, j: number) => number, choices: KernelChoices, sample: CheckedSample): Estimate {
  const { rows, weights } = sample;
  const count = Math.floor(rows / choices.blockSize);
  const totals = new Float64Array(count);
  const masses = new Float64Array(count);
  for (let b = 0; b < count; b++) {
    const end = b === count - 1 ? rows : (b + 1) * choices.blockSize;
    for (let i = b * choices.blockSize; i < end; i++)
      for (let j = b * choices.blockSize; j < i; j++) {
        const mass = 2 * (weights ? weights[i] * weights[j] : 1);
        totals[b] += mass * kernel(i, j);
        masses[b] += mass;
      }
  }
  return blockEstimate(totals, masses, choices, sample);
}
