import type { JsonSchema } from "../../calibration/artefact/json-schema.ts";
import {
  AMOUNT,
  COUNT,
  DIGEST,
  fields,
  listOf,
  NUMBER,
  nullable,
  POSITIVE,
  SPEC,
  TEXT,
} from "../../calibration/artefact/schema-parts.ts";

function mapOf(entries: JsonSchema): JsonSchema {
  return { type: "object", additionalProperties: entries };
}

const ARRAY = fields({
  shape: { type: "array", items: COUNT, minItems: 2, maxItems: 2 },
  fingerprint: DIGEST,
  values: nullable({ type: "array" }),
});

const SUM = fields({ kind: { const: "sum" }, centres: listOf(NUMBER, 1), spreads: listOf(POSITIVE, 1) });

const LOGISTIC = fields({
  kind: { const: "logistic" },
  centres: listOf(NUMBER, 1),
  spreads: listOf(POSITIVE, 1),
  weights: listOf(POSITIVE, 1),
  intercept: NUMBER,
  ridge: POSITIVE,
  outliers: { type: "integer", minimum: 1 },
  certificate: fields({
    objective: AMOUNT,
    gradientNorm: AMOUNT,
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
    spec: SPEC,
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
