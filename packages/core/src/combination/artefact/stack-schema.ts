import type { JsonSchema } from "../../calibration/artefact/json-schema.ts";
import {
  AMOUNT,
  COUNT,
  DIGEST,
  fields,
  INTERVAL,
  listOf,
  NUMBER,
  nullable,
  SHARE,
  SPEC,
  TEXT,
  TRUTH,
} from "../../calibration/artefact/schema-parts.ts";

const DIRECTION: JsonSchema = { enum: ["up", "down"] };
const SCALE: JsonSchema = { enum: ["logit", "identity"] };

const ESTIMATE = fields({
  value: NUMBER,
  lower: nullable(NUMBER),
  upper: nullable(NUMBER),
  level: SHARE,
  n: AMOUNT,
  effectiveN: AMOUNT,
  interval: INTERVAL,
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
      fields({ name: TEXT, direction: DIRECTION, scale: SCALE, cost: AMOUNT, missing: SHARE, used: TRUTH }),
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
