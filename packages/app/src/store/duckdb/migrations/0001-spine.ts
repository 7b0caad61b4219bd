import type { Migration } from "../migration.ts";

/**
 * Predictions, outcomes and what is derived from them.
 *
 * `key` is a salted 64-bit hash of project and id: what is found by it is compared by `id` too, so a collision is harmless.
 * `seq` numbers predictions, and outcomes, in the order of their arrival. Times are milliseconds since 1970, buckets whole
 * hours or days since 1970. In cells, confidences and losses count in units of 2⁻³², weights in units of 2⁻²⁰; rows are
 * pieces that add up (GROUP BY stream, bucket, cell); a sum that may need more than 64 bits is its column plus 2⁶² times the
 * one named `_high`, which is nearly always 0 and then costs nothing: DuckDB adds 128-bit columns up ten times slower. `labels.seq` is that of the prediction.
 */
export const spine: Migration = {
  number: 1,
  name: "spine",
  sql: `
CREATE TABLE meta (name VARCHAR NOT NULL, value VARCHAR NOT NULL);

CREATE TABLE spine_projects (
  project INTEGER NOT NULL,
  id VARCHAR NOT NULL,
  counted VARCHAR NOT NULL,
  kept_from BIGINT,
  duplicates BIGINT NOT NULL,
  conflicts BIGINT NOT NULL,
  refused BIGINT NOT NULL
);

CREATE TABLE cohorts (
  cohort INTEGER NOT NULL,
  project INTEGER NOT NULL,
  model VARCHAR NOT NULL,
  version VARCHAR NOT NULL,
  route VARCHAR,
  task VARCHAR NOT NULL,
  segments VARCHAR NOT NULL
);

CREATE TABLE streams (
  stream INTEGER NOT NULL,
  project INTEGER NOT NULL,
  model VARCHAR NOT NULL,
  version VARCHAR NOT NULL,
  task VARCHAR NOT NULL,
  segment_key VARCHAR,
  segment_value VARCHAR
);

CREATE TABLE cohort_streams (cohort INTEGER NOT NULL, stream INTEGER NOT NULL);

CREATE TABLE predictions (
  seq BIGINT NOT NULL,
  project INTEGER NOT NULL,
  key UBIGINT NOT NULL,
  id VARCHAR NOT NULL,
  cohort INTEGER NOT NULL,
  time BIGINT NOT NULL,
  received BIGINT NOT NULL,
  grid SMALLINT NOT NULL,
  raw_confidence DOUBLE,
  confidence DOUBLE,
  lower DOUBLE,
  upper DOUBLE,
  decision UTINYINT,
  certified BOOLEAN,
  calibrator VARCHAR,
  policy VARCHAR,
  propensity DOUBLE,
  prediction VARCHAR,
  evidence VARCHAR,
  own_route VARCHAR,
  own_segments VARCHAR
);

CREATE TABLE outcomes (
  seq BIGINT NOT NULL,
  project INTEGER NOT NULL,
  key UBIGINT NOT NULL,
  id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  value UTINYINT,
  label VARCHAR,
  observed BIGINT NOT NULL,
  received BIGINT NOT NULL
);

CREATE TABLE labels (
  seq BIGINT NOT NULL,
  project INTEGER NOT NULL,
  cohort INTEGER NOT NULL,
  time BIGINT NOT NULL,
  grid SMALLINT NOT NULL,
  confidence DOUBLE,
  propensity DOUBLE,
  outcome UTINYINT NOT NULL,
  observed BIGINT NOT NULL,
  received BIGINT NOT NULL
);

CREATE TABLE orphans (project INTEGER NOT NULL, key UBIGINT NOT NULL, id VARCHAR NOT NULL, received BIGINT NOT NULL);

CREATE TABLE contents (
  project INTEGER NOT NULL,
  key UBIGINT NOT NULL,
  id VARCHAR NOT NULL,
  content VARCHAR NOT NULL,
  expires BIGINT NOT NULL
);

CREATE TABLE erased (project INTEGER NOT NULL, key UBIGINT NOT NULL);

CREATE TABLE hour_cells (
  stream INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  cell SMALLINT NOT NULL,
  predictions BIGINT NOT NULL,
  sum_confidence BIGINT NOT NULL,
  act BIGINT NOT NULL,
  review BIGINT NOT NULL,
  abstain BIGINT NOT NULL,
  uncertified BIGINT NOT NULL,
  count BIGINT NOT NULL,
  positives BIGINT NOT NULL,
  weight BIGINT NOT NULL,
  weight_positive BIGINT NOT NULL,
  squared BIGINT NOT NULL,
  squared_positive BIGINT NOT NULL,
  p BIGINT NOT NULL,
  p_positive BIGINT NOT NULL,
  pp BIGINT NOT NULL,
  loss BIGINT NOT NULL,
  sum_confidence_high BIGINT NOT NULL,
  weight_high BIGINT NOT NULL,
  weight_positive_high BIGINT NOT NULL,
  squared_high BIGINT NOT NULL,
  squared_positive_high BIGINT NOT NULL,
  p_high BIGINT NOT NULL,
  p_positive_high BIGINT NOT NULL,
  pp_high BIGINT NOT NULL,
  loss_high BIGINT NOT NULL
);

CREATE TABLE day_cells AS FROM hour_cells LIMIT 0;

CREATE VIEW hour_sums AS SELECT
  stream, bucket, cell, predictions,
  sum_confidence_high::HUGEINT * 4611686018427387904 + sum_confidence AS sum_confidence,
  act, review, abstain, uncertified, count, positives,
  weight_high::HUGEINT * 4611686018427387904 + weight AS weight,
  weight_positive_high::HUGEINT * 4611686018427387904 + weight_positive AS weight_positive,
  squared_high::HUGEINT * 4611686018427387904 + squared AS squared,
  squared_positive_high::HUGEINT * 4611686018427387904 + squared_positive AS squared_positive,
  p_high::HUGEINT * 4611686018427387904 + p AS p,
  p_positive_high::HUGEINT * 4611686018427387904 + p_positive AS p_positive,
  pp_high::HUGEINT * 4611686018427387904 + pp AS pp,
  loss_high::HUGEINT * 4611686018427387904 + loss AS loss
FROM hour_cells;

CREATE VIEW day_sums AS SELECT
  stream, bucket, cell, predictions,
  sum_confidence_high::HUGEINT * 4611686018427387904 + sum_confidence AS sum_confidence,
  act, review, abstain, uncertified, count, positives,
  weight_high::HUGEINT * 4611686018427387904 + weight AS weight,
  weight_positive_high::HUGEINT * 4611686018427387904 + weight_positive AS weight_positive,
  squared_high::HUGEINT * 4611686018427387904 + squared AS squared,
  squared_positive_high::HUGEINT * 4611686018427387904 + squared_positive AS squared_positive,
  p_high::HUGEINT * 4611686018427387904 + p AS p,
  p_positive_high::HUGEINT * 4611686018427387904 + p_positive AS p_positive,
  pp_high::HUGEINT * 4611686018427387904 + pp AS pp,
  loss_high::HUGEINT * 4611686018427387904 + loss AS loss
FROM day_cells;
`,
};
