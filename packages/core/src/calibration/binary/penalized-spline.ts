import { InputError } from "../../errors.ts";
import { cholesky, choleskySolve } from "../../linalg/cholesky.ts";
import type { FitCertificate } from "../fit.ts";
import { type NaturalSpline, segmentPiece } from "./natural-spline.ts";

const GRADIENT_GOAL = 1e-10;
/** Below the goal a step is kept only while it still helps. */
const MAX_ITERATIONS = 100;
const ROUNDING = 1 + 1e-13;
/** Rows that one call of an inner loop takes, so that engines compile it early. */
const CHUNK = 8192;

/** Rows in ascending order of x, several at one place made one. */
export interface WeightedCells {
  readonly x: Float64Array;
  readonly weights: Float64Array;
  /** Weight of the positive rows, ≤ `weights`. */
  readonly positives: Float64Array;
  /** Sum of `weights`. */
  readonly total: number;
}

/** The optimum of mean log loss + ½·penalty/total·roughness over natural splines of the log odds. */
export interface SplineOptimum {
  /** As in `NaturalSpline`. */
  readonly parameters: Float64Array;
  readonly certificate: FitCertificate;
  /** Cholesky factor of the Hessian of the summed objective. */
  readonly factor: Float64Array;
  /** Effective number of parameters: trace of (Hessian of the loss)·(Hessian of the objective)⁻¹. */
  readonly effectiveParameters: number;
}

interface Evaluation {
  readonly objective: number;
  readonly gradient: Float64Array;
  readonly gradientNorm: number;
  /** Of the summed loss, without the penalty. */
  readonly hessian: Float64Array;
}

/** One past the last row of each of the segments between knots. */
function segmentEnds(x: Float64Array, knots: Float64Array): Uint32Array {
  const ends = new Uint32Array(knots.length + 1).fill(x.length);
  for (let k = 0; k < knots.length; k++) {
    let low = k === 0 ? 0 : ends[k - 1];
    let high = x.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (x[middle] < knots[k]) low = middle + 1;
      else high = middle;
    }
    ends[k] = low;
  }
  return ends;
}

/** Adds Σ residual·tʲ (4), Σ curvature·tʲ (7) and the loss of rows of one segment to `sums`. */
function addRows(
  { x, weights, positives }: WeightedCells,
  start: number,
  end: number,
  origin: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  sums: Float64Array,
): void {
  let g0 = 0;
  let g1 = 0;
  let g2 = 0;
  let g3 = 0;
  let h0 = 0;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  let h5 = 0;
  let h6 = 0;
  let loss = 0;
  for (let i = start; i < end; i++) {
    const t = x[i] - origin;
    const eta = c0 + t * (c1 + t * (c2 + t * c3));
    const weight = weights[i];
    const positive = positives[i];
    const tail = Math.exp(-Math.abs(eta));
    const inverse = 1 / (1 + tail);
    const miss = tail * inverse;
    const residual = eta > 0 ? weight - positive - weight * miss : weight * miss - positive;
    const curve = weight * miss * inverse;
    loss += weight * Math.log1p(tail) + (eta > 0 ? (weight - positive) * eta : -positive * eta);
    const t2 = t * t;
    const t3 = t2 * t;
    g0 += residual;
    g1 += residual * t;
    g2 += residual * t2;
    g3 += residual * t3;
    h0 += curve;
    h1 += curve * t;
    h2 += curve * t2;
    h3 += curve * t3;
    h4 += curve * t2 * t2;
    h5 += curve * t2 * t3;
    h6 += curve * t3 * t3;
  }
  sums[0] += g0;
  sums[1] += g1;
  sums[2] += g2;
  sums[3] += g3;
  sums[4] += h0;
  sums[5] += h1;
  sums[6] += h2;
  sums[7] += h3;
  sums[8] += h4;
  sums[9] += h5;
  sums[10] += h6;
  sums[11] += loss;
}

function evaluate(
  cells: WeightedCells,
  spline: NaturalSpline,
  ends: Uint32Array,
  penalty: number,
  parameters: Float64Array,
): Evaluation {
  const { knots, segments, roughness } = spline;
  const m = knots.length;
  const gradient = new Float64Array(m);
  const hessian = new Float64Array(m * m);
  let loss = 0;
  segments.forEach((segment, s) => {
    const sums = new Float64Array(12);
    const [c0, c1, c2, c3] = segmentPiece(segment, parameters);
    const origin = knots[Math.max(0, s - 1)];
    for (let start = s === 0 ? 0 : ends[s - 1]; start < ends[s]; start += CHUNK)
      addRows(cells, start, Math.min(ends[s], start + CHUNK), origin, c0, c1, c2, c3, sums);
    loss += sums[11];
    for (let a = 0; a < m; a++)
      for (let i = 0; i < 4; i++) {
        const left = segment[i * m + a];
        if (left === 0) continue;
        gradient[a] += left * sums[i];
        for (let j = 0; j < 4; j++)
          for (let b = 0; b <= a; b++) hessian[a * m + b] += left * segment[j * m + b] * sums[4 + i + j];
      }
  });
  let rough = 0;
  let gradientNorm = 0;
  for (let a = 0; a < m; a++) {
    let pull = 0;
    for (let b = 0; b < m; b++) pull += roughness[a * m + b] * parameters[b];
    rough += pull * parameters[a];
    gradient[a] = (gradient[a] + penalty * pull) / cells.total;
    gradientNorm = Math.max(gradientNorm, Math.abs(gradient[a]));
    for (let b = 0; b < a; b++) hessian[b * m + a] = hessian[a * m + b];
  }
  return { objective: (loss + (penalty * rough) / 2) / cells.total, gradient, gradientNorm, hessian };
}

