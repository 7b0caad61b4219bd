import { canonicalJson } from "../../calibration/artefact/canonical-json.ts";
import type { ScoreDescription } from "../../calibration/artefact/check-compatible.ts";
import { sha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import type { Calibrator, ScoreKind } from "../../calibration/calibrator.ts";
import { InputError } from "../../errors.ts";
import type { ReportDocument, Task } from "../../report/document.ts";
import { sealPolicy } from "../artefact/seal-policy.ts";
import { BY_HAND, byHandVerdict, checkByHand, checkPriced } from "../by-hand.ts";
import { capacityShare } from "../check-costs.ts";
import type { Capacity, Costs, ExpectedOutcome, PolicyAlternative, PolicyDocument, Thresholds } from "../policy.ts";
import { decisionCurve } from "./cells-curve.ts";
import type { DecisionCells } from "./decision-cells.ts";
import { thresholdOutcome } from "./threshold-outcome.ts";

/** Options of `policyFromCells`. */
export interface CellPolicyOptions {
  /** Version of Candor, recorded in the document. */
  readonly version: string;
  /** Which predictions the cells are of. `approximate` says that they were not seen one by one. */
  readonly source: ReportDocument["source"];
  /** ISO 8601, or null. Default null. */
  readonly created?: string | null;
  /** Default null. */
  readonly costs?: Costs | null;
  /** Default null. */
  readonly capacity?: Capacity | null;
  /** Thresholds in use today, to compare with. Default null. */
  readonly current?: Thresholds | null;
  /** Coverage of the intervals, in (0, 1). Default 0.95. */
  readonly level?: number;
}

const TASKS: Readonly<Record<ScoreKind, Task>> = {
  probability: "binary",
  confidence: "confidence",
  probabilities: "multiclass",
  logits: "multiclass",
};

function expectedOf(
  cells: DecisionCells,
  thresholds: Thresholds,
  { costs = null, level = 0.95 }: CellPolicyOptions,
): ExpectedOutcome {
  const { coverage, error, cost, reviewVolume, abstention, recall } = thresholdOutcome(cells, thresholds, {
    costs,
    level,
  });
  return { coverage, error, cost, reviewVolume, abstention, recall };
}

function alternativesTo(cells: DecisionCells, options: CellPolicyOptions): PolicyAlternative[] {
  const { costs = null, capacity = null, current = null } = options;
  const canReviewAll = capacity === null || capacityShare(capacity) === 1;
  const ways: { name: string; thresholds: Thresholds }[] = [
    { name: "act on all", thresholds: { act: 0, abstain: null } },
    ...(canReviewAll && (costs === null || costs.review !== null)
      ? [{ name: "review all", thresholds: { act: null, abstain: null } }]
      : []),
    ...(current === null ? [] : [{ name: "current threshold", thresholds: current }]),
  ];
  return ways.map(({ name, thresholds }) => ({
    name,
    expected: expectedOf(cells, thresholds, options),
    saving: null,
  }));
}

/**
 * The policy of thresholds set by hand, with what they lead to on the predictions that cells were made of.
 *
 * @param cells from `decisionCells`; its fingerprint becomes the hash of the data
 * @param scores the calibrator that makes the confidences of the cells, or what scores are where none does
 * @param thresholds in [0, 1]; best among `thresholdStops`, where every number is exact
 * @returns a sealed document of the objective `thresholds`, without a certificate
 * @throws {InputError} `out-of-range`, `incompatible` for thresholds, costs and scores; `empty` without predictions
 */
export function policyFromCells(
  cells: DecisionCells,
  scores: Calibrator | ScoreDescription,
  thresholds: Thresholds,
  options: CellPolicyOptions,
): PolicyDocument {
  const { version, source, created = null, costs = null, capacity = null, current = null, level = 0.95 } = options;
  const { on } = cells;
  const { scoreKind, classNames } = scores;
  const task = TASKS[scoreKind];
  checkByHand(thresholds);
  if (on === "positive" && task !== "binary")
    throw new InputError("incompatible", `a policy on the positive class needs its probability, got ${scoreKind}`);
  if (capacity) capacityShare(capacity);
  const expected = expectedOf(cells, thresholds, options);
  if (costs) checkPriced(costs, expected);
  const positive = on === "positive" ? classNames[1] : undefined;
  const n = cells.count.reduce((sum, count) => sum + count, 0);
  const weight = cells.weight.reduce((sum, w) => sum + w, 0);
  const squared = cells.squared.reduce((sum, w) => sum + w, 0);
  const { divided } = thresholdOutcome(cells, thresholds);
  return sealPolicy({
    schema: "candor.policy/1",
    version,
    created,
    task,
    scoreKind,
    classNames,
    source,
    n,
    effectiveN: squared > 0 ? (weight * weight) / squared : 0,
    objective: { kind: "thresholds", thresholds },
    costs,
    capacity,
    choices: {
      on,
      below: on === "positive" ? "abstain" : "review",
      current,
      by: [],
      perSegment: false,
      level,
      seed: 0,
      fittedHere: false,
    },
    dataHash: `sha256:${sha256(utf8(canonicalJson(cells)))}`,
    rule: { kind: "threshold", on, thresholds },
    thresholds,
    expected,
    alternatives: alternativesTo(cells, options),
    certificate: null,
    perSegment: [],
    missingLabels: null,
    curve: decisionCurve(cells, { costs, level }),
    capacityCurve: [],
    verdict: byHandVerdict(thresholds, capacity, { on, positive, expected }),
    warnings: [
      BY_HAND,
      ...(divided > 0 ? ["A threshold lies within a cell: what it leads to is of the next cell edge above."] : []),
      ...(expected.error === null && expected.coverage.value > 0
        ? ["None of the predictions that would be acted on has an outcome yet: nothing is known of their errors."]
        : []),
    ],
    calibrator: "schema" in scores ? scores : null,
  });
}
