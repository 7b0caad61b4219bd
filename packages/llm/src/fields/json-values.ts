const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** ASCII up to this length is faster without the decoder. */
const SHORT = 64;

/** The text of some bytes that are ASCII; null where they are not, or long. */
function shortAscii(bytes: Uint8Array, start: number, end: number): string | null {
  if (end - start > SHORT) return null;
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The text of some bytes of valid UTF-8; a byte order mark stays. */
export function textBetween(bytes: Uint8Array, start: number, end: number): string {
  return shortAscii(bytes, start, end) ?? decoder.decode(bytes.subarray(start, end));
}

/** The text of the first bytes; a character that is cut off at the end is left out. */
export function textUpTo(bytes: Uint8Array, end: number): string {
  const short = shortAscii(bytes, 0, end);
  if (short !== null) return short;
  const text = decoder.decode(bytes.subarray(0, end), { stream: true });
  decoder.decode();
  return text;
}

const letters: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/**
 * What the inside of a JSON string says. An escape that is cut off at the end is left out, and so is half a surrogate pair whose
 * other half has not come.
 *
 * @param inside between the quotes, checked by `scanString`
 * @param complete whether the string was closed
 */
export function unescapeString(inside: string, complete: boolean): string {
  if (!inside.includes("\\")) return inside;
  let out = "";
  let at = 0;
  while (at < inside.length) {
    const slash = inside.indexOf("\\", at);
    if (slash < 0) return out + inside.slice(at);
    out += inside.slice(at, slash);
    const letter = inside[slash + 1];
    const width = letter === "u" ? 6 : 2;
    if (slash + width > inside.length) break;
    if (letter === "u") out += String.fromCharCode(Number.parseInt(inside.slice(slash + 2, slash + 6), 16));
    else out += letters[letter ?? ""] ?? letter;
    at = slash + width;
  }
  const last = out.charCodeAt(out.length - 1);
  return !complete && last >= 0xd800 && last <= 0xdbff ? out.slice(0, -1) : out;
}

/** The digits and the power of ten of a decimal number: `1200`, `1.2e3` and `0.12E4` are the same. */
function decimalForm(json: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(json) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  const kept = digits.slice(0, end);
  if (kept === "") return "0";
  return `${sign}${kept}e${Number(exponent) - fraction.length + digits.length - kept.length}`;
}

/**
 * Whether a JavaScript number keeps all digits of a JSON number: printing it gives the same decimal number. False for integers
 * beyond 2^53 that are not representable, for more than 17 digits, for 1e400 and 1e-400.
 */
export function isExactNumber(json: string): boolean {
  if (json.length <= 15 && !/[eE]/.test(json)) return true;
  const value = Number(json);
  return Number.isFinite(value) && decimalForm(String(value)) === decimalForm(json);
}

/** The digits so far of a number that was cut off: without a dot, an exponent or a sign that nothing follows; `-` is −0. */
export function numberSoFar(json: string): number {
  const whole = json.replace(/(?:\.|[eE][+-]?)$/, "");
  return whole === "-" ? -0 : Number(whole);
}
