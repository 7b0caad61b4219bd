import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scoredProblem } from "../../../src/decisions/decision-problem.ts";
import { expectedOutcome } from "../../../src/decisions/outcome.ts";
import {
  addToCells,
  type BinaryPredictions,
  type ConfidencePredictions,
  type Costs,
  createCells,
  createRandom,
  type DecisionCells,
  type DecisionScore,
  decide,
  decisionCells,
  decisionCurve,
  fineGrid,
  makePolicy,
  type Predictions,
  regularizedBeta,
  scoredRows,
  snapThresholds,
  thresholdOutcome,
  thresholdStops,
  timeGrid,
} from "../../../src/index.ts";
import { calibratedRows, SOURCE } from "../samples.ts";

const COSTS: Costs = { error: 20, review: 2, abstain: 1, missed: 3, reviewError: 0.05 };

function cellsOf(rows: BinaryPredictions | ConfidencePredictions, on: DecisionScore): DecisionCells {
  const cells = createCells(timeGrid);
  if (rows.task === "binary") addToCells(cells, rows.probabilities, rows.outcomes, rows.weights);
  else addToCells(cells, rows.confidences, rows.correct, rows.weights);
  return decisionCells(cells, undefined, { task: rows.task, on });
}

function byRows(rows: Predictions, on: DecisionScore, act: number | null, abstain: number | null, level = 0.95) {
  const problem = scoredProblem(rows, on, COSTS, level);
  const { codes } = decide({ kind: "threshold", on, thresholds: { act, abstain } }, scoredRows(rows));
  return expectedOutcome(problem, codes);
}

const stopAt = fc.integer({ min: 0, max: thresholdStops.length - 1 }).map((at) => thresholdStops[at]);

describe("thresholdStops", () => {
  it("thresholdStops ascends from 0 to 1, holds every multiple of 1/240 and gets finer towards both ends", () => {
    expect(thresholdStops[0]).toBe(0);
    expect(thresholdStops.at(-1)).toBe(1);
    expect(thresholdStops.every((stop, k) => k === 0 || stop > thresholdStops[k - 1])).toBe(true);
    for (let k = 0; k <= 240; k++) expect(thresholdStops).toContain(k / 240);
    expect(thresholdStops.filter((stop) => stop > 239 / 240)).toHaveLength(20);
    expect(thresholdStops.filter((stop) => stop < 1 / 240)).toHaveLength(21);
  });
  it("snapThresholds(thresholds) goes to the nearest stop and leaves never alone", () => {
    expect(snapThresholds({ act: 0.871, abstain: 0.3 })).toEqual({ act: 209 / 240, abstain: 0.3 });
    expect(snapThresholds({ act: null, abstain: null })).toEqual({ act: null, abstain: null });
    expect(snapThresholds({ act: 1.5, abstain: 0 })).toEqual({ act: 1.5, abstain: 0 });
    expect(snapThresholds({ act: 1, abstain: 1e-12 })).toEqual({ act: 1, abstain: Number.MIN_VALUE });
    expect(() => snapThresholds({ act: Number.NaN, abstain: null })).toThrow(/threshold to act must be a number ≥ 0/);
  });
});

describe("decisionCells", () => {
  it("decisionCells(cells, traffic, options) refuses what no traffic could give, and says where", () => {
    const cells = createCells(timeGrid);
    addToCells(cells, Float64Array.of(0.9, 0.9), Uint8Array.of(1, 0));
    const cell = [timeGrid.cellOf(0.9)];
    const task = "confidence";
    expect(() => decisionCells(createCells(fineGrid), undefined, { task })).toThrow(/grid of 519, got 14719/);
    expect(() => decisionCells(cells, undefined, { task, on: "positive" })).toThrow(/needs its probability/);
    expect(() => decisionCells(cells, { cell, predictions: [1] }, { task })).toThrow(/2 outcomes of 1 predictions/);
    expect(() => decisionCells(cells, { cell, predictions: [] }, { task })).toThrow(/1 cells but 0 counts/);
    expect(() => decisionCells(cells, { cell: [519], predictions: [1] }, { task })).toThrow(/not in \[0, 519\)/);
    expect(() => decisionCells(cells, { cell, predictions: [-1] }, { task })).toThrow(/number ≥ 0, got -1/);
    expect(() => decisionCells(cells, { cell, predictions: [2], withoutScore: Number.NaN }, { task })).toThrow(
      /without a score must be a number ≥ 0, got NaN/,
    );
  });
  it("decisionCells(cells, traffic, binary) folds both sides of 0.5 into one confidence", () => {
    const cells = createCells(timeGrid);
    addToCells(cells, Float64Array.of(0.1, 0.9, 0.9, 0.5), Uint8Array.of(0, 1, 0, 1));
    const folded = decisionCells(cells, undefined, { task: "binary" });
    expect(folded.from).toEqual([0.5, 0.9]);
    expect(folded.count).toEqual([1, 3]);
    expect(folded.right).toEqual([1, 2]);
  });
});

