import type { JsonSchema } from "../../calibration/artefact/json-schema.ts";

export const NUMBER: JsonSchema = { type: "number" };
export const TEXT: JsonSchema = { type: "string" };
export const COUNT: JsonSchema = { type: "integer", minimum: 0 };
export const TRUTH: JsonSchema = { type: "boolean" };
const PROBABILITY: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
const SIZE: JsonSchema = { type: "number", minimum: 0 };
const DIGEST: JsonSchema = {
  type: "string",
  pattern: "^sha256:[0-9a-f]{64}$",
  description: "sha256: and 64 hexadecimal digits",
};

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

const ESTIMATE = fields(
  {
    value: NUMBER,
    lower: nullable(NUMBER),
    upper: nullable(NUMBER),
    level: PROBABILITY,
    n: COUNT,
    effectiveN: SIZE,
    interval: { enum: ["exact", "asymptotic", "conservative", "approximate", "none"] },
    spec: {
      type: "object",
      properties: { metric: TEXT },
      required: ["metric"],
      additionalProperties: { anyOf: [TEXT, NUMBER, TRUTH] },
    },
  },
  { z: NUMBER, pValue: PROBABILITY },
);

const SOURCE = fields({
  name: TEXT,
  rows: COUNT,
  skipped: listOf(fields({ reason: TEXT, count: COUNT })),
  columns: { type: "object", additionalProperties: TEXT },
  approximate: TRUTH,
  notes: listOf(TEXT),
});

const EVALUATION = fields({
  n: COUNT,
  coverage: ESTIMATE,
  meanSize: nullable(ESTIMATE),
  medianSize: nullable(NUMBER),
  empty: COUNT,
  unbounded: COUNT,
  singletons: nullable(COUNT),
  classCoverage: listOf(fields({ name: TEXT, n: COUNT, coverage: nullable(ESTIMATE) })),
  groupCoverage: listOf(fields({ name: TEXT, n: COUNT, coverage: ESTIMATE })),
  sizeCoverage: listOf(fields({ from: NUMBER, to: NUMBER, n: COUNT, coverage: ESTIMATE })),
  pValue: nullable(PROBABILITY),
});

const WEIGHTED = fields({ scores: listOf(NUMBER), weights: listOf(SIZE) }, { thinnedFrom: COUNT });

/** One threshold and what it rests on. */
export const PART: Record<string, JsonSchema> = {
  values: listOf(TEXT),
  n: COUNT,
  rank: nullable({ type: "integer", minimum: 1 }),
  quantile: nullable(NUMBER),
};

/** Fields of parts under weights. */
export const WEIGHTED_PART: Record<string, JsonSchema> = { weighted: WEIGHTED };

/** Further fields of parts with two sides. */
export const UPPER_PART: Record<string, JsonSchema> = {
  upperRank: nullable({ type: "integer", minimum: 1 }),
  upperQuantile: nullable(NUMBER),
};

export const WEIGHTED_UPPER_PART: Record<string, JsonSchema> = { ...WEIGHTED_PART, upperWeighted: WEIGHTED };

/** Fields of all documents of this format. */
export const BASE: Record<string, JsonSchema> = {
  schema: { const: "candor.conformal/1" },
  version: TEXT,
  created: nullable(TEXT),
  method: TEXT,
  level: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
  n: COUNT,
  rank: nullable({ type: "integer", minimum: 1 }),
  quantile: nullable(NUMBER),
  coverageRange: nullable(fields({ lower: PROBABILITY, upper: PROBABILITY })),
  weighted: TRUTH,
  source: SOURCE,
  dataHash: DIGEST,
  assumptions: listOf(TEXT),
  warnings: listOf(TEXT),
  evaluation: nullable(EVALUATION),
  fingerprint: DIGEST,
};

/** Fields that only documents with test rows have. */
export const TESTED: Record<string, JsonSchema> = {
  coverage: PROBABILITY,
  meanSize: nullable(NUMBER),
  classCoverage: listOf(nullable(PROBABILITY)),
};
