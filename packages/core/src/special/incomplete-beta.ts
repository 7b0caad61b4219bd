import { add, type DoubleDouble, divide, exponential, logarithm, multiply, pair, twoSum } from "./double-double.ts";
import type { Tails } from "./incomplete-gamma.ts";
import { logGamma, logGamma1p, stirlingRest, stirlingRestChange } from "./log-gamma.ts";

const STIRLING_FROM = 10;
const MAX_TERMS = 10000000;

function logGammaOnePlus(a: number): number {
  return a <= 0.5 ? logGamma1p(a) : logGamma(a + 1);
}

/** xᵃ·yᵇ/B(a, b) with x + y = 1. */
export function betaTerm(a: number, b: number, x: DoubleDouble, y: DoubleDouble): number {
  if (a > b) return betaTerm(b, a, y, x);
  const n = twoSum(a, b);
  if (b < STIRLING_FROM) {
    const powers = add(multiply(logarithm(x), pair(a)), multiply(logarithm(y), pair(b)));
    const rest = logGammaOnePlus(n.high) - logGammaOnePlus(a) - logGammaOnePlus(b);
    return (exponential(add(powers, pair(rest))) * a) / (1 + a / b);
  }
  const second = multiply(logarithm(divide(multiply(y, n), pair(b))), pair(b));
  if (a < STIRLING_FROM) {
    const first = multiply(logarithm(multiply(x, n)), pair(a));
    const rest = stirlingRest(n.high) - stirlingRest(b) - logGammaOnePlus(a);
    return (exponential(add(add(first, second), twoSum(-a, rest))) * a) / Math.sqrt(1 + a / b);
  }
  const first = multiply(logarithm(divide(multiply(x, n), pair(a))), pair(a));
  const rest = stirlingRest(n.high) - stirlingRest(a) - stirlingRest(b);
  return exponential(add(add(first, second), pair(rest))) * Math.sqrt(a / (2 * Math.PI * (1 + a / b)));
}

/** ln Γ(b + a) - ln Γ(b) for 0 < a ≤ 1, with relative accuracy however small a is. */
function logGammaChange(b: number, a: number): number {
  let shifted = b;
  let value = 0;
  while (shifted < STIRLING_FROM) {
    value -= Math.log1p(a / shifted);
    shifted += 1;
  }
  const n = shifted + a;
  return value + (shifted - 0.5) * Math.log1p(a / shifted) + a * (Math.log(n) - 1) + stirlingRestChange(shifted, a);
}

/** Both tails for a < 1 and b·x small, DLMF 8.17.7 expanded in x, also where a is tiny. */
function smallTails(a: number, b: number, x: DoubleDouble): Tails {
  let power = 1;
  let sum = 0;
  for (let n = 1; n < MAX_TERMS; n++) {
    power *= ((n - b) / n) * x.high;
    const term = power / (a + n);
    sum += term;
    if (Math.abs(term) <= 1e-17 * Math.abs(sum) || power === 0) break;
  }
  const scale = add(multiply(logarithm(x), pair(a)), pair(logGammaChange(b, a) - logGammaOnePlus(a)));
  const factor = exponential(scale);
  return { lower: factor * (1 + a * sum), upper: -Math.expm1(scale.high) - factor * a * sum };
}

/** I_x(a, b)/betaTerm(a, b, x, y) as the continued fraction of Didonato and Morris (1992), by Lentz's method. */
function fraction(a: number, b: number, x: number, y: number): number {
  let c = (a * (a * y - b * x + 1)) / (a + 1);
  let d = 0;
  let value = c;
  for (let m = 1; m < MAX_TERMS; m++) {
    const whole = a + 2 * m - 1;
    const numerator = ((a + m - 1) / whole) * ((a + b + m - 1) / whole) * m * (b - m) * x * x;
    const denominator = m + (m * (b - m) * x) / whole + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (whole + 2);
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) <= 2 ** -52) break;
  }
  return 1 / value;
}

/** I_x(a, b) and 1 - I_x(a, b) for a, b > 0 and x + y = 1, both given with full relative accuracy; the caller checks. */
export function betaTails(a: number, b: number, x: DoubleDouble, y: DoubleDouble): Tails {
  if (x.high <= 0) return { lower: 0, upper: 1 };
  if (y.high <= 0) return { lower: 1, upper: 0 };
  if (a < 1 && (b < 1 ? x.high <= 0.5 : b * x.high <= 1.5)) return smallTails(a, b, x);
  if (b < 1 && (a < 1 ? y.high <= 0.5 : a * y.high <= 1.5)) {
    const { lower, upper } = smallTails(b, a, y);
    return { lower: upper, upper: lower };
  }
  if (a * y.high >= b * x.high) {
    const lower = betaTerm(a, b, x, y) * fraction(a, b, x.high, y.high);
    return { lower, upper: 1 - lower };
  }
  const upper = betaTerm(b, a, y, x) * fraction(b, a, y.high, x.high);
  return { lower: 1 - upper, upper };
}
