import { InputError } from "../../errors.ts";
import type { LossPoint, SegmentLikelihood } from "./segment-likelihood.ts";

/** Which numbers differ between segments, and how many variances and covariances that takes. */
export type ShrinkageModel = "none" | "first" | "second" | "both";

const FREEDOM: Readonly<Record<ShrinkageModel, number>> = { none: 0, first: 1, second: 1, both: 3 };

/** Two numbers per segment, each shrunk towards 0, the pooled map. */
export interface ShrunkFits {
  readonly model: ShrinkageModel;
  /** Variance of the first number between segments, covariance, variance of the second. */
  readonly covariance: readonly [number, number, number];
  /** 2 × segments: first and second number of each. */
  readonly values: Float64Array;
  /** Per segment, in [0, 1]: effective share of its own unpenalised fit; 0 is the pooled map. */
  readonly shrinkage: Float64Array;
  /** Largest component of the gradient of a segment's mean penalised loss, ≤ 1e-10. */
  readonly gradientNorm: number;
  /** Gain of the marginal log likelihood over "all segments follow the pooled map", nats; ≥ the freedom of the model. */
  readonly evidence: number;
}

const GRADIENT_GOAL = 1e-10;
const MAX_STEPS = 100;
const MAX_ROUNDS = 20;
const MAX_EM = 500;

/**
 * Fits of all segments, penalised by how much the segments differ, which is estimated from the segments themselves.
 *
 * The two numbers of a segment are taken to be normal around 0 with an unknown covariance. It is estimated by maximising
 * the Laplace approximation of the marginal likelihood (EM on quadratics, expanded anew at every posterior mode), for
 * three models: only the first number differs, only the second, both. A model is used when it gains more nats than it has
 * variances and covariances (Akaike), the best of them when several do. Each segment gets its posterior mode, so one whose
 * rows are separable or of one class has an answer too.
 *
 * @param models those to try
 * @returns all zero, with model `none`, where no model gains enough
 * @throws {InputError} `incompatible` where a fit does not converge
 *
 * Source: Efron and Morris (1975), "Data analysis using Stein's estimator", JASA 70; Breslow and Clayton (1993),
 * "Approximate inference in generalized linear mixed models", JASA 88, for the approximation; Dempster, Laird and Rubin
 * (1977), JRSS B 39, for EM; Akaike (1974), IEEE TAC 19.
 */
export function shrunkFits(
  likelihood: SegmentLikelihood,
  models: readonly ("first" | "second" | "both")[],
): ShrunkFits {
  const pooled = expand(likelihood, new Float64Array(2 * likelihood.segments));
  let best: ShrunkFits = {
    model: "none",
    covariance: [0, 0, 0],
    values: new Float64Array(2 * likelihood.segments),
    shrinkage: new Float64Array(likelihood.segments),
    gradientNorm: 0,
    evidence: 0,
  };
  for (const model of models) {
    const fit = fitModel(likelihood, model, pooled);
    if (fit.evidence - FREEDOM[model] > best.evidence - FREEDOM[best.model]) best = fit;
  }
  return best;
}

/** One quadratic per segment: loss ≈ constant - u·θ + θᵀHθ/2, as [constant, u0, u1, h00, h01, h11]. */
type Quadratics = Float64Array;

function expand(likelihood: SegmentLikelihood, values: Float64Array): Quadratics {
  const result = new Float64Array(6 * likelihood.segments);
  const point: LossPoint = new Float64Array(6);
  for (let s = 0; s < likelihood.segments; s++) {
    if (likelihood.effectiveN[s] === 0) continue;
    const a = values[2 * s];
    const b = values[2 * s + 1];
    likelihood.evaluate(s, a, b, point);
    const [loss, g0, g1, h00, h01, h11] = point;
    const at = 6 * s;
    result[at] = loss - g0 * a - g1 * b + (h00 * a * a + 2 * h01 * a * b + h11 * b * b) / 2;
    result[at + 1] = h00 * a + h01 * b - g0;
    result[at + 2] = h01 * a + h11 * b - g1;
    result[at + 3] = h00;
    result[at + 4] = h01;
    result[at + 5] = h11;
  }
  return result;
}