function plus(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  return a.map((value, i) => value + factor * b[i]);
}

/**
 * Newton's method with halved steps from a start that is finite for the data, such as a straight line.
 *
 * @param penalty ≥ 0, per roughness
 * @throws {InputError} `incompatible` where the gradient does not come down to 1e-10
 */
export function fitPenalizedSpline(
  cells: WeightedCells,
  spline: NaturalSpline,
  penalty: number,
  start: Float64Array,
): SplineOptimum {
  const m = spline.knots.length;
  const ends = segmentEnds(cells.x, spline.knots);
  let parameters = start;
  let here = evaluate(cells, spline, ends, penalty, parameters);
  for (let iterations = 1; iterations <= MAX_ITERATIONS; iterations++) {
    const factor = cholesky(plus(here.hessian, penalty, spline.roughness), m);
    const step = choleskySolve(factor, here.gradient, m);
    const wasGood = here.gradientNorm <= GRADIENT_GOAL;
    let size = 1;
    let there = here;
    let next = parameters;
    for (; size > 1e-6; size /= 2) {
      next = plus(parameters, -size * cells.total, step);
      there = evaluate(cells, spline, ends, penalty, next);
      if (there.objective <= here.objective * ROUNDING) break;
    }
    if (there.gradientNorm < here.gradientNorm || !wasGood) {
      parameters = next;
      here = there;
    }
    if (wasGood) {
      const certificate = { objective: here.objective, gradientNorm: here.gradientNorm, iterations };
      return { parameters, certificate, factor, effectiveParameters: traceOfRatio(here.hessian, factor, m) };
    }
  }
  throw new InputError(
    "incompatible",
    `the spline fit did not converge in ${MAX_ITERATIONS} steps: the gradient is still ${here.gradientNorm}`,
  );
}

function traceOfRatio(hessian: Float64Array, factor: Float64Array, m: number): number {
  let trace = 0;
  for (let k = 0; k < m; k++) trace += choleskySolve(factor, hessian.slice(k * m, (k + 1) * m), m)[k];
  return trace;
}

/**
 * Approximate leave-one-row-out mean log loss of an optimum: each row's linear predictor is moved by one Newton step
 * without it.
 *
 * Source: Rad & Maleki (2020), "A scalable estimate of the out-of-sample prediction error via approximate
 * leave-one-out cross-validation", JRSS B 82.
 */
export function leaveOneOutLoss(cells: WeightedCells, spline: NaturalSpline, optimum: SplineOptimum): number {
  const { x, weights, positives, total } = cells;
  const { knots, segments } = spline;
  const m = knots.length;
  const ends = segmentEnds(x, knots);
  const row = new Float64Array(m);
  let loss = 0;
  segments.forEach((segment, s) => {
    const origin = knots[Math.max(0, s - 1)];
    const [c0, c1, c2, c3] = segmentPiece(segment, optimum.parameters);
    for (let i = s === 0 ? 0 : ends[s - 1]; i < ends[s]; i++) {
      const t = x[i] - origin;
      for (let k = 0; k < m; k++)
        row[k] = segment[k] + t * (segment[m + k] + t * (segment[2 * m + k] + t * segment[3 * m + k]));
      const solved = choleskySolve(optimum.factor, row, m);
      let leverage = 0;
      for (let k = 0; k < m; k++) leverage += row[k] * solved[k];
      const eta = c0 + t * (c1 + t * (c2 + t * c3));
      const p = 1 / (1 + Math.exp(-eta));
      const rest = Math.max(1e-3, 1 - leverage * p * (1 - p));
      loss += positives[i] * softplus(-eta + (leverage * (1 - p)) / rest);
      loss += (weights[i] - positives[i]) * softplus(eta + (leverage * p) / rest);
    }
  });
  return loss / total;
}

function softplus(x: number): number {
  return Math.log1p(Math.exp(-Math.abs(x))) + Math.max(0, x);
}
