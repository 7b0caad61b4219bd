import type { JsonSchema } from "../../calibration/artefact/json-schema.ts";
import {
  AMOUNT,
  COUNT,
  DIGEST,
  fields,
  INTERVAL,
  LEVEL,
  listOf,
  NUMBER,
  nullable,
  SHARE,
  SOURCE,
  SPEC,
  TEXT,
  TRUTH,
} from "../../calibration/artefact/schema-parts.ts";

const ESTIMATE = fields(
  {
    value: NUMBER,
    lower: nullable(NUMBER),
    upper: nullable(NUMBER),
    level: SHARE,
    n: COUNT,
    effectiveN: AMOUNT,
    interval: INTERVAL,
    spec: SPEC,
  },
  { z: NUMBER, pValue: SHARE },
);

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
  pValue: nullable(SHARE),
});

const WEIGHTED = fields({ scores: listOf(NUMBER), weights: listOf(AMOUNT) }, { thinnedFrom: COUNT });

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
  level: LEVEL,
  n: COUNT,
  rank: nullable({ type: "integer", minimum: 1 }),
  quantile: nullable(NUMBER),
  coverageRange: nullable(fields({ lower: SHARE, upper: SHARE })),
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
  coverage: SHARE,
  meanSize: nullable(NUMBER),
  classCoverage: listOf(nullable(SHARE)),
};
