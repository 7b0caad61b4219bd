import { InputError } from "../../errors.ts";
import { cholesky, choleskySolve } from "../../linalg/cholesky.ts";
import type { FitCertificate } from "../fit.ts";

/** How far the mean ratio of an unused part to the mixture may exceed 1. */
const SLACK = 1e-12;

/**
 * The weights of a mixture, ≥ 0 with sum 1, that minimise the mean of -ln Σ weight · part.
 *
 * Sets of parts are tried from small to large; the first whose optimum no further part can improve is the answer, so that
 * weights which should be 0 are exactly 0.
 *
 * @param parts one array per part (few) of one likelihood ≥ 0 per row, at least one part positive in each row
 * @param rowWeights one per row, summing to 1
 * @throws {InputError} `incompatible` where rounding hides the optimum
 *
 * Accuracy: at the optimum the mean ratio part / mixture is 1 for every part used, to 1e-10, and at most 1 for the others.
 */
export function mixtureWeights(
  parts: readonly Float64Array[],
  rowWeights: Float64Array,
): { weights: readonly number[]; certificate: FitCertificate } {
  let iterations = 0;
  let best = { weights: parts.map(() => 0), objective: Infinity, violation: Infinity };
  for (const used of subsets(parts.length)) {
    const face = interiorOptimum(
      used.map((j) => parts[j]),
      rowWeights,
    );
    iterations += face.iterations;
    if (face.weights === undefined) continue;
    const weights = parts.map((_, j) => face.weights?.[used.indexOf(j)] ?? 0);
    const { objective, ratios } = evaluate(parts, weights, rowWeights);
    const violation = ratios.reduce(
      (most, ratio, j) => Math.max(most, weights[j] > 0 ? Math.abs(ratio - 1) : ratio - 1 - SLACK),
      0,
    );
    if (violation < best.violation) best = { weights, objective, violation };
    if (violation <= 1e-12) break;
  }
  if (!(best.violation <= 1e-10))
    throw new InputError("incompatible", `the weights of the mixture have no optimum: violation ${best.violation}`);
  const { weights, objective, violation } = best;
  return { weights, certificate: { objective, gradientNorm: violation, iterations } };
}

/** All non-empty sets of 0..count - 1, small ones first. */
function subsets(count: number): number[][] {
  const all = Array.from({ length: 2 ** count - 1 }, (_, code) =>
    Array.from({ length: count }, (_, j) => j).filter((j) => ((code + 1) >> j) & 1),
  );
  return all.sort((a, b) => a.length - b.length);
}

function evaluate(
  parts: readonly Float64Array[],
  weights: readonly number[],
  rowWeights: Float64Array,
): { objective: number; ratios: number[] } {
  const ratios = parts.map(() => 0);
  let objective = 0;
  for (let i = 0; i < rowWeights.length; i++) {
    let mixture = 0;
    for (let j = 0; j < parts.length; j++) mixture += weights[j] * parts[j][i];
    objective -= rowWeights[i] * Math.log(mixture);
    for (let j = 0; j < parts.length; j++)
      if (parts[j][i] > 0) ratios[j] += mixture > 0 ? (rowWeights[i] * parts[j][i]) / mixture : Infinity;
  }
  return { objective, ratios };
}

/** Newton's method on weights that are all > 0; without weights where it runs into the border. */
function interiorOptimum(
  parts: readonly Float64Array[],
  rowWeights: Float64Array,
): { weights: number[] | undefined; iterations: number } {
  const free = parts.length - 1;
  let weights = parts.map(() => 1 / parts.length);
  if (free === 0) return { weights, iterations: 0 };
  let { objective } = evaluate(parts, weights, rowWeights);
  for (let iterations = 1; iterations <= 100; iterations++) {
    const { gradient, hessian } = derivatives(parts, weights, rowWeights);
    let step: Float64Array;
    try {
      step = choleskySolve(cholesky(hessian, free), gradient, free);
    } catch (error) {
      if (!InputError.is(error)) throw error;
      return { weights: undefined, iterations };
    }
    const decrement = step.reduce((total, value, j) => total + value * gradient[j], 0);
    if (!(decrement > 1e-28)) return { weights, iterations };
    let length = 1;
    let next = moved(weights, step, length);
    while (
      length > 1e-12 &&
      !(Math.min(...next) > 0 && evaluate(parts, next, rowWeights).objective <= objective + 1e-14)
    ) {
      length /= 2;
      next = moved(weights, step, length);
    }
    if (length <= 1e-12) return { weights: decrement < 1e-20 ? weights : undefined, iterations };
    weights = next;
    objective = evaluate(parts, weights, rowWeights).objective;
    if (Math.min(...weights) < 1e-13) return { weights: undefined, iterations };
  }
  return { weights: undefined, iterations: 100 };
}

function moved(weights: readonly number[], step: Float64Array, length: number): number[] {
  const next = weights.map((weight, j) => (j < step.length ? weight - length * step[j] : 0));
  next[step.length] = 1 - next.reduce((total, weight) => total + weight, 0);
  return next;
}

/** Gradient and Hessian in all weights but the last, which is what the others leave. */
function derivatives(
  parts: readonly Float64Array[],
  weights: readonly number[],
  rowWeights: Float64Array,
): { gradient: Float64Array; hessian: Float64Array } {
  const free = parts.length - 1;
  const gradient = new Float64Array(free);
  const hessian = new Float64Array(free * free);
  const ratio = new Float64Array(free);
  for (let i = 0; i < rowWeights.length; i++) {
    let mixture = 0;
    for (let j = 0; j <= free; j++) mixture += weights[j] * parts[j][i];
    for (let j = 0; j < free; j++) ratio[j] = (parts[j][i] - parts[free][i]) / mixture;
    for (let j = 0; j < free; j++) {
      gradient[j] -= rowWeights[i] * ratio[j];
      for (let l = 0; l <= j; l++) hessian[j * free + l] += rowWeights[i] * ratio[j] * ratio[l];
    }
  }
  return { gradient, hessian };
}
