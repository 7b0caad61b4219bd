import { add, type DoubleDouble, divide, exponential, logarithm, multiply, pair, twoSum } from "./double-double.ts";
import { scaledErfc } from "./erf.ts";
import { logGamma, logGamma1p, stirlingRest } from "./log-gamma.ts";

/** Both tails of a distribution at a point; each keeps its own relative accuracy. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
}

const STIRLING_FROM = 10;
const UNIFORM_FROM = 10000;

/** d[k][n] of DLMF 8.12.12. */
const UNIFORM = [
  [
    -0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073, 0.0003527336860670194,
    -0.0001787551440329218, 3.919263178522438e-5, -2.185448510679992e-6, -1.85406221071516e-6, 8.296711340953087e-7,
    -1.7665952736826078e-7, 6.707853543401498e-9, 1.0261809784240309e-8, -4.382036018453353e-9, 9.14769958223679e-10,
    -2.5514193994946248e-11, -5.830772132550426e-11, 2.4361948020667415e-11,
  ],
  [
    -0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596, 0.00020576131687242798,
    -4.018775720164609e-7, -1.8098550334489977e-5, 7.64916091608111e-6, -1.6120900894563446e-6, 4.647127802807434e-9,
    1.378633446915721e-7, -5.752545603517705e-8, 1.1951628599778148e-8, -1.7543241719747647e-11, -1.0091543710600413e-9,
    4.162792991842583e-10,
  ],
  [
    0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-6, -0.0001073665322636516,
    5.2923448829120125e-5, -1.2760635188618728e-5, 3.423578734096138e-8, 1.3721957309062934e-6, -6.298992138380055e-7,
    1.4280614206064242e-7, -2.0477098421990866e-10, -1.409252991086752e-8, 6.228974084922022e-9,
  ],
  [
    0.0006494341563786008, 0.00022947209362139917, -0.0004691894943952557, 0.00026772063206283885,
    -7.561801671883977e-5, -2.396505113867297e-7, 1.1082654115347302e-5, -5.6749528269915965e-6, 1.4230900732435883e-6,
    -2.7861080291528143e-11, -1.6958404091930278e-7, 8.099464905388083e-8,
  ],
];

/** a·ln(x/a) + a - x ≤ 0. */
function exponent(a: number, x: number): DoubleDouble {
  return add(multiply(logarithm(divide(pair(x), pair(a))), pair(a)), twoSum(a, -x));
}

/** xᵃ·exp(-x)/Γ(a + 1). */
export function gammaTerm(a: number, x: number): number {
  if (a >= STIRLING_FROM)
    return (exponential(exponent(a, x)) * Math.exp(-stirlingRest(a))) / Math.sqrt(2 * Math.PI * a);
  const rest = a <= 0.5 ? logGamma1p(a) : logGamma(a + 1);
  return exponential(add(add(multiply(logarithm(pair(x)), pair(a)), pair(-x)), pair(-rest)));
}

/** Both tails for a < 1 and x < 1 by DLMF 8.7.1; the upper one keeps its digits however small a is. */
function smallTails(a: number, x: number): Tails {
  let power = 1;
  let sum = 0;
  for (let n = 1; ; n++) {
    power *= -x / n;
    const term = power / (a + n);
    sum += term;
    if (!(Math.abs(term) > 1e-17 * Math.abs(sum))) break;
  }
  const rest = a <= 0.5 ? logGamma1p(a) : logGamma(a + 1);
  const scale = add(multiply(logarithm(pair(x)), pair(a)), pair(-rest));
  const factor = exponential(scale);
  return { lower: factor * (1 + a * sum), upper: -Math.expm1(scale.high) - factor * a * sum };
}

/** P(a, x)/gammaTerm(a, x) = Σ xⁿ/((a + 1) … (a + n)), DLMF 8.7.3. */
function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; ; n++) {
    term *= x / (a + n);
    sum += term;
    if (!(term > 1e-17 * sum)) break;
  }
  return sum;
}

/** Q(a, x)/(a·gammaTerm(a, x)) for x > a: the continued fraction of DLMF 8.9.2 by Lentz's method. */
function fraction(a: number, x: number): number {
  let b = x - a + 1;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let n = 1; ; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const factor = c * d;
    value *= factor;
    if (!(Math.abs(factor - 1) > 2 ** -52)) break;
  }
  return value;
}

/** Both tails for large a, DLMF 8.12.3, 8.12.4. */
function uniformTails(a: number, x: number): Tails {
  const e = exponent(a, x);
  if (!(e.high > -746)) return x < a ? { lower: 0, upper: 1 } : { lower: 1, upper: 0 };
  const half = Math.sqrt(-e.high);
  const eta = Math.sign(x - a) * half * Math.sqrt(2 / a);
  let value = 0;
  for (let k = UNIFORM.length - 1; k >= 0; k--) {
    const row = UNIFORM[k];
    let inner = 0;
    for (let n = row.length - 1; n >= 0; n--) inner = inner * eta + row[n];
    value = value / a + inner;
  }
  const correction = value / Math.sqrt(2 * Math.PI * a);
  const centre = 0.5 * scaledErfc(half);
  const factor = exponential(e);
  if (x < a) {
    const lower = factor * (centre - correction);
    return { lower, upper: 1 - lower };
  }
  const upper = factor * (centre + correction);
  return { lower: 1 - upper, upper };
}

/** P(a, x) and Q(a, x) for a > 0, x ≥ 0; the caller checks. */
export function gammaTails(a: number, x: number): Tails {
  if (x === 0) return { lower: 0, upper: 1 };
  if (x === Infinity) return { lower: 1, upper: 0 };
  if (a > 1e280) return { lower: x < a ? 0 : x > a ? 1 : 0.5, upper: x < a ? 1 : x > a ? 0 : 0.5 };
  if (a >= UNIFORM_FROM) return uniformTails(a, x);
  if (a < 1 && x < 1) return smallTails(a, x);
  const term = gammaTerm(a, x);
  if (x <= a) {
    const lower = term * series(a, x);
    return { lower, upper: 1 - lower };
  }
  const upper = a * term * fraction(a, x);
  return { lower: 1 - upper, upper };
}
