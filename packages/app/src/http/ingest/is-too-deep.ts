/** Deepest nesting of JSON that is read. */
export const deepestJson = 64;

const quote = 34;
const backslash = 92;
const newline = 10;

/**
 * Whether JSON, or one line of NDJSON, is nested deeper than `deepestJson`. Looked at before it is parsed, so that nothing that
 * walks the parsed value can run out of stack.
 */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at + 1);
    else if (code === 91 || code === 123) {
      if (++depth > deepestJson) return true;
    } else if (code === 93 || code === 125) depth--;
  }
  return false;
}

/** Position of the closing quote, or of the end of the line: no string of JSON contains a line break. */
function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === backslash) at++;
    else if (code === quote || code === newline) return at;
  }
  return text.length;
}