describe("thresholdOutcome", () => {
  it("thresholdOutcome(cells, thresholds) equals expectedOutcome on the rows at every pair of stops", () => {
    const rows = calibratedRows(3000, 7);
    for (const on of ["confidence", "positive"] as const) {
      const cells = cellsOf(rows, on);
      fc.assert(
        fc.property(stopAt, stopAt, (a, b) => {
          const [abstain, act] = a < b ? [a, b] : [b, a];
          const found = thresholdOutcome(cells, { act, abstain }, { costs: COSTS });
          const want = byRows(rows, on, act, abstain);
          for (const name of ["coverage", "reviewVolume", "abstention", "error", "recall"] as const) {
            expect(found[name] === null).toBe(want[name] === null);
            const [f, w] = [found[name], want[name]];
            if (f === null || w === null) continue;
            for (const end of ["value", "lower", "upper", "n", "effectiveN"] as const) expect(f[end]).toBe(w[end]);
            expect(f.interval).toBe("exact");
          }
          expect(found.cost?.value).toBeCloseTo(want.cost?.value ?? Number.NaN, 11);
          expect(found.divided).toBe(0);
        }),
        { numRuns: 60 },
      );
    }
  });
  it("thresholdOutcome(cells, thresholds) of weighted rows has the error of expectedOutcome and its interval", () => {
    const base = calibratedRows(2000, 3);
    const random = createRandom(1);
    const weights = base.probabilities.map(() => (random.uniform() < 0.3 ? 4 : 0.5));
    const rows = { ...base, weights };
    const found = thresholdOutcome(cellsOf(rows, "confidence"), { act: 0.9, abstain: 0.6 });
    const want = byRows(rows, "confidence", 0.9, 0.6);
    for (const end of ["value", "lower", "upper", "effectiveN"] as const)
      expect(found.error?.[end]).toBeCloseTo(want.error?.[end] ?? Number.NaN, 12);
    expect(found.error?.interval).toBe("asymptotic");
    expect(found.error?.spec).toEqual({ metric: "decision-error", weighted: true });
  });
  it("thresholdOutcome(cells, thresholds) takes shares from all predictions and errors from those with an outcome", () => {
    const cells = createCells(timeGrid);
    addToCells(cells, Float64Array.of(0.9, 0.9, 0.6), Uint8Array.of(1, 0, 1));
    const cell = [timeGrid.cellOf(0.6), timeGrid.cellOf(0.9)];
    const all = decisionCells(cells, { cell, predictions: [50, 30], withoutScore: 20 }, { task: "confidence" });
    const found = thresholdOutcome(all, { act: 0.8, abstain: 0.5 }, { costs: COSTS });
    expect(found.coverage.value).toBe(0.3);
    expect(found.coverage.n).toBe(100);
    expect(found.reviewVolume.value).toBe(0.5);
    expect(found.abstention.value).toBe(0.2);
    expect(found.error?.value).toBe(0.5);
    expect(found.error?.n).toBe(2);
    expect(found.wrongPerThousand?.value).toBeCloseTo(150, 10);
    expect(found.cost).toBeNull();
  });
  it("thresholdOutcome(cells, thresholds, { costs }) has no cost where a decision has none, or outcomes are missing", () => {
    const rows = calibratedRows(200, 1);
    const cells = cellsOf(rows, "confidence");
    const costs = { ...COSTS, review: null };
    expect(thresholdOutcome(cells, { act: 0.9, abstain: null }, { costs }).cost).toBeNull();
    expect(thresholdOutcome(cells, { act: 0.9, abstain: 0.9 }, { costs }).cost).not.toBeNull();
    const unlabelled = { ...cells, ...blank(cells) };
    expect(thresholdOutcome(unlabelled, { act: 0.9, abstain: 0.8 }, { costs: COSTS })).toMatchObject({
      error: null,
      cost: null,
      wrongPerThousand: null,
    });
    expect(thresholdOutcome(unlabelled, { act: null, abstain: null }, { costs: COSTS }).cost?.value).toBe(3);
  });
  it("thresholdOutcome(cells, thresholds) says how much a threshold between stops leaves open", () => {
    const rows = calibratedRows(3000, 7);
    const cells = cellsOf(rows, "confidence");
    const found = thresholdOutcome(cells, { act: 0.8811, abstain: null });
    const want = byRows(rows, "confidence", 0.8811, null);
    expect(found.divided).toBeGreaterThan(0);
    expect(Math.abs(found.coverage.value - want.coverage.value)).toBeLessThanOrEqual(found.divided);
  });
  it("thresholdOutcome(cells, thresholds) refuses no predictions, bad thresholds and bad levels", () => {
    const none = decisionCells(createCells(timeGrid), undefined, { task: "confidence" });
    expect(() => thresholdOutcome(none, { act: 0.5, abstain: null })).toThrow(/no predictions/);
    expect(() => decisionCurve(none)).toThrow(/no predictions with a score/);
    const cells = cellsOf(calibratedRows(50, 1), "confidence");
    expect(() => thresholdOutcome(cells, { act: -1, abstain: null })).toThrow(/threshold to act/);
    expect(() => thresholdOutcome(cells, { act: 0.5, abstain: null }, { level: 1 })).toThrow(/level/);
    expect(() => thresholdOutcome(cells, { act: 0.5, abstain: null }, { costs: { ...COSTS, error: -1 } })).toThrow(
      /cost of an error/,
    );
  });
});

