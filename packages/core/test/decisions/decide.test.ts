import { describe, expect, it } from "vitest";
import { type DecisionRule, decide, scoredRows } from "../../src/index.ts";
import { calibratedRows } from "./samples.ts";

const rule: DecisionRule = { kind: "threshold", on: "confidence", thresholds: { act: 0.9, abstain: 0.4 } };

describe("decide", () => {
  it("decide(rule, rows) acts from `act`, abstains below `abstain`, and reviews between", () => {
    const confidence = Float64Array.of(0.95, 0.9, 0.8999, 0.4, 0.3999);
    expect([...decide(rule, { rows: 5, confidence }).codes]).toEqual([0, 0, 1, 1, 2]);
  });

  it("decide(rule, rows) reads the confidence of binary and of many classes", () => {
    const positive = Float64Array.of(0.05, 0.5, 0.92);
    expect([...decide(rule, { rows: 3, positive }).codes]).toEqual([0, 1, 0]);
    const probabilities = { data: Float64Array.of(0.92, 0.05, 0.03, 0.34, 0.33, 0.33), rows: 2, cols: 3 };
    expect([...decide(rule, { rows: 2, probabilities }).codes]).toEqual([0, 2]);
  });

  it("decide(rule, rows) takes nulls as never", () => {
    const none = { ...rule, thresholds: { act: null, abstain: null } };
    expect([...decide(none, { rows: 2, confidence: Float64Array.of(0, 1) }).codes]).toEqual([1, 1]);
  });

  it("decide(rule, rows) finds the thresholds of a segment by its values, and the others' for the rest", () => {
    const segmented: DecisionRule = {
      kind: "threshold-per-segment",
      on: "confidence",
      columns: ["site"],
      segments: [{ values: ["b"], thresholds: { act: 0.5, abstain: null } }],
      thresholds: { act: null, abstain: 0.2 },
    };
    const site = { name: "site", codes: Int32Array.of(0, 1, 1), values: ["a", "b"] };
    const rows = { rows: 3, confidence: Float64Array.of(0.1, 0.6, 0.1), segments: [site] };
    expect([...decide(segmented, rows).codes]).toEqual([2, 0, 1]);
    expect(() => decide(segmented, { ...rows, segments: [] })).toThrow(
      "the policy decides by site: expected a column site, got no columns",
    );
  });

  it("decide(rule, rows) names what the rows lack and the row of a bad score", () => {
    expect(() => decide({ ...rule, on: "positive" }, { rows: 1, confidence: Float64Array.of(1) })).toThrow(
      "the policy reads the probability of the positive class, which these rows lack",
    );
    expect(() => decide(rule, { rows: 2, confidence: Float64Array.of(0.5, 1.5) })).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    expect(() => decide(rule, { rows: 3, confidence: Float64Array.of(0.5) })).toThrow("there are 3 rows but 1 scores");
  });

  it("scoredRows(predictions) has what decide reads, without outcomes", () => {
    const rows = scoredRows(calibratedRows(10, 1));
    expect(Object.keys(rows).sort()).toEqual(["positive", "rows", "segments"]);
  });
});
