/** An unevaluated sum high + low of two doubles, |low| ≤ ulp(high)/2: about 32 decimal digits. */
export interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

const SPLITTER = 134217729;

/** a + b without rounding error (Knuth). */
export function twoSum(a: number, b: number): DoubleDouble {
  const high = a + b;
  const part = high - a;
  return { high, low: a - (high - part) + (b - part) };
}

/** a · b without rounding error (Dekker, Veltkamp); for products and factors between 1e-290 and 1e290. */
export function twoProduct(a: number, b: number): DoubleDouble {
  const high = a * b;
  const bigA = SPLITTER * a;
  const highA = bigA - (bigA - a);
  const lowA = a - highA;
  const bigB = SPLITTER * b;
  const highB = bigB - (bigB - b);
  const lowB = b - highB;
  return { high, low: lowA * lowB - (high - highA * highB - lowA * highB - highA * lowB) };
}

/** x + y, to about 31 digits where the signs agree. */
export function add(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const sum = twoSum(x.high, y.high);
  const rest = twoSum(x.low, y.low);
  const first = twoSum(sum.high, sum.low + rest.high);
  return twoSum(first.high, first.low + rest.low);
}

/** x · y. */
export function multiply(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const product = twoProduct(x.high, y.high);
  return twoSum(product.high, product.low + (x.high * y.low + x.low * y.high));
}

/** x / y. */
export function divide(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const first = x.high / y.high;
  const product = multiply({ high: first, low: 0 }, y);
  const rest = add(x, { high: -product.high, low: -product.low });
  return twoSum(first, rest.high / y.high);
}

/** A double as a pair. */
export function pair(value: number): DoubleDouble {
  return { high: value, low: 0 };
}

const LN2: DoubleDouble = { high: Math.LN2, low: 2.3190468138462996e-17 };
const view = new DataView(new ArrayBuffer(8));

/**
 * ln x for x > 0, with an absolute error of about 1e-18: enough to multiply by 1e4 before the exponential is taken.
 *
 * Source: ln m = 2·artanh((m - 1)/(m + 1)) with m in [√½, √2); the first term in twice the precision, the rest in one.
 */
export function logarithm(x: DoubleDouble): DoubleDouble {
  const lift = x.high < 2.2250738585072014e-308 ? 2 ** 54 : 1;
  view.setFloat64(0, x.high * lift);
  let exponent = ((view.getUint16(0) >>> 4) & 0x7ff) - 1023;
  view.setUint16(0, (view.getUint16(0) & 0x800f) | 0x3ff0);
  let mantissa = view.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const low = mantissa * (x.low / x.high);
  const s = divide(twoSum(mantissa - 1, low), add(pair(1), twoSum(mantissa, low)));
  const square = s.high * s.high;
  let tail = 0;
  for (let k = 27; k >= 3; k -= 2) tail = square * (1 / k + tail);
  const power = exponent - (lift === 1 ? 0 : 54);
  const whole = multiply(LN2, pair(power));
  return add(whole, add({ high: 2 * s.high, low: 2 * s.low }, pair(2 * s.high * tail)));
}

/** exp(x), with the low part not lost. */
export function exponential(x: DoubleDouble): number {
  const value = Math.exp(x.high);
  return value === 0 || value === Infinity ? value : value + value * x.low;
}

/** exp(-x²·factor) for factor a power of two: the rounding of x² does not show. */
export function gaussian(x: number, factor: number): number {
  const square = x * x;
  if (!(square < 1e290)) return 0;
  if (square < 1e-30) return 1;
  const { high, low } = twoProduct(x, x);
  return exponential({ high: -factor * high, low: -factor * low });
}

const PI: DoubleDouble = { high: Math.PI, low: 1.2246467991473532e-16 };
const PI_SQUARED = multiply(PI, PI);

/** exp(-factor·π²/x²) for x > 0 and a factor between 1/8 and 1e6: the rounding of π²/x² does not show. */
export function reciprocalGaussian(x: number, factor: number): number {
  if (x < 0.03) return 0;
  if (x > 1e140) return 1;
  const { high, low } = multiply(divide(PI_SQUARED, twoProduct(x, x)), pair(-factor));
  return exponential({ high, low });
}
