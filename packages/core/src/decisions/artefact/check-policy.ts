import { checkFingerprint } from "../../calibration/artefact/check-fingerprint.ts";
import { checkJsonSchema } from "../../calibration/artefact/json-schema.ts";
import { openCalibrator } from "../../calibration/artefact/open-calibrator.ts";
import { InputError } from "../../errors.ts";
import { checkByHand } from "../by-hand.ts";
import { capacityShare, checkCostMatrix, checkCosts } from "../check-costs.ts";
import type { DecisionRule, PolicyDocument, Thresholds } from "../policy.ts";
import { policyFingerprint } from "./policy-fingerprint.ts";
import { policySchema } from "./policy-schema.ts";

const SCHEMA = "candor.policy/1";

function checkVersion(value: unknown): void {
  const schema = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (schema === SCHEMA) return;
  if (typeof schema !== "string")
    throw new InputError("incompatible", `this is no policy: expected an object with "schema": "${SCHEMA}"`);
  const newer = schema.startsWith("candor.policy/") ? "; another version of Candor made it" : "";
  throw new InputError("incompatible", `schema: expected "${SCHEMA}", got ${JSON.stringify(schema)}${newer}`);
}

function checkShape(value: unknown): asserts value is PolicyDocument {
  checkVersion(value);
  checkJsonSchema(policySchema, value);
}

/** Runs a check; what it says is said of `path`. */
function at(path: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!InputError.is(error)) throw error;
    throw new InputError(error.code, `${path}: ${error.message}`, error.index);
  }
}

function checkObjective({ objective, costs, capacity }: PolicyDocument): void {
  if (objective.kind === "costs") at("objective.costs", () => checkCosts(objective.costs));
  if (objective.kind === "thresholds") at("objective.thresholds", () => checkByHand(objective.thresholds));
  if (objective.kind === "cost-matrix") at("objective.matrix", () => checkCostMatrix(objective.matrix));
  if (costs) at("costs", () => checkCosts(costs));
  if (capacity) at("capacity", () => capacityShare(capacity));
}

function isSame(a: Thresholds, b: Thresholds): boolean {
  return a.act === b.act && a.abstain === b.abstain;
}

function checkRule({ rule, thresholds, task, classNames, objective, inDistribution }: PolicyDocument): void {
  if (rule.inDistribution?.column !== inDistribution?.column || rule.inDistribution?.level !== inDistribution?.level)
    throw new InputError("incompatible", "rule.inDistribution: expected what the policy demands, got something else");
  if (rule.kind === "least-cost") {
    if (objective.kind === "thresholds")
      throw new InputError("incompatible", "rule: expected the thresholds of the objective, got a cost matrix");
    at("rule.matrix", () => checkCostMatrix(rule.matrix));
    if (rule.matrix.classNames.join("\n") !== classNames.join("\n"))
      throw new InputError(
        "incompatible",
        `rule.matrix.classNames: expected ${classNames.join(", ")}, got ${rule.matrix.classNames.join(", ")}`,
      );
    return;
  }
  if (rule.on === "positive" && task !== "binary")
    throw new InputError("incompatible", `rule.on: expected "confidence" for ${task} predictions, got "positive"`);
  if (!isSame(rule.thresholds, thresholds))
    throw new InputError("incompatible", "rule.thresholds: expected those of the policy, got others");
  if (objective.kind === "thresholds" && (rule.kind !== "threshold" || !isSame(objective.thresholds, thresholds)))
    throw new InputError("incompatible", "rule: expected the thresholds of the objective, got others");
  if (rule.kind === "threshold-per-segment") checkSegments(rule);
}

function checkSegments({ columns, segments }: Extract<DecisionRule, { kind: "threshold-per-segment" }>): void {
  const seen = new Set<string>();
  segments.forEach(({ values }, i) => {
    const key = JSON.stringify(values);
    if (values.length !== columns.length)
      throw new InputError(
        "shape-mismatch",
        `rule.segments[${i}].values: expected one for each of ${columns.length} columns, got ${values.length}`,
      );
    if (seen.has(key)) throw new InputError("incompatible", `rule.segments[${i}].values: ${key} is listed twice`);
    seen.add(key);
  });
}

/** A policy with a risk target acts exactly where its certificate says. */
function checkCertificate({ certificate, objective, rule, dataHash, verdict }: PolicyDocument): void {
  if ((certificate === null) !== (objective.kind !== "risk"))
    throw new InputError(
      "incompatible",
      `certificate: expected ${certificate === null ? "one for a risk target" : "null without a risk target"}`,
    );
  if (certificate === null || objective.kind !== "risk" || rule.kind === "least-cost") return;
  if (certificate.certified !== (certificate.threshold !== null))
    throw new InputError(
      "incompatible",
      `certificate.threshold: expected ${certificate.certified ? "a number" : "null where nothing is certified"}, got ${certificate.threshold}`,
    );
  if (certificate.dataHash !== dataHash)
    throw new InputError("incompatible", `certificate.dataHash: expected ${dataHash}, got ${certificate.dataHash}`);
  if (certificate.maxError !== objective.maxError || certificate.sure !== objective.sure)
    throw new InputError(
      "incompatible",
      `certificate: expected at most ${objective.maxError}, ${objective.sure} sure, got ${certificate.maxError}, ${certificate.sure}`,
    );
  if (rule.kind === "threshold-per-segment" && rule.thresholds.act !== null)
    throw new InputError(
      "incompatible",
      `rule.thresholds.act: expected null for segments without a certificate, got ${rule.thresholds.act}`,
    );
  const acts = rule.kind === "threshold" ? [rule.thresholds.act] : rule.segments.map((one) => one.thresholds.act);
  const lowest = acts.reduce<number | null>((low, act) => (act === null ? low : Math.min(low ?? act, act)), null);
  if (lowest !== certificate.threshold)
    throw new InputError(
      "incompatible",
      `rule: expected to act from ${certificate.threshold}, as certified, got ${lowest}`,
    );
  if ((verdict.status === "certified") !== certificate.certified)
    throw new InputError(
      "incompatible",
      `verdict.status: expected "${certificate.certified ? "certified" : "not-certified"}", got "${verdict.status}"`,
    );
}

/**
 * Lets a JSON value pass that is a sealed policy in its entirety: version, fields, fingerprint, rule, certificate.
 *
 * @throws {InputError} naming the path, what was expected and what came
 */
export function checkPolicy(value: unknown): asserts value is PolicyDocument {
  checkShape(value);
  checkFingerprint(value, policyFingerprint(value), "policy");
  checkObjective(value);
  checkRule(value);
  checkCertificate(value);
  const { calibrator } = value;
  if (calibrator) at("calibrator", () => openCalibrator(calibrator));
}
