import { cholesky, choleskyInverse, choleskySolve } from "../../linalg/cholesky.ts";
import type { Matrix } from "../../matrix.ts";
import type { BinaryFeature, LogisticMap } from "../binary-map.ts";
import type { CalibrationFit } from "../fit.ts";
import {
  type BinaryRows,
  binaryRows,
  checkClip,
  clippingNotes,
  DEFAULT_CLIP,
  featureMatrix,
  fitTerms,
  logisticMap,
  rowsPerWeight,
  type TermsFit,
} from "./logistic-terms.ts";
import { turningNotes } from "./quadratic.ts";
import type { ClippedFitOptions } from "./temperature.ts";

/** Options of `fitShrunkenLogit`. */
export interface ShrunkenLogitOptions extends ClippedFitOptions {
  /** 1: intercept and slope. 2: and the square of the log-odds, shrunk towards 0. Default 1. */
  readonly degree?: 1 | 2;
}

/** Standard deviations of the corrections, in logits, that are weighed against each other: even steps of their logarithm. */
const SPREADS: readonly number[] = Array.from({ length: 13 }, (_, k) => 0.02 * 200 ** (k / 12));
/** Scale of the half-Cauchy distribution that weighs them. */
const TYPICAL_SPREAD = 0.2;
/** From so many rows on the log likelihood is taken to be a parabola while the spreads are weighed. */
const MANY_ROWS = 5000;
/** Variances below this are those of constant scores. */
const NO_VARIANCE = 1e-18;

/** Polynomials in the log-odds, [constant, linear, quadratic], orthonormal where the scores are uncertain. */
type Basis = readonly (readonly [number, number, number])[];

/**
 * 1, L and L² made orthonormal under weights w·p(1 - p), the information that a row holds if the scores are right: then a
 * correction of size 1 along each is one logit at a typical row, and each is learned equally well.
 */
function orthonormalBasis({ sample: { weights } }: BinaryRows, logits: Float64Array, degree: 1 | 2): Basis {
  const mean = new Float64Array(2);
  const information = (i: number): number => {
    const p = 1 / (1 + Math.exp(-Math.abs(logits[i])));
    return (weights === undefined ? 1 : weights[i]) * p * (1 - p);
  };
  for (let i = 0; i < logits.length; i++) {
    mean[0] += information(i);
    mean[1] += information(i) * logits[i];
  }
  const centre = mean[1] / mean[0];
  const moments = new Float64Array(3);
  for (let i = 0; i < logits.length; i++) {
    const u = logits[i] - centre;
    const square = (information(i) / mean[0]) * u * u;
    moments[0] += square;
    moments[1] += square * u;
    moments[2] += square * u * u;
  }
  const variance = moments[0];
  if (!(variance > NO_VARIANCE * (1 + centre * centre))) return [[1, 0, 0]];
  const s = Math.sqrt(variance);
  const skewness = moments[1] / s ** 3;
  const rest = moments[2] / s ** 4 - skewness ** 2 - 1;
  const line: readonly [number, number, number] = [-centre / s, 1 / s, 0];
  if (degree === 1 || !(rest > 1e-9)) return [[1, 0, 0], line];
  const size = Math.sqrt(rest);
  const quadratic = 1 / (variance * size);
  return [
    [1, 0, 0],
    line,
    [
      centre ** 2 * quadratic - (1 - (skewness * centre) / s) / size,
      -2 * centre * quadratic - skewness / (s * size),
      quadratic,
    ],
  ];
}

function basisMatrix(basis: Basis, logits: Float64Array): Matrix {
  const rows = logits.length;
  const cols = basis.length;
  const data = new Float64Array(rows * cols);
  basis.forEach(([constant, linear, quadratic], j) => {
    for (let i = 0, at = j; i < rows; i++, at += cols)
      data[at] = constant + logits[i] * (linear + logits[i] * quadratic);
  });
  return { data, rows, cols };
}

/** How well one spread explains the data, and how many parameters it leaves free. */
interface Weighed {
  readonly logEvidence: number;
  readonly freedom: number;
}

/** Laplace's approximation, from the value of the penalised log likelihood at its optimum and its curvature there. */
function weigh(spread: number, value: number, curvature: Float64Array, cols: number): Weighed {
  const factor = cholesky(curvature, cols);
  const inverse = choleskyInverse(factor, cols);
  let logEvidence = value + Math.log(spread / (1 + (spread / TYPICAL_SPREAD) ** 2));
  let freedom = cols;
  for (let j = 0; j < cols; j++) {
    logEvidence -= Math.log(spread * factor[j * cols + j]);
    freedom -= inverse[j * cols + j] / spread ** 2;
  }
  return { logEvidence, freedom };
}

