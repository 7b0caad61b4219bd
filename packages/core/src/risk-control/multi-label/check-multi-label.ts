import { checkJsonSchema } from "../../calibration/artefact/json-schema.ts";
import {
  AMOUNT,
  COUNT,
  fields,
  INTERVAL,
  LEVEL,
  listOf,
  NUMBER,
  nullable,
  SPEC,
  TEXT,
  TRUTH,
} from "../../calibration/artefact/schema-parts.ts";
import { BASE } from "../../conformal/artefact/conformal-schema.ts";
import { InputError } from "../../errors.ts";
import type { MultiLabelDocument } from "./multi-label-document.ts";

const SCHEMA = "candor.multi-label/1";
/** How far an upper bound may be above the target because of rounding, relative. */
const ROUNDING = 1e-9;

const ESTIMATE = fields({
  value: AMOUNT,
  lower: AMOUNT,
  upper: AMOUNT,
  level: LEVEL,
  n: COUNT,
  effectiveN: AMOUNT,
  interval: INTERVAL,
  spec: SPEC,
});

const DOCUMENT = fields({
  schema: { const: SCHEMA },
  version: TEXT,
  created: nullable(TEXT),
  risk: { enum: ["fnr", "fdr"] },
  target: LEVEL,
  sure: nullable(LEVEL),
  method: { enum: ["crc", "rcps", "ltt"] },
  bound: {
    anyOf: [
      { type: "string", enum: ["hoeffding-bentkus", "binomial", "hoeffding", "maurer-pontil", "betting"] },
      { type: "null" },
    ],
  },
  correction: {
    anyOf: [{ type: "string", enum: ["fixed-sequence", "bonferroni", "holm"] }, { type: "null" }],
  },
  threshold: NUMBER,
  attained: TRUTH,
  calibrationRisk: AMOUNT,
  upperBound: AMOUNT,
  n: { type: "integer", minimum: 1 },
  rows: { type: "integer", minimum: 1 },
  qualifying: COUNT,
  meanLabels: AMOUNT,
  missingRows: nullable(COUNT),
  labelNames: listOf(TEXT, 1),
  candidates: fields({ from: NUMBER, to: NUMBER, count: { type: "integer", minimum: 2 } }),
  source: BASE["source"],
  dataHash: BASE["dataHash"],
  assumptions: listOf(TEXT),
  warnings: listOf(TEXT),
  evaluation: nullable(fields({ rows: COUNT, n: COUNT, risk: ESTIMATE, meanLabels: ESTIMATE, empty: COUNT })),
  fingerprint: BASE["fingerprint"],
});

function wrong(path: string, expected: string, got: unknown): never {
  throw new InputError("incompatible", `${path}: expected ${expected}, got ${got}`);
}

function checkVersion(value: unknown): void {
  const schema = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (schema === SCHEMA) return;
  if (typeof schema !== "string")
    throw new InputError(
      "incompatible",
      `this is no threshold of labels: expected an object with "schema": "${SCHEMA}"`,
    );
  const newer = schema.startsWith("candor.multi-label/") ? "; another version of Candor made it" : "";
  throw new InputError("incompatible", `schema: expected "${SCHEMA}", got ${JSON.stringify(schema)}${newer}`);
}

function checkMethod({ method, risk, sure, bound, correction }: MultiLabelDocument): void {
  const isSure = method !== "crc";
  if (isSure !== (sure !== null)) wrong("sure", isSure ? `a probability for ${method}` : "null for crc", sure);
  if (isSure !== (bound !== null)) wrong("bound", isSure ? `a bound for ${method}` : "null for crc", bound);
  if ((method === "ltt") !== (correction !== null))
    wrong("correction", method === "ltt" ? "a correction for ltt" : `null for ${method}`, correction);
  if (method === "rcps" && risk !== "fnr") wrong("method", "crc or ltt for fdr", method);
}

function checkThreshold(document: MultiLabelDocument): void {
  const { attained, candidates, missingRows, qualifying, risk, target, threshold, upperBound } = document;
  const { from, to, count } = candidates;
  if (!(to > from)) wrong("candidates.to", `more than ${from}`, to);
  if (!(threshold >= from && threshold <= to)) wrong("threshold", `a number from ${from} to ${to}`, threshold);
  if (attained !== (missingRows === 0)) wrong("missingRows", attained ? "0" : "a count above 0, or null", missingRows);
  if (attained !== qualifying > 0 || qualifying > count)
    wrong("qualifying", attained ? `1 to ${count}` : "0", qualifying);
  if (attained && upperBound > target * (1 + ROUNDING)) wrong("upperBound", `at most ${target}`, upperBound);
  const strictest = risk === "fnr" ? from : to;
  if (!attained && threshold !== strictest)
    wrong("threshold", `${strictest}, the most conservative one, as none is attained`, threshold);
}

function checkCounts({ n, rows, risk, labelNames, meanLabels, evaluation }: MultiLabelDocument): void {
  if (new Set(labelNames).size !== labelNames.length) wrong("labelNames", "each name once", labelNames.join(", "));
  if (risk === "fdr" ? n !== rows : n > rows) wrong("n", risk === "fdr" ? `${rows}` : `at most ${rows}`, n);
  if (meanLabels > labelNames.length) wrong("meanLabels", `at most ${labelNames.length}`, meanLabels);
  if (evaluation === null) return;
  if (evaluation.n > evaluation.rows) wrong("evaluation.n", `at most ${evaluation.rows}`, evaluation.n);
  if (evaluation.empty > evaluation.rows) wrong("evaluation.empty", `at most ${evaluation.rows}`, evaluation.empty);
}

function checkShape(value: unknown): asserts value is MultiLabelDocument {
  checkJsonSchema(DOCUMENT, value);
}

/**
 * Lets a JSON value pass that is a threshold of labels, but for its fingerprint.
 *
 * @throws {InputError} `incompatible`, naming the path, what was expected and what came
 */
export function checkMultiLabel(value: unknown): asserts value is MultiLabelDocument {
  checkVersion(value);
  checkShape(value);
  checkMethod(value);
  checkThreshold(value);
  checkCounts(value);
}
