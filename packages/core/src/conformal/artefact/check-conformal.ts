import { checkFingerprint } from "../../calibration/artefact/check-fingerprint.ts";
import { InputError } from "../../errors.ts";
import type { ConformalDocument } from "../conformal-document.ts";
import { checkIntervals } from "./check-intervals.ts";
import { checkSets } from "./check-sets.ts";
import { conformalFingerprint } from "./conformal-fingerprint.ts";

const SCHEMA = "candor.conformal/1";

function checkVersion(value: unknown): void {
  const schema = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (schema === SCHEMA) return;
  if (typeof schema !== "string")
    throw new InputError(
      "incompatible",
      `this is no conformal document: expected an object with "schema": "${SCHEMA}"`,
    );
  const newer = schema.startsWith("candor.conformal/") ? "; another version of Candor made it" : "";
  throw new InputError("incompatible", `schema: expected "${SCHEMA}", got ${JSON.stringify(schema)}${newer}`);
}

function checkContent(value: unknown): asserts value is ConformalDocument {
  checkVersion(value);
  const task = typeof value === "object" && value !== null && "task" in value ? value.task : undefined;
  if (task === "classification") checkSets(value);
  else if (task === "regression") checkIntervals(value);
  else
    throw new InputError(
      "incompatible",
      `task: expected "classification" or "regression", got ${JSON.stringify(task) ?? "nothing"}`,
    );
}

function wrong(path: string, expected: unknown, got: unknown): never {
  throw new InputError("incompatible", `${path}: expected ${expected}, got ${got}`);
}

/** Plain fields that repeat what the evaluation or the only part says. */
function checkRepeated(document: ConformalDocument): void {
  const { evaluation, coverage, meanSize, rank, parts, condition } = document;
  if ((evaluation === null) !== (coverage === undefined))
    wrong("coverage", evaluation === null ? "nothing without an evaluation" : "that of the evaluation", coverage);
  if (evaluation !== null && coverage !== evaluation.coverage.value)
    wrong("coverage", evaluation.coverage.value, coverage);
  if (evaluation !== null && meanSize !== undefined && meanSize !== (evaluation.meanSize?.value ?? null))
    wrong("meanSize", evaluation.meanSize?.value ?? null, meanSize);
  if (rank !== (condition.kind === "none" ? parts[0].rank : null))
    wrong("rank", condition.kind === "none" ? parts[0].rank : null, rank);
}

/**
 * Lets a JSON value pass that is a sealed conformal document in its entirety: version, fields, fingerprint, thresholds.
 *
 * @throws {InputError} naming the path, what was expected and what came
 */
export function checkConformal(value: unknown): asserts value is ConformalDocument {
  checkContent(value);
  checkFingerprint(value, conformalFingerprint(value), "document");
  checkRepeated(value);
}
