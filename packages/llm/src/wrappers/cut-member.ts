/**
 * JSON text with the value of its only member of this name replaced, every other byte as it was. Null where that cannot be told
 * without reading the whole text: where the name stands there more than once, in whatever role, or might be spelled with escapes.
 *
 * @param json valid JSON
 * @param name letters and underscores
 * @param value JSON; null takes the member out, with one comma beside it
 */
export function cutMember(json: string, name: string, value: string | null): string | null {
  const key = `"${name}"`;
  const at = json.indexOf(key);
  if (at < 1 || json.includes("\\u") || json.indexOf(key, at + key.length) >= 0) return null;
  // After a backslash the quote is a character of a string.
  if (json.charCodeAt(at - 1) === backslash) return null;
  const colon = afterSpace(json, at + key.length);
  if (json.charCodeAt(colon) !== 0x3a) return null;
  const start = afterSpace(json, colon + 1);
  const end = valueEnd(json, start);
  if (end === null) return null;
  if (value !== null) return json.slice(0, start) + value + json.slice(end);
  const next = afterSpace(json, end);
  if (json.charCodeAt(next) === comma) return json.slice(0, at) + json.slice(afterSpace(json, next + 1));
  let before = at;
  while (before > 0 && isSpace(json.charCodeAt(before - 1))) before--;
  return json.slice(0, json.charCodeAt(before - 1) === comma ? before - 1 : at) + json.slice(end);
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function afterSpace(json: string, from: number): number {
  let i = from;
  while (isSpace(json.charCodeAt(i))) i++;
  return i;
}

/** Where a string ends that begins here. */
function stringEnd(json: string, start: number): number | null {
  for (let i = start + 1; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === backslash) i++;
    else if (code === quote) return i + 1;
  }
  return null;
}

/** Where a value ends that begins here; null where it does not. */
function valueEnd(json: string, start: number): number | null {
  let depth = 0;
  for (let i = start; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === quote) {
      const end = stringEnd(json, i);
      if (end === null) return null;
      if (depth === 0) return end;
      i = end - 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
    } else if (code === 0x7d || code === 0x5d) {
      if (depth === 0) return i === start ? null : i;
      depth--;
      if (depth === 0) return i + 1;
    } else if (depth === 0 && (code === comma || isSpace(code))) {
      return i === start ? null : i;
    }
  }
  return null;
}
