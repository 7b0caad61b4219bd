import type { LossPoint, SegmentLikelihood } from "./segment-likelihood.ts";

/** Which numbers differ between segments. */
export type ShrinkageModel = "none" | "first" | "second" | "both";

/** Variances and covariances of a model. */
const VARIANCES: Readonly<Record<ShrinkageModel, number>> = { none: 0, first: 1, second: 1, both: 3 };

/** Two numbers per segment, shrunk towards a mean that is 0, the pooled map, unless the data say otherwise. */
export interface ShrunkFits {
  readonly model: ShrinkageModel;
  /** Variance of the first number between segments, covariance, variance of the second. */
  readonly covariance: readonly [number, number, number];
  /** What the numbers are shrunk towards. */
  readonly mean: readonly [number, number];
  /** 2 × segments: first and second number of each, at the posterior mode. */
  readonly values: Float64Array;
  /** Per segment: posterior variance of first + second · feature, averaged over its information. */
  readonly uncertainty: Float64Array;
  /** Per segment, in [0, 1]: effective share of its own unpenalised fit; 0 is the pooled map. */
  readonly shrinkage: Float64Array;
  /** Largest component of the gradient of a segment's mean penalised loss, ≤ 1e-10. */
  readonly gradientNorm: number;
  /** Gain of the marginal log likelihood over "all segments follow the pooled map", nats. */
  readonly evidence: number;
}

/** Nats that a model must gain beyond one for each of its parameters before the pooled map is left. */
const REQUIRED_GAIN = 1;
const GRADIENT_GOAL = 1e-10;
const MAX_STEPS = 100;
const STEPS_PER_ROUND = 2;
const MAX_ROUNDS = 20;
const MAX_EM = 500;

/**
 * Fits of all segments, penalised by how much the segments differ, which is estimated from the segments themselves.
 *
 * The two numbers of a segment are taken to be normal around a mean with an unknown covariance. Both are estimated by
 * maximising the Laplace approximation of the marginal likelihood (EM on quadratics, expanded anew at every posterior
 * mode), for three models: only the first number differs, only the second, both; with mean 0, and the best of them also
 * with a free mean, since the pooled fit of segments that differ is flatter than the segments are. The models are compared
 * by Akaike's criterion, and the pooled map is left only for one that is better than it by more than a nat. Each segment gets its posterior mode, so
 * one whose rows are separable or of one class has an answer too.
 *
 * @param models those to try
 * @returns all zero, with model `none`, where no model gains enough. A model is passed over where its variances or means run
 *   off, as they may where every segment is of one class, so that rounding keeps the gradient above 1e-10
 *
 * Source: Efron and Morris (1975), "Data analysis using Stein's estimator", JASA 70; Breslow and Clayton (1993),
 * "Approximate inference in generalized linear mixed models", JASA 88, for the approximation; Dempster, Laird and Rubin
 * (1977), JRSS B 39, for EM; Akaike (1974), IEEE TAC 19.
 */
export function shrunkFits(
  likelihood: SegmentLikelihood,
  models: readonly ("first" | "second" | "both")[],
): ShrunkFits {
  const start = evaluateAll(likelihood);
  const none: ShrunkFits = {
    model: "none",
    covariance: [0, 0, 0],
    mean: [0, 0],
    values: new Float64Array(2 * likelihood.segments),
    uncertainty: new Float64Array(likelihood.segments),
    shrinkage: new Float64Array(likelihood.segments),
    gradientNorm: 0,
    evidence: 0,
  };
  const score = (fit: ShrunkFits, means: number): number =>
    fit.model === "none" ? REQUIRED_GAIN : fit.evidence - VARIANCES[fit.model] - means;
  let best = none;
  for (const model of models) {
    const fit = fitModel(likelihood, model, start, 0);
    if (fit && score(fit, 0) > score(best, 0)) best = fit;
  }
  if (best.model === "none") return best;
  const means = models.length > 1 ? 2 : 1;
  const shifted = fitModel(likelihood, best.model, start, means);
  return shifted && score(shifted, means) > score(best, 0) ? shifted : best;
}

/** One quadratic per segment: loss ≈ constant - u·θ + θᵀHθ/2, as [constant, u0, u1, h00, h01, h11]. */
type Quadratics = Float64Array;

/** Where every segment is, with its loss and derivatives there (six numbers each). */
interface Positions {
  readonly values: Float64Array;
  readonly points: Float64Array;
}

function evaluateAll(likelihood: SegmentLikelihood): Positions {
  const points = new Float64Array(6 * likelihood.segments);
  for (let s = 0; s < likelihood.segments; s++) likelihood.evaluate(s, 0, 0, points.subarray(6 * s, 6 * s + 6));
  return { values: new Float64Array(2 * likelihood.segments), points };
}

