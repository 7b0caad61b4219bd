import type { Estimate } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import type { LabelRule } from "./binned-calibration-error.ts";
import {
  blockEstimate,
  type KernelCalibrationOptions,
  type KernelChoices,
  kernelChoices,
  pairEstimate,
} from "./kernel-calibration-options.ts";

/** Options of `kernelCalibrationError`. */
export interface KernelPairOptions extends KernelCalibrationOptions {
  /** Recorded in the spec. Default `positive-class`. */
  readonly label?: LabelRule;
}

/**
 * Squared kernel calibration error (SKCE) of a probability and its event: E[k(p, p')·(y − p)(y' − p')], twice, so that
 * it is the error of the two-class vectors (1 − p, p), for which the kernel is exp(−(p − p')²/ℓ²).
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns a squared error; 0 under calibration. Default estimator: `unbiased`. Its interval inverts tests of the
 *   quadratic form that it is, whose law is known by three cumulants only, and is `approximate`; that of `block` is
 *   `asymptotic`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`, `too-few`,
 *   `incompatible`
 *
 * Source: Widmann, Lindsten & Zachariah (2019), "Calibration tests in multi-class classification", NeurIPS, §4.
 * Accuracy: exact to 1e-15 of the mean squared residual in time linear in n: the kernel is expanded in products of one
 * function of each score (15 of them at bandwidth 1).
 */
export function kernelCalibrationError(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: KernelPairOptions = {},
): Estimate {
  const { label = "positive-class" } = options;
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const choices = kernelChoices(options, sample, "unbiased");
  const named = { ...choices, spec: { ...choices.spec, label } };
  const expansion = kernelExpansion(named.bandwidth);
  return named.estimator === "block"
    ? blocks(probabilities, outcomes, expansion, named, sample)
    : pairs(probabilities, outcomes, expansion, named, sample);
}

/** exp(−(p − p')²/ℓ²) = Σ_m f_m(p) f_m(p'), with f_m(p) = exp(−u²)·u^m·√(2^m/m!) and u = (p − ½)/ℓ. */
interface Expansion {
  readonly bandwidth: number;
  /** √(2/m) for m ≥ 1: what leads from one term to the next, beside u. */
  readonly steps: Float64Array;
}

function kernelExpansion(bandwidth: number, tolerance = 1e-16): Expansion {
  const largest = 0.5 / (bandwidth * bandwidth);
  let term = 1;
  let terms = 1;
  while (terms < largest || term > tolerance) {
    term *= largest / terms;
    terms++;
  }
  return { bandwidth, steps: Float64Array.from({ length: terms }, (_, m) => (m === 0 ? 1 : Math.sqrt(2 / m))) };
}

/** Adds `mass` times every function of the expansion at p. */
function addTerms(sums: Float64Array, { bandwidth, steps }: Expansion, p: number, mass: number): void {
  const u = (p - 0.5) / bandwidth;
  let term = mass * Math.exp(-u * u);
  sums[0] += term;
  for (let m = 1; m < steps.length; m++) {
    term *= u * steps[m];
    sums[m] += term;
  }
}

/** Σ_m sums_m·f_m(p). */
function valueAt(sums: Float64Array, { bandwidth, steps }: Expansion, p: number): number {
  const u = (p - 0.5) / bandwidth;
  let term = Math.exp(-u * u);
  let value = term * sums[0];
  for (let m = 1; m < steps.length; m++) {
    term *= u * steps[m];
    value += term * sums[m];
  }
  return value;
}

function pairs(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  expansion: Expansion,
  choices: KernelChoices,
  sample: CheckedSample,
): Estimate {
  const { rows, weights, squaredWeights, totalWeight } = sample;
  const unit = 1 / totalWeight;
  const squareOf = (i: number): number =>
    squaredWeights ? squaredWeights[i] * unit * unit : weights ? (weights[i] * unit) ** 2 : unit * unit;
  const sums = new Float64Array(expansion.steps.length);
  const squaredKernel = kernelExpansion(expansion.bandwidth / Math.SQRT2, 1e-6);
  const squareSums = new Float64Array(squaredKernel.steps.length);
  let diagonal = 0;
  for (let i = 0; i < rows; i++) {
    const p = probabilities[i];
    const r = outcomes[i] - p;
    const variance = squareOf(i) * r * r;
    addTerms(sums, expansion, p, (weights ? weights[i] * unit : unit) * r);
    addTerms(squareSums, squaredKernel, p, variance);
    diagonal += 2 * variance;
  }
  let projections = 0;
  for (let i = 0; i < rows; i++) {
    const r = outcomes[i] - probabilities[i];
    const projection = 2 * r * valueAt(sums, expansion, probabilities[i]);
    projections += squareOf(i) * projection * projection;
  }
  let all = 0;
  for (const sum of sums) all += 2 * sum * sum;
  let squares = 0;
  for (const sum of squareSums) squares += 4 * sum * sum;
  return pairEstimate({ all, diagonal, squares, projections }, choices, sample);
}

function blocks(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  expansion: Expansion,
  choices: KernelChoices,
  sample: CheckedSample,
): Estimate {
  const { rows, weights } = sample;
  const count = Math.floor(rows / choices.blockSize);
  const totals = new Float64Array(count);
  const masses = new Float64Array(count);
  const sums = new Float64Array(expansion.steps.length);
  for (let b = 0; b < count; b++) {
    sums.fill(0);
    let mass = 0;
    let squares = 0;
    let diagonal = 0;
    const end = b === count - 1 ? rows : (b + 1) * choices.blockSize;
    for (let i = b * choices.blockSize; i < end; i++) {
      const w = weights ? weights[i] : 1;
      const r = outcomes[i] - probabilities[i];
      addTerms(sums, expansion, probabilities[i], w * r);
      diagonal += w * w * r * r;
      mass += w;
      squares += w * w;
    }
    let all = 0;
    for (const sum of sums) all += sum * sum;
    totals[b] = 2 * (all - diagonal);
    masses[b] = Math.max(0, mass * mass - squares);
  }
  return blockEstimate(totals, masses, choices, sample);
}
