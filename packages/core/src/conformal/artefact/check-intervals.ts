import { checkJsonSchema, type JsonSchema } from "../../calibration/artefact/json-schema.ts";
import { InputError } from "../../errors.ts";
import type { ConformalIntervals } from "../conformal-document.ts";
import { checkParts } from "./check-parts.ts";
import {
  BASE,
  fields,
  kind,
  listOf,
  NUMBER,
  nullable,
  PART,
  TESTED,
  TEXT,
  TRUTH,
  UPPER_PART,
  WEIGHTED_PART,
  WEIGHTED_UPPER_PART,
} from "./conformal-schema.ts";

const SIMPLE = ["split", "split-signed", "normalised", "gamma", "cqr", "cqr-asymmetric", "cqr-r", "cqr-m"];

function schemaOf(part: JsonSchema): JsonSchema {
  return fields(
    {
      ...BASE,
      task: { const: "regression" },
      interval: { anyOf: [...SIMPLE.map((name) => kind(name)), kind("predictive-system", { isNormalised: TRUTH })] },
      quantileLevels: nullable({ type: "array", items: NUMBER, minItems: 2, maxItems: 2 }),
      condition: { anyOf: [kind("none"), kind("groups", { columns: listOf(TEXT, 1) })] },
      parts: listOf(part, 1),
      residuals: nullable(listOf(NUMBER)),
    },
    TESTED,
  );
}

const ONE_SIDED = schemaOf(fields(PART, WEIGHTED_PART));
const TWO_SIDED = schemaOf(fields({ ...PART, ...UPPER_PART }, WEIGHTED_UPPER_PART));

function hasTwoSides(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("parts" in value) || !Array.isArray(value.parts)) return false;
  const [part] = value.parts;
  return typeof part === "object" && part !== null && "upperRank" in part;
}

function checkShape(value: unknown): asserts value is ConformalIntervals {
  checkJsonSchema(hasTwoSides(value) ? TWO_SIDED : ONE_SIDED, value);
}

/**
 * Lets a JSON value pass that is a document of prediction intervals, but for its fingerprint.
 *
 * @throws {InputError} `incompatible`, naming the path, what was expected and what came
 */
export function checkIntervals(value: unknown): asserts value is ConformalIntervals {
  checkShape(value);
  const { condition, parts } = value;
  if (condition.kind === "none" && parts.length !== 1)
    throw new InputError("incompatible", `parts: expected one part for all rows, got ${parts.length}`);
  checkParts(value, condition.kind === "none" ? 0 : condition.columns.length, false);
}