/** `weigh` for every spread, with the log likelihood a parabola about the optimum of the widest. */
function weighParabola(widest: TermsFit, count: number, cols: number): Weighed[] {
  const { coefficients } = widest;
  const pull = SPREADS[SPREADS.length - 1] ** -2;
  const curvature = widest.hessian.map((value, jk) => value * count - (jk % (cols + 1) === 0 ? pull : 0));
  const apply = (vector: Float64Array) =>
    vector.map((_, j) => vector.reduce((total, value, k) => total + curvature[j * cols + k] * value, 0));
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((total, value, j) => total + value * b[j], 0);
  const target = apply(coefficients).map((value, j) => value + pull * coefficients[j]);
  return SPREADS.map((spread) => {
    const penalised = curvature.map((value, jk) => value + (jk % (cols + 1) === 0 ? spread ** -2 : 0));
    const optimum = choleskySolve(cholesky(penalised, cols), target, cols);
    const away = optimum.map((value, j) => value - coefficients[j]);
    const value =
      pull * dot(coefficients, away) - dot(away, apply(away)) / 2 - dot(optimum, optimum) / (2 * spread ** 2);
    return weigh(spread, value, penalised, cols);
  });
}

/** The spread that leaves as many parameters free as all spreads do on average, weighed by how well they explain the data. */
function averageSpread(weighed: readonly Weighed[]): number {
  const top = Math.max(...weighed.map(({ logEvidence }) => logEvidence));
  let total = 0;
  let freedom = 0;
  for (const one of weighed) {
    const weight = Math.exp(one.logEvidence - top);
    total += weight;
    freedom += weight * one.freedom;
  }
  freedom /= total;
  let k = 0;
  while (k < weighed.length - 2 && weighed[k + 1].freedom < freedom) k++;
  const step = weighed[k + 1].freedom - weighed[k].freedom;
  const part = step > 0 ? Math.min(1, Math.max(0, (freedom - weighed[k].freedom) / step)) : 0;
  return SPREADS[k] * (SPREADS[k + 1] / SPREADS[k]) ** part;
}

/**
 * Log-odds recalibrated by an intercept and a slope that are shrunk towards 0 and 1, as far as the data ask for: safe for
 * any number of rows.
 *
 * The correction of the log-odds is penalised by half its squared size over spread², a ridge that is invariant to where the
 * scores lie: sizes are taken along polynomials that are orthonormal under the information p(1 - p). The spread is not
 * chosen by the user. Thirteen values from 0.02 to 4 logits are weighed by their marginal likelihood (Laplace) under a
 * half-Cauchy prior of scale 0.2; the one used leaves as many parameters free as they do on average.
 *
 * @param scores n values in [0, 1], n ≥ 1
 * @param outcomes n values, 0 or 1; one class, separated classes and constant scores have an answer too, near the identity
 * where there is little data
 * @returns parameters `slope`, `intercept` (and `quadratic` for degree 2) and `spread` in logits; complexity is the effective
 * number of parameters, in (0, degree + 1)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the row
 *
 * Weights that are all integers are counts of rows, others are scaled to sum to the effective number of rows.
 *
 * Source: MacKay (1992), "Bayesian interpolation", Neural Computation 4 (evidence, effective number of parameters); Gelman
 * (2006), Bayesian Analysis 1 (half-Cauchy); the average over spreads is of Candor.
 * Accuracy: deterministic; Newton's method to a gradient of 1e-10. From 5000 rows on the log likelihood is taken to be a
 * parabola while the spreads are weighed, not in the fit itself.
 */
export function fitShrunkenLogit(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: ShrunkenLogitOptions = {},
): CalibrationFit<LogisticMap> {
  const { clip = DEFAULT_CLIP, degree = 1 } = options;
  checkClip(clip);
  const rows = binaryRows(scores, outcomes, options);
  const count = rowsPerWeight(rows.sample) * rows.sample.totalWeight;
  const logits = featureMatrix(scores, ["logit"], clip).data;
  const basis = orthonormalBasis(rows, logits, degree);
  const cols = basis.length;
  const features = basisMatrix(basis, logits);
  const fitWith = (spread: number): TermsFit => {
    const quadratic = new Float64Array(cols * cols);
    for (let j = 0; j < cols; j++) quadratic[j * (cols + 1)] = 1 / (count * spread ** 2);
    return fitTerms(rows, features, { offset: logits, extra: { linear: new Float64Array(cols), quadratic } });
  };
  const weighed =
    count >= MANY_ROWS
      ? weighParabola(fitWith(SPREADS[SPREADS.length - 1]), count, cols)
      : SPREADS.map((spread) => {
          const { certificate, hessian } = fitWith(spread);
          return weigh(
            spread,
            -count * certificate.objective,
            hessian.map((value) => value * count),
            cols,
          );
        });
  const spread = averageSpread(weighed);
  const { coefficients, certificate, hessian } = fitWith(spread);
  const { freedom } = weigh(
    spread,
    0,
    hessian.map((value) => value * count),
    cols,
  );
  const sums = [0, 1, 0];
  basis.forEach((polynomial, j) => {
    for (let k = 0; k < 3; k++) sums[k] += coefficients[j] * polynomial[k];
  });
  const [intercept, slope, quadratic] = sums;
  const names: readonly BinaryFeature[] = degree === 1 ? ["one", "logit"] : ["one", "logit", "logit-squared"];
  return {
    method: degree === 1 ? "shrunken-logit" : "shrunken-quadratic",
    map: logisticMap(names, sums, clip),
    parameters: { slope, intercept, ...(degree === 2 ? { quadratic } : {}), spread },
    certificate,
    complexity: freedom,
    n: rows.sample.n,
    effectiveN: rows.sample.effectiveN,
    notes: [...clippingNotes(rows, clip), ...turningNotes(rows, slope, quadratic, clip)],
  };
}