function expand({ values, points }: Positions): Quadratics {
  const result = new Float64Array(points.length);
  for (let at = 0; at < points.length; at += 6) {
    const [loss, g0, g1, h00, h01, h11] = points.subarray(at, at + 6);
    const a = values[at / 3];
    const b = values[at / 3 + 1];
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

/** Mean and covariance of the numbers of all segments. */
interface Population {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/**
 * The population that EM reaches for these quadratics; zero rows of the covariance stay zero, means beyond the first
 * `means` stay as they are.
 */
function estimatePopulation(
  from: Population,
  quadratics: Quadratics,
  used: readonly number[],
  means: number,
): Population {
  let { mean, covariance: t } = from;
  const out = new Float64Array(7);
  for (let step = 0; step < MAX_EM; step++) {
    const next = new Float64Array(3);
    const central = centred(quadratics, mean, used);
    for (const s of used) {
      posterior(t, central, 6 * s, out);
      next[0] += out[2] + out[0] * out[0];
      next[1] += out[3] + out[0] * out[1];
      next[2] += out[4] + out[1] * out[1];
    }
    for (let j = 0; j < 3; j++) next[j] /= used.length;
    const change = Math.max(...[0, 2].map((j) => Math.abs(next[j] - t[j]) / (next[j] || 1)));
    t = next;
    if (means > 0) mean = estimateMean(t, quadratics, used, means);
    if (change < 1e-7) break;
  }
  if (t[0] > 0 && t[2] > 0) t = Float64Array.of(t[0] * (1 + 1e-6), t[1], t[2] * (1 + 1e-6));
  return { mean, covariance: t };
}

/** The same quadratics as functions of the distance from a mean. */
function centred(quadratics: Quadratics, [m0, m1]: Float64Array, used: readonly number[]): Quadratics {
  if (m0 === 0 && m1 === 0) return quadratics;
  const result = quadratics.slice();
  for (const s of used) {
    const at = 6 * s;
    const h0 = quadratics[at + 3] * m0 + quadratics[at + 4] * m1;
    const h1 = quadratics[at + 4] * m0 + quadratics[at + 5] * m1;
    result[at] += (m0 * h0 + m1 * h1) / 2 - quadratics[at + 1] * m0 - quadratics[at + 2] * m1;
    result[at + 1] -= h0;
    result[at + 2] -= h1;
  }
  return result;
}

/** The mean of largest marginal likelihood given a covariance: generalised least squares. */
function estimateMean(t: Float64Array, quadratics: Quadratics, used: readonly number[], means: number): Float64Array {
  let [w00, w01, w11, r0, r1] = [0, 0, 0, 0, 0];
  for (const s of used) {
    const [, u0, u1, h00, h01, h11] = quadratics.subarray(6 * s, 6 * s + 6);
    const b00 = 1 + h00 * t[0] + h01 * t[1];
    const b01 = h00 * t[1] + h01 * t[2];
    const b10 = h01 * t[0] + h11 * t[1];
    const b11 = 1 + h01 * t[1] + h11 * t[2];
    const determinant = b00 * b11 - b01 * b10;
    w00 += (b11 * h00 - b01 * h01) / determinant;
    w01 += (b11 * h01 - b01 * h11) / determinant;
    w11 += (b00 * h11 - b10 * h01) / determinant;
    r0 += (b11 * u0 - b01 * u1) / determinant;
    r1 += (b00 * u1 - b10 * u0) / determinant;
  }
  if (means === 1) return Float64Array.of(w00 > 0 ? r0 / w00 : 0, 0);
  const determinant = w00 * w11 - w01 * w01;
  if (!(determinant > 1e-9 * w00 * w11)) return Float64Array.of(w00 > 0 ? r0 / w00 : 0, 0);
  return Float64Array.of((w11 * r0 - w01 * r1) / determinant, (w00 * r1 - w01 * r0) / determinant);
}

/** Undefined where rounding keeps a segment from its mode. */
function fitModel(
  likelihood: SegmentLikelihood,
  model: "first" | "second" | "both",
  start: Positions,
  means: number,
): ShrunkFits | undefined {
  const { segments, effectiveN } = likelihood;
  const used = Array.from(effectiveN.keys()).filter((s) => effectiveN[s] > 0);
  const pooled = expand(start);
  let population: Population = {
    mean: new Float64Array(2),
    covariance: startingCovariance(model, pooled, segments),
  };
  population = estimatePopulation(population, pooled, used, means);
  let modes = findModes(likelihood, population, start, STEPS_PER_ROUND);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = estimatePopulation(population, expand(modes), used, means);
    const isSame = [0, 2].every(
      (j) => Math.abs(next.covariance[j] - population.covariance[j]) <= 1e-4 * next.covariance[j],
    );
    population = next;
    modes = findModes(likelihood, population, modes, isSame ? MAX_STEPS : STEPS_PER_ROUND);
    if (isSame) break;
  }
  if (modes.gradientNorm > GRADIENT_GOAL) modes = findModes(likelihood, population, modes, MAX_STEPS);
  if (!(modes.gradientNorm <= GRADIENT_GOAL)) return undefined;
  const { mean, covariance: t } = population;
  const quadratics = centred(expand(modes), mean, used);
  const shrinkage = new Float64Array(segments);
  const uncertainty = new Float64Array(segments);
  const out = new Float64Array(7);
  let evidence = 0;
  for (const s of used) {
    const at = 6 * s;
    posterior(t, quadratics, at, out);
    const gain = (quadratics[at + 1] * out[0] + quadratics[at + 2] * out[1] - Math.log(out[5])) / 2;
    evidence += pooled[at] - quadratics[at] + gain;
    shrinkage[s] = Math.min(1, Math.max(0, (2 - out[6]) / (model === "both" ? 2 : 1)));
    const [h00, h01, h11] = quadratics.subarray(at + 3, at + 6);
    uncertainty[s] = h00 > 0 ? out[2] + (2 * h01 * out[3] + h11 * out[4]) / h00 : out[2];
  }
  return {
    model,
    covariance: [t[0], t[1], t[2]],
    mean: [mean[0], mean[1]],
    values: modes.values,
    uncertainty,
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

/** Posterior modes by Newton's method with halved steps, from where the segments are. */
function findModes(
  likelihood: SegmentLikelihood,
  population: Population,
  from: Positions,
  maxSteps: number,
): Positions & { readonly gradientNorm: number } {
  const positions = { values: from.values.slice(), points: from.points.slice() };
  const precision = precisionOf(population.covariance);
  let gradientNorm = 0;
  for (let s = 0; s < likelihood.segments; s++)
    if (likelihood.effectiveN[s] > 0)
      gradientNorm = Math.max(gradientNorm, findMode(likelihood, s, population, precision, positions, maxSteps));
  return { ...positions, gradientNorm };
}

function findMode(
  likelihood: SegmentLikelihood,
  s: number,
  { mean: [m0, m1], covariance: t }: Population,
  p: Float64Array,
  { values, points }: Positions,
  maxSteps: number,
): number {
  const quadratic = new Float64Array(6);
  const out = new Float64Array(7);
  let point: LossPoint = points.slice(6 * s, 6 * s + 6);
  let trial: LossPoint = new Float64Array(6);
  let a = t[0] > 0 ? values[2 * s] : m0;
  let b = t[2] > 0 ? values[2 * s + 1] : m1;
  if (a !== values[2 * s] || b !== values[2 * s + 1]) likelihood.evaluate(s, a, b, point);
  const penalty = (x: number, y: number): number =>
    (p[0] * (x - m0) ** 2 + 2 * p[1] * (x - m0) * (y - m1) + p[2] * (y - m1) ** 2) / 2;
  const norm = (at: LossPoint, x: number, y: number): number =>
    Math.max(
      t[0] > 0 ? Math.abs(at[1] + p[0] * (x - m0) + p[1] * (y - m1)) : 0,
      t[2] > 0 ? Math.abs(at[2] + p[1] * (x - m0) + p[2] * (y - m1)) : 0,
    ) / likelihood.effectiveN[s];
  let gradient = norm(point, a, b);
  for (let step = 0; step < maxSteps && gradient > GRADIENT_GOAL / 10; step++) {
    const [, g0, g1, h00, h01, h11] = point;
    quadratic[1] = h00 * (a - m0) + h01 * (b - m1) - g0;
    quadratic[2] = h01 * (a - m0) + h11 * (b - m1) - g1;
    quadratic.set([h00, h01, h11], 3);
    posterior(t, quadratic, 0, out);
    const before = point[0] + penalty(a, b);
    let part = 1;
    const newtonX = m0 + out[0];
    const newtonY = m1 + out[1];
    let x = newtonX;
    let y = newtonY;
    likelihood.evaluate(s, x, y, trial);
    while (part > 1e-9 && !(trial[0] + penalty(x, y) <= before * (1 + 1e-12) + 1e-12)) {
      part /= 2;
      x = a + part * (newtonX - a);
      y = b + part * (newtonY - b);
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
  points.set(point, 6 * s);
  return gradient;
}