describe("decisionCurve", () => {
  it("decisionCurve(cells) has the points of the curve of a policy on the same rows", () => {
    const base = calibratedRows(800, 5);
    const probabilities = base.probabilities.map((p) => Math.round(p * 240) / 240);
    const rows = { ...base, probabilities };
    const costs = { error: 10, review: 1, abstain: null, missed: 0, reviewError: 0 };
    const policy = makePolicy(rows, {
      version: "0",
      source: SOURCE,
      objective: { kind: "costs", costs },
      on: "positive",
    });
    const curve = decisionCurve(cellsOf(rows, "positive"), { costs });
    expect(curve).toHaveLength(policy.curve.length);
    curve.forEach((point, k) => {
      for (const [name, value] of Object.entries(point)) {
        const want = Object.entries(policy.curve[k]).find(([other]) => other === name)?.[1];
        if (value === null) expect(want).toBeNull();
        else expect(value, `${name} of ${k}`).toBeCloseTo(want ?? Number.NaN, 11);
      }
    });
  });
});

function blank(cells: DecisionCells) {
  const zeros = cells.from.map(() => 0);
  return {
    count: zeros,
    right: zeros,
    weight: zeros,
    weightRight: zeros,
    squared: zeros,
    squaredRight: zeros,
  };
}

/** Smallest number of hits that 99.9 % of binomials reach. */
function leastHits(trials: number, level: number): number {
  let hits = Math.floor(trials * level);
  while (hits > 0 && regularizedBeta(level, hits, trials - hits + 1) < 0.999) hits--;
  return hits;
}

describe("intervals of thresholdOutcome", () => {
  const SCORES = [0.55, 0.65, 0.75, 0.85, 0.95];
  const MASS = [0.1, 0.15, 0.2, 0.25, 0.3];
  const RIGHT = [0.5, 0.7, 0.72, 0.9, 0.97];
  const truth = {
    coverage: 0.55,
    error: (0.25 * 0.1 + 0.3 * 0.03) / 0.55,
    wrongPerThousand: 1000 * (0.25 * 0.1 + 0.3 * 0.03),
    cost: 20 * (0.25 * 0.1 + 0.3 * 0.03) + 3 * 0.35 + (1 * 0.1 + 3 * 0.1 * 0.5),
  };

  /** Draws predictions of which a share has an outcome, with the probability that it has one given as propensity. */
  function simulate(seed: number, n: number, propensity: (score: number) => number): DecisionCells {
    const random = createRandom(seed);
    const scores: number[] = [];
    const outcomes: number[] = [];
    const weights: number[] = [];
    const predictions = new Float64Array(timeGrid.size);
    for (let i = 0; i < n; i++) {
      let u = random.uniform();
      let k = 0;
      while (k < 4 && u >= MASS[k]) u -= MASS[k++];
      predictions[timeGrid.cellOf(SCORES[k])]++;
      const chance = propensity(SCORES[k]);
      const right = random.uniform() < RIGHT[k];
      if (random.uniform() >= chance) continue;
      scores.push(SCORES[k]);
      outcomes.push(right ? 1 : 0);
      weights.push(1 / chance);
    }
    const cells = createCells(timeGrid);
    addToCells(cells, Float64Array.from(scores), Uint8Array.from(outcomes), Float64Array.from(weights));
    const cell = Array.from(predictions.keys());
    return decisionCells(cells, { cell, predictions }, { task: "confidence" });
  }

  const runs = 400;
  for (const [name, n, propensity] of [
    ["all outcomes", 300, () => 1],
    ["one outcome in four", 1200, () => 0.25],
    ["outcomes by confidence, weighted", 1500, (score: number) => (score < 0.8 ? 0.6 : 0.2)],
  ] as const)
    it(`thresholdOutcome(cells, thresholds) covers the truth with ${name}`, () => {
      const hits = { coverage: 0, error: 0, wrongPerThousand: 0, cost: 0 };
      for (let run = 0; run < runs; run++) {
        const cells = simulate(1000 + run, n, propensity);
        const found = thresholdOutcome(cells, { act: 0.8, abstain: 0.6 }, { costs: COSTS });
        for (const key of ["coverage", "error", "wrongPerThousand", "cost"] as const) {
          const estimate = found[key];
          if (estimate && estimate.lower <= truth[key] && truth[key] <= estimate.upper) hits[key]++;
        }
      }
      for (const key of ["coverage", "error", "wrongPerThousand", "cost"] as const)
        expect(hits[key], key).toBeGreaterThanOrEqual(leastHits(runs, 0.95));
    });
});
