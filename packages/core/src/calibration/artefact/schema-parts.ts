import type { JsonSchema } from "./json-schema.ts";

/** What the schemas of all documents of Candor are made of. */
export const NUMBER: JsonSchema = { type: "number" };
export const TEXT: JsonSchema = { type: "string" };
export const TRUTH: JsonSchema = { type: "boolean" };
/** 0, 1, 2, … */
export const COUNT: JsonSchema = { type: "integer", minimum: 0 };
/** At least 0, such as a weight or an effective number of rows. */
export const AMOUNT: JsonSchema = { type: "number", minimum: 0 };
export const POSITIVE: JsonSchema = { type: "number", exclusiveMinimum: 0 };
/** In [0, 1]. */
export const SHARE: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
/** In (0, 1). */
export const LEVEL: JsonSchema = { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 };
/** A fingerprint. */
export const DIGEST: JsonSchema = {
  type: "string",
  pattern: "^sha256:[0-9a-f]{64}$",
  description: "sha256: and 64 hexadecimal digits",
};

/** What a number means: its metric, and every choice that changes the value. */
export const SPEC: JsonSchema = {
  type: "object",
  properties: { metric: TEXT },
  required: ["metric"],
  additionalProperties: { anyOf: [TEXT, NUMBER, TRUTH] },
};

/** How the interval of an estimate was made. */
export const INTERVAL: JsonSchema = { enum: ["exact", "asymptotic", "conservative", "approximate", "none"] };

/** The schema that `$defs` has under a name. */
export function reference(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}

/** The schema, or null. */
export function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: "null" }] };
}

/** A list of at least `minItems`. */
export function listOf(items: JsonSchema, minItems = 0): JsonSchema {
  return minItems === 0 ? { type: "array", items } : { type: "array", items, minItems };
}

/** An object with exactly these fields, or these and some of the optional ones. */
export function fields(properties: Record<string, JsonSchema>, optional: Record<string, JsonSchema> = {}): JsonSchema {
  return {
    type: "object",
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

/** An object told apart from its alternatives by `kind`. */
export function kind(name: string, properties: Record<string, JsonSchema> = {}): JsonSchema {
  return fields({ kind: { const: name }, ...properties });
}

/** Where the rows came from that a document was made of. */
export const SOURCE: JsonSchema = fields({
  name: TEXT,
  rows: COUNT,
  skipped: listOf(fields({ reason: TEXT, count: COUNT })),
  columns: { type: "object", additionalProperties: TEXT },
  approximate: TRUTH,
  notes: listOf(TEXT),
});