/** [mode 0, mode 1, V00, V01, V11, determinant of I + TH, trace of its inverse] of one segment under covariance T. */
function posterior(t: Float64Array, quadratics: Quadratics, at: number, out: Float64Array): void {
  const u0 = quadratics[at + 1];
  const u1 = quadratics[at + 2];
  const h00 = quadratics[at + 3];
  const h01 = quadratics[at + 4];
  const h11 = quadratics[at + 5];
  const a00 = 1 + t[0] * h00 + t[1] * h01;
  const a01 = t[0] * h01 + t[1] * h11;
  const a10 = t[1] * h00 + t[2] * h01;
  const a11 = 1 + t[1] * h01 + t[2] * h11;
  const determinant = a00 * a11 - a01 * a10;
  out[2] = (a11 * t[0] - a01 * t[1]) / determinant;
  out[3] = (a11 * t[1] - a01 * t[2]) / determinant;
  out[4] = (a00 * t[2] - a10 * t[1]) / determinant;
  out[0] = out[2] * u0 + out[3] * u1;
  out[1] = out[3] * u0 + out[4] * u1;
  out[5] = determinant;
  out[6] = (a00 + a11) / determinant;
}

/** Variances to start from: an average segment would be shrunk halfway. */
function startingCovariance(model: ShrinkageModel, quadratics: Quadratics, segments: number): Float64Array {
  let h00 = 0;
  let h11 = 0;
  for (let s = 0; s < segments; s++) {
    h00 += quadratics[6 * s + 3];
    h11 += quadratics[6 * s + 5];
  }
  const start = (information: number): number => (information > 0 ? segments / information : 0);
  return Float64Array.of(model === "second" ? 0 : start(h00), 0, model === "first" ? 0 : start(h11));
}

/** The covariance that EM reaches from `from` for these quadratics; zero rows stay zero. */
function estimateCovariance(from: Float64Array, quadratics: Quadratics, used: readonly number[]): Float64Array {
  let t = from;
  const out = new Float64Array(7);
  for (let step = 0; step < MAX_EM; step++) {
    const next = new Float64Array(3);
    for (const s of used) {
      posterior(t, quadratics, 6 * s, out);
      next[0] += out[2] + out[0] * out[0];
      next[1] += out[3] + out[0] * out[1];
      next[2] += out[4] + out[1] * out[1];
    }
    for (let j = 0; j < 3; j++) next[j] /= used.length;
    const change = Math.max(...[0, 2].map((j) => Math.abs(next[j] - t[j]) / (next[j] || 1)));
    t = next;
    if (change < 1e-7) break;
  }
  return t;
}

/** A covariance whose correlation stays inside (-1, 1). */
function kept(t: Float64Array): Float64Array {
  return t[0] > 0 && t[2] > 0 ? Float64Array.of(t[0] * (1 + 1e-6), t[1], t[2] * (1 + 1e-6)) : t;
}

function fitModel(likelihood: SegmentLikelihood, model: "first" | "second" | "both", pooled: Quadratics): ShrunkFits {
  const { segments, effectiveN } = likelihood;
  const used = Array.from(effectiveN.keys()).filter((s) => effectiveN[s] > 0);
  let t = kept(estimateCovariance(startingCovariance(model, pooled, segments), pooled, used));
  let values = findModes(likelihood, t, new Float64Array(2 * segments), 3).values;
  let quadratics = expand(likelihood, values);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = kept(estimateCovariance(t, quadratics, used));
    const isSame = [0, 2].every((j) => Math.abs(next[j] - t[j]) <= 1e-4 * next[j]);
    t = next;
    values = findModes(likelihood, t, values, 3).values;
    quadratics = expand(likelihood, values);
    if (isSame) break;
  }
  const modes = findModes(likelihood, t, values, MAX_STEPS);
  if (modes.gradientNorm > GRADIENT_GOAL)
    throw new InputError(
      "incompatible",
      `the fit of the segments did not converge: the gradient is still ${modes.gradientNorm}`,
    );
  quadratics = expand(likelihood, modes.values);
  const shrinkage = new Float64Array(segments);
  const out = new Float64Array(7);
  let evidence = 0;
  for (const s of used) {
    const at = 6 * s;
    posterior(t, quadratics, at, out);
    const gain = (quadratics[at + 1] * out[0] + quadratics[at + 2] * out[1] - Math.log(out[5])) / 2;
    evidence += pooled[at] - quadratics[at] + gain;
    shrinkage[s] = Math.min(1, Math.max(0, (2 - out[6]) / (model === "both" ? 2 : 1)));
  }
  return {
    model,
    covariance: [t[0], t[1], t[2]],
    values: modes.values,
    shrinkage,
    gradientNorm: modes.gradientNorm,
    evidence,
  };
}

