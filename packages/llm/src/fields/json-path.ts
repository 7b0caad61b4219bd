const shorthand = /^[A-Za-z_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}][0-9A-Za-z_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]*$/u;

/** A step of a JSONPath (RFC 9535) to a member: `.name`, or `["odd key"]` where the short form does not allow the key. */
export function memberStep(key: string): string {
  return shorthand.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A step to an element: `[2]`. */
export function elementStep(index: number): string {
  return `[${index}]`;
}
