const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The UTF-8 of a text. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text that bytes read as; parts of characters read as U+FFFD. */
export function decodeBytes(bytes: ArrayLike<number>): string {
  return decoder.decode(bytes instanceof Uint8Array ? bytes : Uint8Array.from(bytes));
}

/** Bytes as a string of one code unit per byte, for searching. */
export function binaryString(bytes: ArrayLike<number>): string {
  const parts: string[] = [];
  const size = 8192;
  for (let from = 0; from < bytes.length; from += size) {
    const codes: number[] = [];
    for (let i = from; i < Math.min(from + size, bytes.length); i++) codes.push(bytes[i] ?? 0);
    parts.push(String.fromCharCode(...codes));
  }
  return parts.join("");
}
