import type { ZodError } from "zod";
import type { ErrorDetail } from "./http-error.ts";
import { shown } from "./ingest/rejection.ts";

type Issue = ZodError["issues"][number];

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/**
 * What Zod found first, as the API says it: path of the field, what was expected, what came.
 *
 * @param target part of the request that was looked at: `json`, `query`, `param`, …
 * @param data what was looked at, before it was read
 */
export function zodDetail(error: ZodError, target: string, data: unknown): ErrorDetail {
  const issue = innermost(error.issues[0]);
  const whole = target === "json" ? "the body" : target === "param" ? "the path" : `the ${target}`;
  if (issue === undefined) return { code: "invalid", message: `${whole} is not what was expected` };
  const field = fieldPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    const name = issue.keys[0] ?? "";
    const place = field === "" ? name : `${field}.${name}`;
    return { code: "unknown-field", message: `${place} is not known here`, field: place };
  }
  const got = issue.path.reduce(step, data);
  const where = field === "" ? whole : field;
  const message =
    got === undefined
      ? `${where} is missing: it must be ${expectation(issue)}`
      : `${where} must be ${expectation(issue)}, got ${shown(got)}`;
  return { code: got === undefined ? "missing" : "invalid", message, ...(field === "" ? {} : { field }) };
}

/** Of a union the branch that came closest, which is the one that got deepest. */
function innermost(issue: Issue | undefined): Issue | undefined {
  if (issue?.code !== "invalid_union") return issue;
  const branches = issue.errors.flatMap((branch) => (branch[0] === undefined ? [] : [branch[0]]));
  const deepest = branches.reduce<Issue | undefined>(
    (best, one) => (best === undefined || one.path.length > best.path.length ? one : best),
    undefined,
  );
  if (deepest === undefined || deepest.path.length === 0) return issue;
  return innermost({ ...deepest, path: [...issue.path, ...deepest.path] });
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return kinds[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((value) => String(value)).join(", ")}`;
    case "too_small":
      return sized(issue.origin, `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`);
    case "too_big":
      return sized(issue.origin, `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`);
    case "invalid_union":
      return "of another kind";
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    default:
      return issue.message;
  }
}

function sized(origin: string, bound: string): string {
  if (origin === "string") return `text of ${bound} characters`;
  if (origin === "array" || origin === "set") return `a list of ${bound} items`;
  return bound;
}

function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, name) => {
    if (typeof name === "number") return `${text}[${name}]`;
    return text === "" ? String(name) : `${text}.${String(name)}`;
  }, "");
}

function step(value: unknown, name: PropertyKey): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
