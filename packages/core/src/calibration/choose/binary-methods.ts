import { fitBbq } from "../binary/bbq.ts";
import { fitBeta } from "../binary/beta.ts";
import { fitHistogramBinning } from "../binary/histogram-binning.ts";
import { fitIdentity } from "../binary/identity.ts";
import { fitIsotonic } from "../binary/isotonic.ts";
import { fitPlatt } from "../binary/platt.ts";
import { fitQuadratic } from "../binary/quadratic.ts";
import { fitScalingBinning } from "../binary/scaling-binning.ts";
import { fitShrunkenLogit } from "../binary/shrunken-logit.ts";
import { fitSpline } from "../binary/spline.ts";
import { fitTemperature } from "../binary/temperature.ts";
import { fitVennAbers } from "../binary/venn-abers.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { MethodOptions } from "./method-options.ts";

/** A fit of one score, with the choices it reads. */
export type BinaryMethodFit = (
  scores: Float64Array,
  outcomes: Uint8Array,
  options: FitOptions & MethodOptions,
) => CalibrationFit<BinaryMap>;

/** A method for one score. */
export interface BinaryMethod {
  readonly method: string;
  /** For people. */
  readonly label: string;
  readonly fit: BinaryMethodFit;
}

/** Every method for one score that can be named, simplest first. */
export const binaryMethods: readonly BinaryMethod[] = [
  { method: "identity", label: "scores as they are", fit: fitIdentity },
  { method: "shrunken-logit", label: "shrunken logit scaling", fit: fitShrunkenLogit },
  { method: "temperature", label: "temperature scaling", fit: fitTemperature },
  { method: "platt", label: "Platt scaling", fit: fitPlatt },
  {
    method: "platt-smoothed",
    label: "Platt scaling with smoothed targets",
    fit: (p, y, o) => fitPlatt(p, y, { ...o, targets: "smoothed" }),
  },
  {
    method: "platt-score",
    label: "Platt scaling of the score",
    fit: (p, y, o) => fitPlatt(p, y, { ...o, input: "score" }),
  },
  {
    method: "platt-score-smoothed",
    label: "Platt scaling of the score with smoothed targets",
    fit: (p, y, o) => fitPlatt(p, y, { ...o, input: "score", targets: "smoothed" }),
  },
  { method: "beta-am", label: "beta calibration (a = b)", fit: (p, y, o) => fitBeta(p, y, { ...o, variant: "am" }) },
  { method: "beta-ab", label: "beta calibration (m = 1/2)", fit: (p, y, o) => fitBeta(p, y, { ...o, variant: "ab" }) },
  {
    method: "shrunken-quadratic",
    label: "shrunken quadratic scaling",
    fit: (p, y, o) => fitShrunkenLogit(p, y, { ...o, degree: 2 }),
  },
  { method: "quadratic", label: "quadratic scaling", fit: fitQuadratic },
  { method: "beta", label: "beta calibration", fit: fitBeta },
  { method: "spline", label: "spline calibration", fit: fitSpline },
  { method: "venn-abers", label: "Venn–Abers", fit: fitVennAbers },
  {
    method: "isotonic-centred",
    label: "centred isotonic regression",
    fit: (p, y, o) => fitIsotonic(p, y, { ...o, shape: "centred" }),
  },
  {
    method: "isotonic-bounded",
    label: "bounded centred isotonic regression",
    fit: (p, y, o) => fitIsotonic(p, y, { ...o, shape: "centred", bounded: true }),
  },
  {
    method: "isotonic-linear-bounded",
    label: "bounded isotonic regression",
    fit: (p, y, o) => fitIsotonic(p, y, { ...o, bounded: true }),
  },
  { method: "isotonic", label: "isotonic regression", fit: fitIsotonic },
  {
    method: "isotonic-step",
    label: "stepwise isotonic regression",
    fit: (p, y, o) => fitIsotonic(p, y, { ...o, shape: "step" }),
  },
  { method: "scaling-binning", label: "scaling-binning", fit: fitScalingBinning },
  {
    method: "histogram-width",
    label: "equal-width histogram binning",
    fit: (p, y, o) => fitHistogramBinning(p, y, { ...o, binning: "width" }),
  },
  {
    method: "histogram-mass",
    label: "equal-mass histogram binning",
    fit: (p, y, o) => fitHistogramBinning(p, y, { ...o, binning: "mass" }),
  },
  { method: "bbq", label: "Bayesian binning into quantiles", fit: fitBbq },
];
