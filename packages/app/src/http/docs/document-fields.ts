/** What a reference of the document points to. */
export function resolve(reference: string, document: unknown): unknown {
  return reference
    .split("/")
    .slice(1)
    .reduce<unknown>((value, step) => field(value, step), document);
}

/** A property of a value of unknown shape; undefined where there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** The names and values of an object; none of anything else. */
export function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
