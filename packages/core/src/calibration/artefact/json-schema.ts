import { InputError } from "../../errors.ts";

/** The part of JSON Schema 2020-12 that the artefact is described in. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";
  readonly const?: unknown;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

type Definitions = Readonly<Record<string, JsonSchema>>;
type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

const NAMES: Readonly<Record<string, string>> = {
  object: "an object",
  array: "a list",
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  null: "null",
};

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (isObject(value)) return "an object";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function wrong(path: string, expected: string, value: unknown): InputError {
  return new InputError("incompatible", `${path}: expected ${expected}, got ${shown(value)}`);
}

function hasType(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  return type === "number" ? Number.isFinite(value) : typeOf(value) === type;
}

function resolved(schema: JsonSchema, definitions: Definitions): JsonSchema {
  return schema.$ref === undefined ? schema : resolved(definitions[schema.$ref.slice("#/$defs/".length)], definitions);
}

function checkLimits(schema: JsonSchema, value: unknown, path: string): void {
  if (typeof value === "number") {
    const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
    if (minimum !== undefined && value < minimum) throw wrong(path, `at least ${minimum}`, value);
    if (maximum !== undefined && value > maximum) throw wrong(path, `at most ${maximum}`, value);
    if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
      throw wrong(path, `more than ${exclusiveMinimum}`, value);
    if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
      throw wrong(path, `less than ${exclusiveMaximum}`, value);
  }
  if (typeof value === "string" && schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value))
    throw wrong(path, schema.description ?? `a text like ${schema.pattern}`, value);
}

function checkList(schema: JsonSchema, values: readonly unknown[], path: string, definitions: Definitions): void {
  const { minItems = 0, maxItems = Infinity, items } = schema;
  if (values.length < minItems || values.length > maxItems) {
    const count = minItems === maxItems ? `${minItems}` : maxItems === Infinity ? `at least ${minItems}` : "as many as";
    throw wrong(path, `a list of ${count}`, values);
  }
  if (items) for (let i = 0; i < values.length; i++) check(items, values[i], `${path}[${i}]`, definitions);
}

function checkFields(schema: JsonSchema, value: JsonObject, path: string, definitions: Definitions): void {
  const inside = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const { properties = {}, required = [], additionalProperties = true } = schema;
  for (const key of required)
    if (!Object.hasOwn(value, key)) throw new InputError("incompatible", `${inside(key)} is missing`);
  for (const [key, entry] of Object.entries(value)) {
    if (Object.hasOwn(properties, key)) check(properties[key], entry, inside(key), definitions);
    else if (additionalProperties === false)
      throw new InputError("incompatible", `${inside(key)} is not a field of this format`);
    else if (additionalProperties !== true) check(additionalProperties, entry, inside(key), definitions);
  }
}

/** The field that tells the alternatives apart, where each of them fixes one to a value of its own. */
function discriminator(alternatives: readonly JsonSchema[]): string | undefined {
  const [first = {}] = alternatives;
  return Object.keys(first.properties ?? {}).find((key) => {
    const fixed = alternatives.map(({ properties = {} }) => choices(properties[key] ?? {}));
    const all = fixed.flat();
    return fixed.every((values) => values.length > 0) && new Set(all).size === all.length;
  });
}

function choices(schema: JsonSchema): readonly unknown[] {
  return schema.enum ?? ("const" in schema ? [schema.const] : []);
}

function checkAlternatives(
  schemas: readonly JsonSchema[],
  value: unknown,
  path: string,
  definitions: Definitions,
): void {
  const alternatives = schemas.map((schema) => resolved(schema, definitions));
  const fitting = alternatives.filter(({ type }) => type === undefined || hasType(value, type));
  if (fitting.length === 0)
    throw wrong(path, alternatives.map(({ type = "" }) => NAMES[type] ?? "another map").join(" or "), value);
  const key = fitting.length > 1 ? discriminator(fitting) : undefined;
  if (key !== undefined && isObject(value)) {
    const known = fitting.flatMap((schema) => choices(schema.properties?.[key] ?? {}));
    const chosen = fitting.find((schema) => choices(schema.properties?.[key] ?? {}).includes(value[key]));
    if (chosen === undefined)
      throw wrong(
        path === "" ? key : `${path}.${key}`,
        known
          .map(shown)
          .join(", ")
          .replace(/, ([^,]*)$/, " or $1"),
        value[key],
      );
    check(chosen, value, path, definitions);
    return;
  }
  const errors: InputError[] = [];
  for (const schema of fitting)
    try {
      check(schema, value, path, definitions);
      return;
    } catch (error) {
      if (!InputError.is(error)) throw error;
      errors.push(error);
    }
  throw errors[errors.length - 1];
}

function check(given: JsonSchema, value: unknown, path: string, definitions: Definitions): void {
  const schema = resolved(given, definitions);
  if (schema.anyOf) checkAlternatives(schema.anyOf, value, path, definitions);
  if (schema.type !== undefined && !hasType(value, schema.type))
    throw wrong(path || "a calibrator", NAMES[schema.type], value);
  const allowed = choices(schema);
  if (allowed.length > 0 && !allowed.includes(value))
    throw wrong(path, allowed.length === 1 ? shown(allowed[0]) : `one of ${allowed.map(shown).join(", ")}`, value);
  checkLimits(schema, value, path);
  if (Array.isArray(value)) checkList(schema, value, path, definitions);
  else if (isObject(value)) checkFields(schema, value, path, definitions);
}

/**
 * Lets a JSON value pass that a schema describes, and names the first place where another departs from it.
 *
 * @param schema alternatives (`anyOf`) are told apart by their type or by a field that each fixes to other values
 * @param value parsed JSON
 * @throws {InputError} `incompatible`; the message has the path, what was expected and what came
 *
 * Source: JSON Schema 2020-12, the keywords of `JsonSchema`.
 */
export function checkJsonSchema(schema: JsonSchema, value: unknown): void {
  check(schema, value, "", schema.$defs ?? {});
}
