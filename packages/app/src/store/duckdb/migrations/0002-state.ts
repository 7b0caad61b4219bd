import type { Migration } from "../migration.ts";

/** Projects, keys, artefacts, activations and the audit. */
export const state: Migration = {
  number: 2,
  name: "state",
  sql: `
CREATE TABLE projects (
  id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  created_at BIGINT NOT NULL,
  demo BOOLEAN NOT NULL,
  settings VARCHAR NOT NULL
);

CREATE TABLE keys (
  id VARCHAR NOT NULL,
  hash VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  project VARCHAR,
  roles VARCHAR NOT NULL,
  created_at BIGINT NOT NULL,
  last_four VARCHAR NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT
);

CREATE TABLE artefacts (
  sequence BIGINT NOT NULL,
  id VARCHAR NOT NULL,
  project VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  model VARCHAR NOT NULL,
  version VARCHAR,
  created_at BIGINT NOT NULL,
  created_by VARCHAR NOT NULL,
  note VARCHAR,
  document VARCHAR NOT NULL
);

CREATE TABLE activations (
  sequence BIGINT NOT NULL,
  project VARCHAR NOT NULL,
  model VARCHAR NOT NULL,
  version VARCHAR,
  route VARCHAR,
  calibrator_id VARCHAR,
  policy_id VARCHAR,
  activated_at BIGINT NOT NULL,
  activated_by VARCHAR NOT NULL
);

CREATE TABLE audit (
  sequence BIGINT NOT NULL,
  "at" BIGINT NOT NULL,
  actor VARCHAR NOT NULL,
  project VARCHAR,
  action VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  details VARCHAR NOT NULL
);
`,
};
