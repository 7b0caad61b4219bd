/** An exact number: `num / den`, reduced, `den` > 0. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The reduced quotient of two integers; `den` must not be 0. */
export function rational(num: bigint, den = 1n): Rational {
  const sign = den < 0n ? -1n : 1n;
  const divisor = gcd(num, den * sign) || 1n;
  return { num: (sign * num) / divisor, den: (sign * den) / divisor };
}

export function add(a: Rational, b: Rational): Rational {
  return rational(a.num * b.den + b.num * a.den, a.den * b.den);
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.num * b.num, a.den * b.den);
}

export function negate(a: Rational): Rational {
  return { num: -a.num, den: a.den };
}

function magnitude(a: Rational): Rational {
  return a.num < 0n ? negate(a) : a;
}

/** True for `a <= b`. */
export function atMost(a: Rational, b: Rational): boolean {
  return a.num * b.den <= b.num * a.den;
}

/** |a − b| ≤ max(absolute, relative · max(|a|, |b|)), in exact arithmetic; the same either way round. */
export function isNear(a: Rational, b: Rational, relative: Rational, absolute: Rational): boolean {
  const distance = magnitude(add(a, negate(b)));
  if (atMost(distance, absolute)) return true;
  const [x, y] = [magnitude(a), magnitude(b)];
  return atMost(distance, multiply(relative, atMost(x, y) ? y : x));
}

/** Numbers with more digits or larger exponents are read as text: nobody means them, and they would cost time. */
const MOST_DIGITS = 1000;

/**
 * The exact value of a decimal numeral such as `12`, `-0.50`, `.5` or `1e-3`.
 *
 * @returns null for anything else, and for more than 1000 digits or an exponent beyond ±1000
 */
export function decimal(text: string): Rational | null {
  const match = /^([+-]?)(\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", part = "", power = "0"] = match;
  if (whole === "" && part === "") return null;
  const exponent = Number(power);
  if (whole.length + part.length > MOST_DIGITS || Math.abs(exponent) > MOST_DIGITS) return null;
  const digits = BigInt(`${sign === "-" ? "-" : ""}${whole}${part}`);
  const shift = exponent - part.length;
  return shift >= 0 ? rational(digits * 10n ** BigInt(shift)) : rational(digits, 10n ** BigInt(-shift));
}

/** The value written as `num/den`, or `num` where it is an integer. */
export function rationalKey(a: Rational): string {
  return a.den === 1n ? `${a.num}` : `${a.num}/${a.den}`;
}
