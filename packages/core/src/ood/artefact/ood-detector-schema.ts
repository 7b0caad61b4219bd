import type { JsonSchema } from "../../calibration/artefact/json-schema.ts";

const NUMBER: JsonSchema = { type: "number" };
const TEXT: JsonSchema = { type: "string" };
const COUNT: JsonSchema = { type: "integer", minimum: 0 };
const NULL: JsonSchema = { type: "null" };
const DIGEST: JsonSchema = { type: "string", pattern: "^sha256:[0-9a-f]{64}$" };

function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, NULL] };
}

function listOf(items: JsonSchema, minItems = 0): JsonSchema {
  return { type: "array", items, minItems };
}

function fields(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

function mapOf(entries: JsonSchema): JsonSchema {
  return { type: "object", additionalProperties: entries };
}

const ARRAY = fields({
  shape: { type: "array", items: COUNT, minItems: 2, maxItems: 2 },
  fingerprint: DIGEST,
  values: nullable({ type: "array" }),
});

const SPREAD: JsonSchema = { type: "number", exclusiveMinimum: 0 };
const WEIGHT: JsonSchema = { type: "number", exclusiveMinimum: 0 };

const SUM = fields({ kind: { const: "sum" }, centres: listOf(NUMBER, 1), spreads: listOf(SPREAD, 1) });

const LOGISTIC = fields({
  kind: { const: "logistic" },
  centres: listOf(NUMBER, 1),
  spreads: listOf(SPREAD, 1),
  weights: listOf(WEIGHT, 1),
  intercept: NUMBER,
  ridge: { type: "number", exclusiveMinimum: 0 },
  outliers: { type: "integer", minimum: 1 },
  certificate: fields({
    objective: { type: "number", minimum: 0 },
    gradientNorm: { type: "number", minimum: 0 },
    iterations: COUNT,
  }),
});

const SOURCE: JsonSchema = { enum: ["given", "head", "logits", "none"] };

/** The JSON Schema of `candor.ood-detector/1`: what `openOodDetector` holds a document against before it looks at the numbers. */
export const oodDetectorSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "candor.ood-detector/1",
  ...fields({
    schema: { const: "candor.ood-detector/1" },
    version: TEXT,
    created: nullable(TEXT),
    method: TEXT,
    spec: {
      type: "object",
      properties: { metric: TEXT },
      required: ["metric"],
      additionalProperties: { anyOf: [TEXT, NUMBER, { type: "boolean" }] },
    },
    reads: fields({ logits: SOURCE, probabilities: SOURCE, features: SOURCE, classes: COUNT, width: COUNT }),
    head: nullable(fields({ weights: ARRAY, bias: ARRAY })),
    parts: listOf(fields({ method: TEXT, settings: mapOf({ anyOf: [NUMBER, TEXT] }), arrays: mapOf(ARRAY) }), 1),
    combination: nullable({ anyOf: [SUM, LOGISTIC] }),
    n: { type: "integer", minimum: 1 },
    data: fields({ name: TEXT, fingerprint: DIGEST }),
    calibration: nullable(fields({ n: { type: "integer", minimum: 1 }, scores: listOf(NUMBER, 1) })),
    notes: listOf(TEXT),
    fingerprint: DIGEST,
  }),
};
