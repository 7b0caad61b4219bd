const shorthand = /^[A-Za-z_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}][0-9A-Za-z_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]*$/u;

/** The JSONPath (RFC 9535) of a member: `$.name`, or `$["odd key"]` where the short form does not allow the key. */
export function memberPath(parent: string, key: string): string {
  return shorthand.test(key) ? `${parent}.${key}` : `${parent}[${JSON.stringify(key)}]`;
}

/** The JSONPath of an element: `$[2]`. */
export function elementPath(parent: string, index: number): string {
  return `${parent}[${index}]`;
}
