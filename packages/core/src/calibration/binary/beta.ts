import { InputError } from "../../errors.ts";
import { sum } from "../../kernels/sum.ts";
import type { Matrix } from "../../matrix.ts";
import { findRoot } from "../../optimize/brent.ts";
import type { LogisticMap } from "../binary-map.ts";
import type { CalibrationFit, FitCertificate } from "../fit.ts";
import {
  type BinaryRows,
  binaryRows,
  checkClip,
  clippingNotes,
  DEFAULT_CLIP,
  featureMatrix,
  fitTerms,
  logisticMap,
  requireBothOutcomes,
  requireDistinct,
} from "./logistic-terms.ts";
import type { ClippedFitOptions } from "./temperature.ts";

/** Options of `fitBeta`. */
export interface BetaOptions extends ClippedFitOptions {
  /** `abm`: three free parameters. `am`: a = b. `ab`: m = 0.5, so that c = (a - b)·ln 2. Default `abm`. */
  readonly variant?: "abm" | "am" | "ab";
  /** Whether a and b must be ≥ 0, so that the map never falls. Default true. */
  readonly constrained?: boolean;
}

/** How far below zero a derivative may be that should be ≥ 0 at a bound. */
const KKT_TOLERANCE = 1e-10;

/** Columns of a variant: those of a and b (or of both, for `am`) and, but for `ab`, of c. */
function designOf(scores: Float64Array, variant: "abm" | "am" | "ab", clip: number): Matrix {
  if (variant === "am") return featureMatrix(scores, ["logit", "one"], clip);
  if (variant === "abm") return featureMatrix(scores, ["log", "minus-log-complement", "one"], clip);
  const features = featureMatrix(scores, ["log", "minus-log-complement"], clip);
  const { data } = features;
  for (let i = 0; i < data.length; i += 2) {
    data[i] += Math.LN2;
    data[i + 1] -= Math.LN2;
  }
  return features;
}

function pickColumns({ data, rows, cols }: Matrix, columns: readonly number[]): Matrix {
  if (columns.length === cols) return { data, rows, cols };
  const picked = new Float64Array(rows * columns.length);
  for (let i = 0, at = 0; i < rows; i++) for (const j of columns) picked[at++] = data[i * cols + j];
  return { data: picked, rows, cols: columns.length };
}

/** Derivative of the mean log loss by the coefficient of one column. */
function derivative(rows: BinaryRows, features: Matrix, coefficients: Float64Array, column: number): number {
  const { data, cols } = features;
  const { weights, totalWeight } = rows.sample;
  const parts = new Float64Array(features.rows);
  for (let i = 0; i < parts.length; i++) {
    let eta = 0;
    for (let j = 0; j < cols; j++) eta += data[i * cols + j] * coefficients[j];
    const miss = rows.outcomes[i] === 1 ? -1 / (1 + Math.exp(eta)) : 1 / (1 + Math.exp(-eta));
    parts[i] = (weights === undefined ? 1 : weights[i]) * miss * data[i * cols + column];
  }
  return sum(parts) / totalWeight;
}

interface BetaOptimum {
  readonly coefficients: Float64Array;
  readonly certificate: FitCertificate;
}

function fitFace(rows: BinaryRows, features: Matrix, zero: readonly number[]): BetaOptimum {
  const { cols } = features;
  const free = Array.from({ length: cols }, (_, j) => j).filter((j) => !zero.includes(j));
  const coefficients = new Float64Array(cols);
  if (free.length === 0) return { coefficients, certificate: { objective: Math.LN2, gradientNorm: 0, iterations: 0 } };
  const fit = fitTerms(rows, pickColumns(features, free));
  free.forEach((j, k) => {
    coefficients[j] = fit.coefficients[k];
  });
  return { coefficients, certificate: fit.certificate };
}

/**
 * The optimum with the first `bounded` coefficients ≥ 0. The loss is convex, so that an optimum of some of the others, which
 * are 0, is the optimum of all where no derivative by a coefficient at 0 is negative.
 */
