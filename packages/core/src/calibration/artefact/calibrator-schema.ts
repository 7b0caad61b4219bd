import type { JsonSchema } from "./json-schema.ts";
import {
  AMOUNT,
  COUNT,
  DIGEST,
  fields,
  INTERVAL,
  kind,
  LEVEL,
  listOf,
  NUMBER,
  nullable,
  reference,
  SHARE,
  SPEC,
  TEXT,
} from "./schema-parts.ts";

const NUMBERS: JsonSchema = { type: "array", items: NUMBER };
const PROBABILITIES: JsonSchema = { type: "array", items: SHARE };
const CLIP: JsonSchema = { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 0.5 };

const binaryMap = reference("binaryMap");
const classMap = reference("classMap");
const parts = (map: JsonSchema): JsonSchema => listOf(fields({ weight: AMOUNT, map }), 1);

const DEFINITIONS: Record<string, JsonSchema> = {
  stepMap: kind("step", { x: NUMBERS, at: PROBABILITIES, between: listOf(SHARE, 1) }),
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
      kind("interpolated", { x: listOf(NUMBER, 1), y: listOf(SHARE, 1) }),
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
        prepare: nullable(fields({ beta: NUMBER, mix: SHARE })),
      }),
      kind("blend", { parts: parts(classMap) }),
      kind("uniform"),
      kind("one-vs-rest", { maps: listOf(binaryMap, 2) }),
      kind("top-label", { map: { anyOf: [binaryMap, listOf(binaryMap, 2)] } }),
      kind("argmax-preserving", { map: classMap }),
      kind("chain", { maps: listOf(classMap, 1) }),
    ],
  },
  spec: SPEC,
  estimate: fields(
    {
      value: NUMBER,
      lower: nullable(NUMBER),
      upper: nullable(NUMBER),
      level: SHARE,
      n: AMOUNT,
      effectiveN: AMOUNT,
      interval: INTERVAL,
      spec: reference("spec"),
    },
    { z: NUMBER, pValue: SHARE },
  ),
  scores: fields({ logLoss: reference("estimate"), brier: reference("estimate"), ece: reference("estimate") }),
};

function segments(map: JsonSchema): JsonSchema {
  const correction = fields({ values: listOf(TEXT, 1), map, n: AMOUNT });
  return nullable(fields({ columns: listOf(TEXT, 1), maps: listOf(correction) }));
}

const COMMON: Record<string, JsonSchema> = {
  schema: { const: "candor.calibrator/1" },
  version: TEXT,
  method: TEXT,
  parameters: { type: "object", additionalProperties: { anyOf: [NUMBER, NUMBERS] } },
  certificate: nullable(fields({ objective: NUMBER, gradientNorm: AMOUNT, iterations: COUNT })),
  n: AMOUNT,
  effectiveN: AMOUNT,
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
      clip: nullable(LEVEL),
      map: classMap,
      segments: segments(classMap),
    }),
  ],
  $defs: DEFINITIONS,
};
