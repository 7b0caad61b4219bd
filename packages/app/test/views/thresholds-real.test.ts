import { existsSync } from "node:fs";
import {
  addToCells,
  correctness,
  createCells,
  type DecisionScore,
  decisionCells,
  makePolicy,
  type PolicyDocument,
  type Predictions,
  policyFromCells,
  softmax,
  type Thresholds,
  timeGrid,
  topLabel,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { classData, data, npy } from "../calibrate/class-data.ts";

const present = existsSync(data);
const source = { name: "real", rows: 0, skipped: [], columns: {}, approximate: true, notes: [] };

/** The same thresholds judged on rows and on cells. */
function both(rows: Predictions, on: DecisionScore, thresholds: Thresholds): readonly [PolicyDocument, PolicyDocument] {
  if (rows.task === "multiclass") throw new TypeError("cells are of one score");
  const cells = createCells(timeGrid);
  const [scores, outcomes] =
    rows.task === "binary" ? [rows.probabilities, rows.outcomes] : [rows.confidences, rows.correct];
  addToCells(cells, scores, outcomes);
  const scoreKind = rows.task === "binary" ? "probability" : "confidence";
  return [
    makePolicy(rows, { version: "1", source, objective: { kind: "thresholds", thresholds }, on }),
    policyFromCells(
      decisionCells(cells, undefined, { task: rows.task, on }),
      { scoreKind, classNames: rows.classNames },
      thresholds,
      { version: "1", source },
    ),
  ];
}

function checkEqual([rows, cells]: readonly [PolicyDocument, PolicyDocument]): void {
  expect(cells.n).toBe(rows.n);
  for (const name of ["coverage", "error", "reviewVolume", "abstention", "recall"] as const)
    for (const end of ["value", "lower", "upper", "n"] as const)
      expect([name, end, cells.expected?.[name]?.[end]]).toEqual([name, end, rows.expected?.[name]?.[end]]);
  expect(cells.verdict.sentence).toBe(rows.verdict.sentence);
  expect(cells.warnings).toEqual(rows.warnings);
}

describe.runIf(present || process.env["CI"] === "true")("thresholds on real predictions (../shared/data)", () => {
  it("policyFromCells(...) of 277 677 predictions of employment says what makePolicy says of the rows", () => {
    const probabilities = npy("drift_employment_ma", "p.npy").values;
    const outcomes = Uint8Array.from(npy("drift_employment_ma", "y.npy").values);
    const rows: Predictions = {
      task: "binary",
      rows: outcomes.length,
      classNames: ["no", "yes"],
      segments: [],
      probabilities,
      outcomes,
    };
    checkEqual(both(rows, "confidence", { act: 0.85, abstain: 0.6 }));
    checkEqual(both(rows, "positive", { act: 216 / 240, abstain: 0.1 }));
  });
  it("policyFromCells(...) of a network's top labels says what makePolicy says of the rows", () => {
    const { logits, labels } = classData("c10_densenet40_logits", "logits_test.npy", "labels_test.npy");
    const { predicted, confidence } = topLabel(softmax(logits));
    const rows: Predictions = {
      task: "confidence",
      rows: labels.length,
      classNames: [],
      segments: [],
      confidences: confidence,
      correct: correctness(predicted, labels),
    };
    for (const act of [0.5, 0.9, 239 / 240, 1 - 2 ** -10 / 240])
      checkEqual(both(rows, "confidence", { act, abstain: null }));
  });
});
