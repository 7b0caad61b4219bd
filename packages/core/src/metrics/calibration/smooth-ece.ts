import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions, Spec } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { findRoot } from "../../optimize/brent.ts";
import { weighted } from "../weighted.ts";
import { FINE, fieldModes, type ResidualField, residualField, smoothedNorm } from "./smooth-ece-field.ts";
import { smoothedNormInterval } from "./smooth-ece-interval.ts";

const MOST_MODES = 65536;

/** Options of `smoothEceAt`. */
export interface SmoothEceAtOptions extends SampleOptions {
  /** Width of the Gaussian kernel on the scale of the probability, in [0.0001, 10]. */
  readonly sigma: number;
}

/**
 * Smooth expected calibration error: the width σ* at which the calibration error, smoothed with a reflected Gaussian
 * kernel of that width, equals the width. Needs no bins and moves continuously with the scores. It is small exactly where
 * a calibrated predictor is near: up to constant factors it lies between the distance to the nearest one and the root of
 * that distance.
 *
 * @param probabilities n probabilities (or top-label confidences) in [0, 1]
 * @param outcomes n outcomes, 0 or 1
 * @returns σ* in [0, 1], lower is better. The interval inverts tests along fields that shrink or grow from the observed
 *   one, which takes out the upward bias that the value has near perfect calibration (the lower end is 0 wherever
 *   perfect calibration would give such a value). It is `approximate`: the true field need not have the shape of the
 *   one observed.
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Błasiok & Nakkiran (2023), "Smooth ECE: principled reliability diagrams via kernel smoothing", §3.
 * Accuracy: the fixed point is solved to 1e-9. Below 0.0001 the value returned is the error smoothed at 4.4e-5, which
 * is a lower bound of σ* and equals it where residuals of opposite sign are further apart than that.
 */
export function smoothEce(probabilities: Float64Array, outcomes: Uint8Array, options: SampleOptions = {}): Estimate {
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const { field, sigma } = smoothFixedPoint(probabilities, outcomes, sample);
  const spec = { metric: "smooth-ece", kernel: "reflected-gaussian", bandwidth: "fixed-point", norm: "l1" };
  return smoothEstimate(
    field,
    Math.max(sigma, field.finest),
    sigma,
    (multiple) => solveFixedPoint(field, multiple),
    spec,
    sample,
  );
}

/**
 * Calibration error smoothed with a reflected Gaussian kernel of a given width, ∫₀¹ |E[K_σ(t, p)(y − p)]| dt.
 *
 * @param probabilities n probabilities in [0, 1]
 * @param outcomes n outcomes, 0 or 1
 * @returns in [0, 1]; falls as sigma grows, from the error over exactly equal scores to |mean(y − p)|; interval as for
 *   `smoothEce`, without the fixed point
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Błasiok & Nakkiran (2023), definition of smECE_σ.
 * Accuracy: 1e-9.
 */
export function smoothEceAt(probabilities: Float64Array, outcomes: Uint8Array, options: SmoothEceAtOptions): Estimate {
  const { sigma } = options;
  if (!(sigma >= 1e-4 && sigma <= 10))
    throw new InputError("out-of-range", `sigma must be in [0.0001, 10], got ${sigma}`);
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const field = finerField(probabilities, outcomes, sample, sigma);
  const spec = { metric: "smooth-ece-at", kernel: "reflected-gaussian", bandwidth: sigma, norm: "l1" };
  const value = smoothedNorm(field, sigma);
  return smoothEstimate(field, sigma, value, (multiple) => multiple * value, spec, sample);
}

/**
 * The fixed point of the smoothed norm, with the field it was found in.
 *
 * The norm never rises with sigma (the kernel is a contraction), so norm − sigma has exactly one root, which lies
 * between the norm at any larger width and the mean |residual|.
 */
export function smoothFixedPoint(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  sample: CheckedSample,
): { readonly field: ResidualField; readonly sigma: number } {
  let modes = fieldModes(probabilities.length);
  let field = residualField(probabilities, outcomes, sample, modes);
  while (modes < MOST_MODES) {
    const norm = smoothedNorm(field, field.finest);
    const isSettled = field.meanAbsolute - norm < 1e-10;
    if (norm >= field.finest || isSettled) break;
    modes = Math.min(MOST_MODES, 8 * modes);
    field = residualField(probabilities, outcomes, sample, modes);
  }
  return { field, sigma: solveFixedPoint(field) };
}

/**
 * The fixed point of `scale` times the norm of a field; below the field's resolution, the scaled norm at its finest
 * width.
 *
 * @param scale ≥ 0
 * @param resolution `FINE` solves to 1e-12, `COARSE` to 1e-7
 */
export function solveFixedPoint(
  field: Pick<ResidualField, "coefficients" | "finest" | "plan">,
  scale = 1,
  resolution: number = FINE,
): number {
  const { finest } = field;
  const highest = scale * smoothedNorm(field, finest, resolution);
  if (highest <= finest) return highest;
  const excess = (sigma: number): number => scale * smoothedNorm(field, sigma, resolution) - sigma;
  const upper = highest * (1 + 1e-6) + 1e-9;
  return findRoot(excess, finest, upper, { tolerance: resolution === FINE ? 1e-12 : 1e-7 }).root;
}

function finerField(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  sample: CheckedSample,
  sigma: number,
): ResidualField {
  const needed = 2 ** Math.ceil(Math.log2(9 / (Math.PI * sigma)));
  return residualField(probabilities, outcomes, sample, Math.max(fieldModes(probabilities.length), needed));
}

/**
 * Value and interval; an upper end below the value, which is biased upwards near perfect calibration, is raised to it.
 */
function smoothEstimate(
  field: ResidualField,
  sigma: number,
  value: number,
  quantity: (multiple: number) => number,
  spec: Spec,
  sample: CheckedSample,
): Estimate {
  const { n, effectiveN, level } = sample;
  const { lower, upper } = smoothedNormInterval(field, sigma, value, quantity, sample);
  return {
    value,
    lower: Math.min(lower, value),
    upper: Math.min(1, Math.max(upper, value)),
    level,
    n,
    effectiveN,
    interval: "approximate",
    spec: { ...spec, ...weighted(sample) },
  };
}