function fitBounded(rows: BinaryRows, features: Matrix, bounded: number): BetaOptimum {
  let refusal: unknown;
  for (const zero of bounded === 2 ? [[], [0], [1], [0, 1]] : [[], [0]]) {
    let optimum: BetaOptimum;
    try {
      optimum = fitFace(rows, features, zero);
    } catch (error) {
      if (!InputError.is(error)) throw error;
      refusal ??= error;
      continue;
    }
    const { coefficients } = optimum;
    const isFeasible = coefficients.subarray(0, bounded).every((value) => value >= 0);
    if (isFeasible && zero.every((j) => derivative(rows, features, coefficients, j) >= -KKT_TOLERANCE)) return optimum;
  }
  throw refusal ?? new Error("no face of the beta fit satisfies the conditions of an optimum");
}

/** The m with c = b·ln(1 - m) - a·ln m, where a and b are ≥ 0 and there is one. */
function midpoint(a: number, b: number, c: number): number | undefined {
  if (!(a >= 0 && b >= 0 && a + b > 0)) return undefined;
  const softplus = (x: number) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(0, x);
  const excess = (logit: number) => a * softplus(-logit) - b * softplus(logit) - c;
  if (!(excess(-700) > 0 && excess(700) < 0)) return undefined;
  return 1 / (1 + Math.exp(-findRoot(excess, -700, 700).root));
}

/**
 * Beta calibration: q = 1/(1 + exp(-(c + a·ln p - b·ln(1 - p)))), the log-odds between two beta distributions.
 *
 * @param scores n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns parameters `a`, `b`, `c`, and `m`, the score that is mapped to 0.5, where a, b ≥ 0 and there is one. The exact
 * constrained optimum; a note names the bounds it touches.
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the row; `one-class`; `too-few` for fewer
 * different scores than parameters; `incompatible` where the scores separate the outcomes
 *
 * Source: Kull, Silva Filho and Flach (2017), "Beta calibration", AISTATS, sections 3 and 4. Where a or b would be negative
 * they drop that term and fit again; the optimum here is the same wherever theirs satisfies the conditions of one.
 * Accuracy: Newton's method to a gradient of 1e-10 of the mean loss; at a bound the derivative is ≥ -1e-10.
 */
export function fitBeta(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: BetaOptions = {},
): CalibrationFit<LogisticMap> {
  const { variant = "abm", constrained = true, clip = DEFAULT_CLIP } = options;
  checkClip(clip);
  const rows = binaryRows(scores, outcomes, options);
  requireBothOutcomes(rows, "beta calibration");
  const complexity = variant === "abm" ? 3 : 2;
  requireDistinct(rows, clip, complexity, `beta calibration (${variant})`);
  const features = designOf(scores, variant, clip);
  const { coefficients, certificate } = constrained
    ? fitBounded(rows, features, variant === "am" ? 1 : 2)
    : fitFace(rows, features, []);
  const a = coefficients[0];
  const b = variant === "am" ? a : coefficients[1];
  const c = variant === "ab" ? (a - b) * Math.LN2 : coefficients[features.cols - 1];
  const m = variant === "ab" ? 0.5 : midpoint(a, b, c);
  const atBound = [...(a === 0 ? ["a"] : []), ...(b === 0 ? ["b"] : [])];
  return {
    method: `beta-${variant}`,
    map: logisticMap(["log", "minus-log-complement", "one"], [a, b, c], clip),
    parameters: { a, b, c, ...(m === undefined ? {} : { m }) },
    certificate,
    complexity,
    n: rows.sample.n,
    effectiveN: rows.sample.effectiveN,
    notes: [
      ...clippingNotes(rows, clip),
      ...(atBound.length > 0 ? [`The best ${atBound.join(" and ")} would be negative, and is 0.`] : []),
    ],
  };
}
