import type { JsonSchema } from "../../calibration/artefact/json-schema.ts";

const NUMBER: JsonSchema = { type: "number" };
const TEXT: JsonSchema = { type: "string" };
const AMOUNT: JsonSchema = { type: "number", minimum: 0 };
const SHARE: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
const COUNT: JsonSchema = { type: "integer", minimum: 0 };
const FLAG: JsonSchema = { type: "boolean" };
const NULL: JsonSchema = { type: "null" };
const DIRECTION: JsonSchema = { enum: ["up", "down"] };
const SCALE: JsonSchema = { enum: ["logit", "identity"] };
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

const SPEC: JsonSchema = {
  type: "object",
  properties: { metric: TEXT },
  required: ["metric"],
  additionalProperties: { anyOf: [TEXT, NUMBER, FLAG] },
};

const ESTIMATE = fields({
  value: NUMBER,
  lower: nullable(NUMBER),
  upper: nullable(NUMBER),
  level: SHARE,
  n: AMOUNT,
  effectiveN: AMOUNT,
  interval: { enum: ["exact", "asymptotic", "conservative", "approximate", "none"] },
  spec: SPEC,
});

const QUALITY = fields({ logLoss: ESTIMATE, brier: ESTIMATE, auroc: ESTIMATE });

/** The JSON Schema of `candor.stack/1`: what `openStack` holds a document against before it looks at the numbers. */
export const stackSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "candor.stack/1",
  ...fields({
    schema: { const: "candor.stack/1" },
    version: TEXT,
    created: nullable(TEXT),
    scores: listOf(
      fields({ name: TEXT, direction: DIRECTION, scale: SCALE, cost: AMOUNT, missing: SHARE, used: FLAG }),
      1,
    ),
    models: listOf(
      fields({
        intercept: NUMBER,
        terms: listOf(
          fields({
            name: TEXT,
            direction: DIRECTION,
            scale: SCALE,
            knots: listOf(NUMBER, 1),
            contributions: listOf(NUMBER, 1),
            missing: nullable(NUMBER),
            spread: AMOUNT,
          }),
          1,
        ),
        certificate: fields({
          objective: AMOUNT,
          gradientNorm: AMOUNT,
          boundGradient: nullable(NUMBER),
          iterations: COUNT,
        }),
        n: COUNT,
      }),
      1,
    ),
    spec: SPEC,
    data: fields({ name: TEXT, fingerprint: DIGEST }),
    n: AMOUNT,
    effectiveN: AMOUNT,
    evidence: nullable(
      fields({
        stack: QUALITY,
        bestSingle: QUALITY,
        improvement: QUALITY,
        singles: listOf(fields({ name: TEXT, logLoss: ESTIMATE }), 1),
      }),
    ),
    notes: listOf(TEXT),
    fingerprint: DIGEST,
  }),
};
