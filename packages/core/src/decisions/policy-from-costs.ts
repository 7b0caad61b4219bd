import type { ScoreDescription } from "../calibration/artefact/check-compatible.ts";
import type { Calibrator, ScoreKind } from "../calibration/calibrator.ts";
import { InputError } from "../errors.ts";
import type { Task } from "../report/document.ts";
import { sealPolicy } from "./artefact/seal-policy.ts";
import { checkCostMatrix } from "./check-costs.ts";
import { emptyRegions, thresholdsFromCosts } from "./cost-thresholds.ts";
import { matrixThresholds } from "./matrix-policy.ts";
import type { CostMatrix, Costs, DecisionScore, PolicyDocument } from "./policy.ts";
import { emptySentence, scoreName, thresholdsSentence } from "./words.ts";

/** Options of `policyFromCosts`. */
export interface CostPolicyOptions {
  /** Version of Candor, recorded in the document. */
  readonly version: string;
  /** ISO 8601, or null. Default null. */
  readonly created?: string | null;
  /** Default `confidence`; `positive` for probabilities of a positive class only. Cost matrices do not use it. */
  readonly on?: DecisionScore;
}

const TASKS: Readonly<Record<ScoreKind, Task>> = {
  probability: "binary",
  confidence: "confidence",
  probabilities: "multiclass",
  logits: "multiclass",
};

/**
 * The policy of costs for calibrated scores, without any rows: its thresholds follow from the costs alone.
 *
 * @param scores the calibrator that makes them, or what they are
 * @param costs of decisions, or a cost matrix of the classes
 * @returns a sealed document; nothing is expected of it, because no outcomes were seen
 * @throws {InputError} as `thresholdsFromCosts` and `checkCostMatrix`; `incompatible` where the scores do not go with them
 */
export function policyFromCosts(
  scores: Calibrator | ScoreDescription,
  costs: Costs | CostMatrix,
  options: CostPolicyOptions,
): PolicyDocument {
  const { version, created = null, on = "confidence" } = options;
  const { scoreKind, classNames } = scores;
  const task = TASKS[scoreKind];
  const isMatrix = "costs" in costs;
  if (!isMatrix && on === "positive" && task !== "binary")
    throw new InputError("incompatible", `a policy on the positive class needs its probability, got ${scoreKind}`);
  if (isMatrix) {
    checkCostMatrix(costs);
    if (task === "confidence")
      throw new InputError("incompatible", "a cost matrix needs a probability per class, got confidences");
    if (costs.classNames.join("\n") !== classNames.join("\n"))
      throw new InputError(
        "incompatible",
        `the cost matrix is for the classes ${costs.classNames.join(", ")}; the scores have ${classNames.join(", ")}`,
      );
  }
  const thresholds = isMatrix ? matrixThresholds(costs) : thresholdsFromCosts(costs).thresholds;
  const empty = isMatrix ? "" : emptySentence(emptyRegions(thresholds));
  const sentence = isMatrix
    ? "Each row takes the choice of least expected cost."
    : `${thresholdsSentence(thresholds, scoreName(on, on === "positive" ? classNames[1] : undefined))}.`;
  return sealPolicy({
    schema: "candor.policy/1",
    version,
    created,
    task,
    scoreKind,
    classNames,
    source: null,
    n: 0,
    effectiveN: 0,
    objective: isMatrix ? { kind: "cost-matrix", matrix: costs } : { kind: "costs", costs },
    costs: null,
    capacity: null,
    choices: {
      on,
      below: on === "positive" ? "abstain" : "review",
      current: null,
      by: [],
      perSegment: false,
      level: 0.95,
      seed: 0,
      fittedHere: false,
    },
    dataHash: null,
    rule: isMatrix ? { kind: "least-cost", matrix: costs } : { kind: "threshold", on, thresholds },
    thresholds,
    expected: null,
    alternatives: [],
    certificate: null,
    perSegment: [],
    missingLabels: null,
    curve: [],
    capacityCurve: [],
    verdict: { status: "ready", sentence },
    warnings: [
      ...(empty === "" ? [] : [empty]),
      "No outcomes were seen: the thresholds cost least where the scores are calibrated.",
    ],
    calibrator: "schema" in scores ? scores : null,
  });
}
