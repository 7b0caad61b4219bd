import { InputError } from "../errors.ts";

/** A rational number; the denominator is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A number in [0, 1] meant as the decimal it is written as: 0.1 is one tenth, not the double nearest to it. */
export type Decimal = number | string;

const DECIMAL = /^\+?(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;

/**
 * The fraction that a decimal stands for.
 *
 * @param decimal a number, read as the shortest decimal that rounds to it, or its text such as `"0.1"` or `"1e-3"`
 * @param name what it is, for the complaint
 * @throws {InputError} `out-of-range` for anything but a decimal in [0, 1]
 */
export function exactDecimal(decimal: Decimal, name = "level"): Fraction {
  const text = String(decimal).trim();
  const [, whole = "", part = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  if (whole === "" && part === "")
    throw new InputError("out-of-range", `${name} must be a decimal in [0, 1] such as 0.9, got ${text}`);
  const shift = Number(exponent) - part.length;
  const digits = BigInt(whole + part);
  const numerator = shift >= 0 ? digits * 10n ** BigInt(shift) : digits;
  const denominator = shift >= 0 ? 1n : 10n ** BigInt(-shift);
  if (numerator > denominator) throw new InputError("out-of-range", `${name} must be in [0, 1], got ${text}`);
  return { numerator, denominator };
}

/** 1 − fraction, exactly. */
export function complement({ numerator, denominator }: Fraction): Fraction {
  return { numerator: denominator - numerator, denominator };
}
