const powers = new Float64Array(23);
for (let k = 0; k < powers.length; k++) powers[k] = 10 ** k;

const dot = 46;
const comma = 44;
const minus = 45;
const largestMantissa = 9_007_199_254_740_991;

/**
 * A number of few digits, as most are, read from its bytes without making a text of it. Digits that fit in an integer below
 * 2⁵³, multiplied or divided by an exact power of ten, give the nearest double.
 *
 * @param decimalComma the decimal mark is a comma
 * @returns NaN for everything else, which `numberOfText` reads
 */
export function numberOfBytes(bytes: Uint8Array, start: number, end: number, decimalComma: boolean): number {
  const mark = decimalComma ? comma : dot;
  const isNegative = bytes[start] === minus;
  let mantissa = 0;
  let digits = 0;
  let point = -1;
  for (let i = isNegative ? start + 1 : start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === mark && point < 0) point = digits;
    else if (byte >= 48 && byte <= 57) {
      mantissa = mantissa * 10 + (byte - 48);
      digits++;
    } else return Number.NaN;
  }
  if (digits === 0 || digits > 19 || mantissa > largestMantissa) return Number.NaN;
  const decimals = point < 0 ? 0 : digits - point;
  const value = mantissa / powers[decimals]!;
  return isNegative ? -value : value;
}

const written = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const separated = /(\d)_(?=\d)/g;
const word = /^([+-]?)(nan|inf|infinity)$/i;

/**
 * The number that a text is, `nan` and `inf` included.
 *
 * @param text with a decimal point
 * @returns undefined when it is none
 */
export function numberOfText(text: string): number | undefined {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, "").replace(separated, "$1");
  if (written.test(trimmed)) return Number(trimmed);
  const named = word.exec(trimmed);
  if (named === null) return undefined;
  if (named[2]!.toLowerCase() === "nan") return Number.NaN;
  return named[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Whether nothing is written for a number: empty, or one of the words statistics programs write. */
export function isNoNumber(text: string): boolean {
  return /^\s*(na|n\/a|null|none)?\s*$/i.test(text);
}

/**
 * The numbers of a list written `[0.1, 0.9]`, undefined where an item is none.
 *
 * @returns undefined when the text is no list
 */
export function listOfText(text: string): (number | undefined)[] | undefined {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1];
  if (inner === undefined) return undefined;
  if (inner.trim() === "") return [];
  return inner.split(",").map((item) => numberOfText(item.trim().replace(/^(["'])(.*)\1$/s, "$2")));
}
