import { expect, it } from "vitest";
import { makePolicy, type Objective, type Predictions, verifyPolicy } from "../../src/index.ts";
import { calibratedRows, pairs, SOURCE } from "./samples.ts";

const ONE_WRONG_ON_TOP = pairs(
  Array.from({ length: 40 }, (_, i) => 0.99 - i / 100),
  Array.from({ length: 40 }, (_, i) => (i === 0 || i % 3 === 2 ? 0 : 1)),
);

it("makePolicy(rows, a precision out of reach) expects what its rule does: to act on nothing", () => {
  for (let seed = 0; seed < 6; seed++) {
    const made = makePolicy(ONE_WRONG_ON_TOP, {
      version: "1",
      source: SOURCE,
      objective: { kind: "precision", target: 1 },
      on: "confidence",
      seed,
    });
    expect(made.verdict.status).toBe("unreachable");
    expect(made.thresholds.act).toBeNull();
    expect(made.expected?.coverage.value).toBe(0);
    expect(made.expected?.error).toBeNull();
    expect(made.warnings).toEqual([]);
    expect(verifyPolicy(made, ONE_WRONG_ON_TOP).status).toBe("holds");
  }
});

const rows = calibratedRows(300, 2);

function made(objective: Objective, from: Predictions = rows) {
  return makePolicy(from, { version: "1", source: SOURCE, objective });
}

it("makePolicy(rows, F-beta) counts recall alone where beta is huge, precision alone where it is tiny", () => {
  expect(made({ kind: "f-beta", beta: 1e200 }).thresholds).toEqual(made({ kind: "recall", target: 1 }).thresholds);
  expect(made({ kind: "f-beta", beta: 1e-200 }).verdict.status).toBe("ready");
});

it("makePolicy(rows, costs) does not compare a policy with itself", () => {
  const { verdict } = made({ kind: "costs", costs: { error: 5, review: 0, abstain: null, missed: 0, reviewError: 0 } });
  expect(verdict.sentence).toMatch(/^Review every row: expected cost 0 a row/);
  expect(verdict.sentence).not.toContain("review all costs");
});

it("makePolicy(rows, a matrix of equal costs) warns of no difference that rounding made", () => {
  const costs = [
    [0.1, 0.1],
    [0.1, 0.1],
  ];
  const matrix = { classNames: ["no", "yes"], costs, review: null, abstain: null };
  expect(made({ kind: "cost-matrix", matrix }).warnings).toEqual([]);
});

it("makePolicy(rows, objective) and verifyPolicy(policy, rows) name the row of what cannot be counted", () => {
  const coverage: Objective = { kind: "coverage", target: 0.5 };
  const outcomes = rows.outcomes.slice().fill(2, 7, 8);
  const odd = { ...rows, outcomes };
  expect(() => made(coverage, odd)).toThrow("outcome 2 at row 7 is not 0 or 1");
  expect(() => verifyPolicy(made(coverage), odd)).toThrow("outcome 2 at row 7 is not 0 or 1");
  expect(() => made(coverage, { ...rows, rows: 2 })).toThrow("there are 2 rows but 300 scores with outcomes");
  expect(() => made(coverage, pairs([], []))).toThrow("at least one row is needed, got none");
  expect(() => made(coverage, pairs([0.5], [3]))).toThrow("outcome 3 at row 0 is not 0 or 1");
  const classes: Predictions = {
    task: "multiclass",
    rows: 1,
    classNames: ["a", "b", "c"],
    segments: [],
    probabilities: { data: Float64Array.of(0.2, 0.3, 0.5), rows: 1, cols: 3 },
    labels: Int32Array.of(-1),
  };
  expect(() => made(coverage, classes)).toThrow("label -1 at row 0 is not in [0, 3)");
});
