import type { JsonSchema } from "../../calibration/artefact/json-schema.ts";
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
  POSITIVE,
  reference,
  SHARE,
  SOURCE,
  SPEC,
  TEXT,
  TRUTH,
} from "../../calibration/artefact/schema-parts.ts";

const TEXTS = listOf(TEXT);

/** The same with fields that may be absent. */
function withOptional(schema: JsonSchema, optional: Record<string, JsonSchema>): JsonSchema {
  return { ...schema, properties: { ...schema.properties, ...optional } };
}

const DEMAND = { column: TEXT, level: LEVEL } as const;
const DEMANDED: Record<string, JsonSchema> = { inDistribution: fields(DEMAND) };

const CAPACITY = { reviews: AMOUNT, volume: POSITIVE, period: TEXT } as const;
const SCORE: JsonSchema = { enum: ["confidence", "positive"] };
const estimate = reference("estimate");
const expected = reference("expected");
const thresholds = reference("thresholds");
const certificate = reference("certificate");

const DEFINITIONS: Record<string, JsonSchema> = {
  spec: SPEC,
  estimate: fields({
    value: NUMBER,
    lower: NUMBER,
    upper: NUMBER,
    level: LEVEL,
    n: AMOUNT,
    effectiveN: AMOUNT,
    interval: INTERVAL,
    spec: reference("spec"),
  }),
  thresholds: fields({ act: nullable(AMOUNT), abstain: nullable(AMOUNT) }),
  costs: fields({
    error: AMOUNT,
    review: nullable(AMOUNT),
    abstain: nullable(AMOUNT),
    missed: AMOUNT,
    reviewError: SHARE,
  }),
  matrix: fields({
    classNames: listOf(TEXT, 2),
    costs: listOf(listOf(NUMBER, 2), 2),
    review: nullable(AMOUNT),
    abstain: nullable(AMOUNT),
  }),
  objective: {
    anyOf: [
      kind("costs", { costs: reference("costs") }),
      kind("cost-matrix", { matrix: reference("matrix") }),
      kind("capacity", CAPACITY),
      kind("precision", { target: SHARE }),
      kind("recall", { target: SHARE }),
      kind("coverage", { target: SHARE }),
      kind("f-beta", { beta: POSITIVE }),
      kind("thresholds", { thresholds }),
      kind("risk", { maxError: LEVEL, sure: LEVEL, minCoverage: nullable(SHARE) }),
    ],
  },
  rule: {
    anyOf: [
      withOptional(kind("threshold", { on: SCORE, thresholds }), DEMANDED),
      withOptional(
        kind("threshold-per-segment", {
          on: SCORE,
          columns: listOf(TEXT, 1),
          segments: listOf(fields({ values: TEXTS, thresholds })),
          thresholds,
        }),
        DEMANDED,
      ),
      withOptional(kind("least-cost", { matrix: reference("matrix") }), DEMANDED),
    ],
  },
  expected: fields({
    coverage: estimate,
    error: nullable(estimate),
    cost: nullable(estimate),
    reviewVolume: estimate,
    abstention: estimate,
    recall: nullable(estimate),
  }),
  certificate: fields({
    certified: TRUTH,
    maxError: LEVEL,
    sure: LEVEL,
    n: COUNT,
    accepted: COUNT,
    errors: COUNT,
    coverage: SHARE,
    threshold: nullable(AMOUNT),
    upperBound: nullable(SHARE),
    method: TEXT,
    seed: COUNT,
    dataHash: DIGEST,
    assumptions: TEXTS,
    spec: reference("spec"),
  }),
  choices: fields({
    on: SCORE,
    below: { enum: ["review", "abstain"] },
    current: nullable(thresholds),
    by: TEXTS,
    perSegment: TRUTH,
    level: LEVEL,
    seed: COUNT,
    fittedHere: TRUTH,
  }),
  source: SOURCE,
};

/**
 * The JSON Schema of `candor.policy/1`: what `openPolicy` holds a document against before it looks at its numbers. The
 * calibrator is described by `candor.calibrator/1`.
 */
export const policySchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "candor.policy/1",
  ...withOptional(
    fields({
      schema: { const: "candor.policy/1" },
      version: TEXT,
      created: nullable(TEXT),
      task: { enum: ["binary", "multiclass", "confidence"] },
      scoreKind: { enum: ["probability", "confidence", "probabilities", "logits"] },
      classNames: TEXTS,
      source: nullable(reference("source")),
      n: AMOUNT,
      effectiveN: AMOUNT,
      objective: reference("objective"),
      costs: nullable(reference("costs")),
      capacity: nullable(fields(CAPACITY)),
      choices: reference("choices"),
      dataHash: nullable(DIGEST),
      rule: reference("rule"),
      thresholds,
      expected: nullable(expected),
      alternatives: listOf(fields({ name: TEXT, expected, saving: nullable(estimate) })),
      certificate: nullable(certificate),
      perSegment: {
        ...listOf(
          fields({
            by: TEXT,
            name: TEXT,
            n: AMOUNT,
            expected,
            certificate: nullable(certificate),
            missingLabels: nullable(AMOUNT),
          }),
        ),
        maxItems: 200,
      },
      missingLabels: nullable(AMOUNT),
      curve: {
        ...listOf(
          fields({
            threshold: AMOUNT,
            coverage: SHARE,
            error: SHARE,
            errorLower: SHARE,
            errorUpper: SHARE,
            cost: nullable(NUMBER),
            precision: nullable(SHARE),
            recall: nullable(SHARE),
          }),
        ),
        maxItems: 200,
      },
      capacityCurve: listOf(
        fields({ reviews: AMOUNT, thresholds, coverage: SHARE, error: nullable(SHARE), cost: nullable(NUMBER) }),
      ),
      verdict: fields({
        status: { enum: ["ready", "certified", "not-certified", "unreachable"] },
        sentence: TEXT,
      }),
      warnings: TEXTS,
      calibrator: nullable({ type: "object" }),
      fingerprint: DIGEST,
    }),
    { inDistribution: fields({ ...DEMAND, outside: estimate }) },
  ),
  $defs: DEFINITIONS,
};
