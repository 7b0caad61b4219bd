import type { JsonSchema } from "./json-schema.ts";

const NUMBER: JsonSchema = { type: "number" };
const TEXT: JsonSchema = { type: "string" };
const PROBABILITY: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
const NUMBERS: JsonSchema = { type: "array", items: NUMBER };
const PROBABILITIES: JsonSchema = { type: "array", items: PROBABILITY };
const WEIGHT: JsonSchema = { type: "number", minimum: 0 };
const CLIP: JsonSchema = { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 0.5 };
const DIGEST: JsonSchema = {
  type: "string",
  pattern: "^sha256:[0-9a-f]{64}$",
  description: "sha256: and 64 hexadecimal digits",
};
const NULL: JsonSchema = { type: "null" };

function reference(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}

function nullable(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, NULL] };
}

function listOf(items: JsonSchema, minItems = 0): JsonSchema {
  return minItems === 0 ? { type: "array", items } : { type: "array", items, minItems };
}

/** An object with exactly these fields, or these and some of the optional ones. */
function fields(properties: Record<string, JsonSchema>, optional: Record<string, JsonSchema> = {}): JsonSchema {
  return {
    type: "object",
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

function kind(name: string, properties: Record<string, JsonSchema> = {}): JsonSchema {
  return fields({ kind: { const: name }, ...properties });
}

const binaryMap = reference("binaryMap");
const classMap = reference("classMap");
const parts = (map: JsonSchema): JsonSchema => listOf(fields({ weight: WEIGHT, map }), 1);

const DEFINITIONS: Record<string, JsonSchema> = {
  stepMap: kind("step", { x: NUMBERS, at: PROBABILITIES, between: listOf(PROBABILITY, 1) }),
  binaryMap: {
    anyOf: [
      kind("identity"),
      kind("logistic", {
        terms: listOf(
          fields({
            feature: { enum: ["one", "score", "logit", "logit-squared", "log", "minus-log-complement"] },
            coefficient: NUMBER,
          }),
          1,
        ),
        clip: CLIP,
      }),
      kind("interpolated", { x: listOf(NUMBER, 1), y: listOf(PROBABILITY, 1) }),
      reference("stepMap"),
      kind("venn-abers", { lower: reference("stepMap"), upper: reference("stepMap") }),
      kind("spline", {
        knots: listOf(NUMBER, 2),
        pieces: listOf({ type: "array", items: NUMBER, minItems: 4, maxItems: 4 }, 1),
        clip: CLIP,
      }),
      kind("blend", { parts: parts(binaryMap) }),
      kind("chain", { maps: listOf(binaryMap, 1) }),
    ],
  },
  classMap: {
    anyOf: [
      kind("identity"),
      kind("linear", {
        scale: { anyOf: [NUMBER, listOf({ anyOf: [NUMBER, listOf(NUMBER, 1)] }, 1)] },
        bias: nullable(listOf(NUMBER, 1)),
        prepare: nullable(fields({ beta: NUMBER, mix: PROBABILITY })),
      }),
      kind("blend", { parts: parts(classMap) }),
      kind("uniform"),
      kind("one-vs-rest", { maps: listOf(binaryMap, 2) }),
      kind("top-label", { map: { anyOf: [binaryMap, listOf(binaryMap, 2)] } }),
      kind("argmax-preserving", { map: classMap }),
      kind("chain", { maps: listOf(classMap, 1) }),
    ],
  },
  spec: {
    type: "object",
    properties: { metric: TEXT },
    required: ["metric"],
    additionalProperties: { anyOf: [TEXT, NUMBER, { type: "boolean" }] },
  },
  estimate: fields(
    {
      value: NUMBER,
      lower: nullable(NUMBER),
      upper: nullable(NUMBER),
      level: PROBABILITY,
      n: WEIGHT,
      effectiveN: WEIGHT,
      interval: { enum: ["exact", "asymptotic", "conservative", "approximate", "none"] },
      spec: reference("spec"),
    },
    { z: NUMBER, pValue: PROBABILITY },
  ),
  scores: fields({ logLoss: reference("estimate"), brier: reference("estimate"), ece: reference("estimate") }),
};

function segments(map: JsonSchema): JsonSchema {
  const correction = fields({ values: listOf(TEXT, 1), map, n: WEIGHT });
  return nullable(fields({ columns: listOf(TEXT, 1), maps: listOf(correction) }));
}

const COMMON: Record<string, JsonSchema> = {
  schema: { const: "candor.calibrator/1" },
  version: TEXT,
  method: TEXT,
  parameters: { type: "object", additionalProperties: { anyOf: [NUMBER, NUMBERS] } },
  certificate: nullable(
    fields({ objective: NUMBER, gradientNorm: WEIGHT, iterations: { type: "integer", minimum: 0 } }),
  ),
  n: WEIGHT,
  effectiveN: WEIGHT,
  created: nullable(TEXT),
  spec: reference("spec"),
  data: fields({ name: TEXT, fingerprint: DIGEST }),
  evidence: nullable(
    fields({
      before: reference("scores"),
      after: reference("scores"),
      improvement: fields({ logLoss: reference("estimate"), brier: reference("estimate") }),
    }),
  ),
  fingerprint: DIGEST,
};

/**
 * The JSON Schema of `candor.calibrator/1`: what `openCalibrator` holds a document against before it looks at the numbers
 * of the map, and what `exportCalibrator` writes, made narrower, as `json-schema`.
 */
export const calibratorSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "candor.calibrator/1",
  anyOf: [
    fields({
      ...COMMON,
      scoreKind: { enum: ["probability", "confidence"] },
      classNames: { type: "array", items: TEXT, maxItems: 2 },
      map: binaryMap,
      segments: segments(binaryMap),
    }),
    fields({
      ...COMMON,
      scoreKind: { enum: ["probabilities", "logits"] },
      classNames: listOf(TEXT, 2),
      clip: nullable({ type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }),
      map: classMap,
      segments: segments(classMap),
    }),
  ],
  $defs: DEFINITIONS,
};