/** T⁻¹, on the numbers that T lets differ. */
function precisionOf(t: Float64Array): Float64Array {
  if (t[0] > 0 && t[2] > 0) {
    const determinant = t[0] * t[2] - t[1] * t[1];
    return Float64Array.of(t[2] / determinant, -t[1] / determinant, t[0] / determinant);
  }
  return Float64Array.of(t[0] > 0 ? 1 / t[0] : 0, 0, t[2] > 0 ? 1 / t[2] : 0);
}

/** Posterior modes by Newton's method with halved steps. */
function findModes(
  likelihood: SegmentLikelihood,
  t: Float64Array,
  from: Float64Array,
  maxSteps: number,
): { values: Float64Array; gradientNorm: number } {
  const values = from.slice();
  const precision = precisionOf(t);
  let gradientNorm = 0;
  for (let s = 0; s < likelihood.segments; s++)
    if (likelihood.effectiveN[s] > 0)
      gradientNorm = Math.max(gradientNorm, findMode(likelihood, s, t, precision, values, maxSteps));
  return { values, gradientNorm };
}

function findMode(
  likelihood: SegmentLikelihood,
  s: number,
  t: Float64Array,
  p: Float64Array,
  values: Float64Array,
  maxSteps: number,
): number {
  const quadratic = new Float64Array(6);
  const out = new Float64Array(7);
  let point: LossPoint = new Float64Array(6);
  let trial: LossPoint = new Float64Array(6);
  let a = t[0] > 0 ? values[2 * s] : 0;
  let b = t[2] > 0 ? values[2 * s + 1] : 0;
  const penalty = (x: number, y: number): number => (p[0] * x * x + 2 * p[1] * x * y + p[2] * y * y) / 2;
  const norm = (at: LossPoint, x: number, y: number): number =>
    Math.max(
      t[0] > 0 ? Math.abs(at[1] + p[0] * x + p[1] * y) : 0,
      t[2] > 0 ? Math.abs(at[2] + p[1] * x + p[2] * y) : 0,
    ) / likelihood.effectiveN[s];
  likelihood.evaluate(s, a, b, point);
  let gradient = norm(point, a, b);
  for (let step = 0; step < maxSteps && gradient > GRADIENT_GOAL / 10; step++) {
    const [, g0, g1, h00, h01, h11] = point;
    quadratic[1] = h00 * a + h01 * b - g0;
    quadratic[2] = h01 * a + h11 * b - g1;
    quadratic.set([h00, h01, h11], 3);
    posterior(t, quadratic, 0, out);
    const before = point[0] + penalty(a, b);
    let part = 1;
    let x = out[0];
    let y = out[1];
    likelihood.evaluate(s, x, y, trial);
    while (part > 1e-9 && !(trial[0] + penalty(x, y) <= before * (1 + 1e-12) + 1e-12)) {
      part /= 2;
      x = a + part * (out[0] - a);
      y = b + part * (out[1] - b);
      likelihood.evaluate(s, x, y, trial);
    }
    const reached = norm(trial, x, y);
    if (gradient <= GRADIENT_GOAL && !(reached < gradient)) break;
    a = x;
    b = y;
    gradient = reached;
    [point, trial] = [trial, point];
  }
  values[2 * s] = a;
  values[2 * s + 1] = b;
  return gradient;
}
