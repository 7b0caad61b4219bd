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

/** Both tails for a < 1 and b·x small by the series of DLMF 8.17.7; the upper one keeps its digits however small a is. */
function smallTails(a: number, b: number, x: DoubleDouble): Tails {
  let power = 1;
  let sum = 0;
  for (let n = 1; ; n++) {
    power *= ((n - b) / n) * x.high;
    const term = power / (a + n);
    sum += term;
    if (!(Math.abs(term) > 1e-17 * Math.abs(sum))) break;
  }
  const scale = add(multiply(logarithm(x), pair(a)), pair(logGammaChange(b, a) - logGammaOnePlus(a)));
  const factor = exponential(scale);
  return { lower: factor * (1 + a * sum), upper: -Math.expm1(scale.high) - factor * a * sum };
}

/** I_x(a, b)/betaTerm(a, b, x, y) as the continued fraction of Didonato and Morris (1992), by Lentz's method. */
function fraction(a: number, b: number, x: DoubleDouble, y: DoubleDouble): number {
  const ahead = add(multiply(y, pair(a)), multiply(x, pair(-b))).high + 1;
  let c = (a * ahead) / (a + 1);
  let d = 0;
  let value = c;
  for (let m = 1; m < MAX_TERMS; m++) {
    const whole = a + 2 * m - 1;
    const bend = m * (b - m) * x.high;
    const numerator = ((a + m - 1) / whole) * ((a + b + m - 1) / whole) * bend * x.high;
    const denominator = m + bend / whole + ((a + m) / (whole + 2)) * (ahead + m * (1 + y.high));
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) <= 2 ** -52) return 1 / value;
  }
  throw new Error(`the continued fraction of I_x(${a}, ${b}) did not converge in ${MAX_TERMS} terms`);
}

/** Largest x for which `smallTails` loses no digits to cancellation in the upper tail. */
function smallLimit(b: number): number {
  return b < 1 ? 0.5 : Math.min(0.7, 1.5 / b);
}

/** I_x(a, b) and 1 - I_x(a, b) for a, b > 0 and x + y = 1, both given with full relative accuracy; the caller checks. */
export function betaTails(a: number, b: number, x: DoubleDouble, y: DoubleDouble): Tails {
  if (x.high <= 0) return { lower: 0, upper: 1 };
  if (y.high <= 0) return { lower: 1, upper: 0 };
  if (a < 1 && x.high <= smallLimit(b)) return smallTails(a, b, x);
  if (b < 1 && y.high <= smallLimit(a)) {
    const { lower, upper } = smallTails(b, a, y);
    return { lower: upper, upper: lower };
  }
  if (a * y.high >= b * x.high) {
    const lower = betaTerm(a, b, x, y) * fraction(a, b, x, y);
    return { lower, upper: 1 - lower };
  }
  const upper = betaTerm(b, a, y, x) * fraction(b, a, y, x);
  return { lower: 1 - upper, upper };
}
