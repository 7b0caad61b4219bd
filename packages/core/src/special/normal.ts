import { InputError } from "../errors.ts";
import { gaussian } from "./double-double.ts";
import { erf, scaledErfc } from "./erf.ts";

const SQRT_2PI = 2.5066282746310007;

const CENTRE = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const CENTRE_BELOW = [
  1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
const MIDDLE = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const MIDDLE_BELOW = [
  1.0, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const TAIL = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
];
const TAIL_BELOW = [
  1.0, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
];

function ratio(above: readonly number[], below: readonly number[], r: number): number {
  let numerator = 0;
  let denominator = 0;
  for (let k = 7; k >= 0; k--) {
    numerator = numerator * r + above[k];
    denominator = denominator * r + below[k];
  }
  return numerator / denominator;
}

function check(x: number): void {
  if (Number.isNaN(x)) throw new InputError("not-finite", "the normal distribution is not defined at NaN");
}

/**
 * Density of the standard normal distribution.
 *
 * @param x any real, ±Infinity included
 * @throws {InputError} `not-finite` for NaN
 *
 * Accuracy: 5e-16, relative, down to the smallest normal number.
 */
export function normalPdf(x: number): number {
  check(x);
  return gaussian(x, 0.5) / SQRT_2PI;
}

/**
 * P(Z ≤ x) for a standard normal Z.
 *
 * @param x any real, ±Infinity included
 * @returns a probability; keeps its relative accuracy in the left tail. For the right tail use `normalSurvival`
 * @throws {InputError} `not-finite` for NaN
 *
 * Source: ½·erfc(-x/√2), DLMF 7.2.2, with the square taken before the factor ½ so that it does not round.
 * Accuracy: 1e-15, relative, against 60 digits, down to the smallest normal number (x = -37.5).
 */
export function normalCdf(x: number): number {
  check(x);
  if (Math.abs(x) < 0.5) return 0.5 + 0.5 * erf(x * Math.SQRT1_2);
  const tail = 0.5 * scaledErfc(Math.abs(x) * Math.SQRT1_2) * gaussian(x, 0.5);
  return x > 0 ? 1 - tail : tail;
}

/**
 * P(Z > x) for a standard normal Z: `normalCdf(-x)`, accurate in the right tail.
 *
 * @throws {InputError} `not-finite` for NaN
 */
export function normalSurvival(x: number): number {
  return normalCdf(-x);
}

/**
 * The x with `normalCdf(x) = p`.
 *
 * @param p probability in [0, 1]; 0 and 1 give -Infinity and Infinity
 * @throws {InputError} `out-of-range`
 *
 * Source: Wichura (1988), "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37(3).
 * Accuracy: 1e-15, relative, against 60 digits, for p from 1e-300 to 1 - 1e-16. For p near 1 the double p itself limits
 * what can be known: use `-normalQuantile(q)` where q = 1 - p is known better.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new InputError("out-of-range", `p must be in [0, 1], got ${p}`);
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  const centred = p - 0.5;
  if (Math.abs(centred) <= 0.425) return centred * ratio(CENTRE, CENTRE_BELOW, 0.180625 - centred * centred);
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const size = r <= 5 ? ratio(MIDDLE, MIDDLE_BELOW, r - 1.6) : ratio(TAIL, TAIL_BELOW, r - 5);
  return centred < 0 ? -size : size;
}
