import { describe, expect, it } from "vitest";
import { scoredProblem } from "../../src/decisions/decision-problem.ts";
import { meanOfCategories } from "../../src/decisions/mean-of-categories.ts";
import { expectedOutcome, pairedSaving } from "../../src/decisions/outcome.ts";
import { clopperPearson, createRandom, meanEstimate, wilson } from "../../src/index.ts";
import { checkSample } from "../../src/intervals/sample.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";
import { calibratedRows, pairs } from "./samples.ts";

const COSTS = { error: 10, review: 2, abstain: 1, missed: 3, reviewError: 0.1 };
const SPEC = { metric: "test" };

function categories(values: number[], counts: number[]) {
  const mass = Float64Array.from(counts);
  return { values: Float64Array.from(values), mass, squares: mass };
}

function sizeOf(counts: number[]) {
  return checkSample(counts.reduce((a, b) => a + b, 0));
}

/** P(at least k of n) at a share p. */
function tailFrom(k: number, n: number, p: number): number {
  return k === 0 ? 1 : regularizedBeta(p, k, n - k + 1);
}

describe("meanOfCategories", () => {
  it("meanOfCategories of two values is Wilson's interval, scaled", () => {
    const { value, lower, upper } = meanOfCategories(categories([0, 5], [90, 10]), SPEC, sizeOf([90, 10]));
    const share = wilson(0.1, 100);
    expect(value).toBeCloseTo(0.5, 14);
    expect(lower).toBeCloseTo(5 * share.lower, 13);
    expect(upper).toBeCloseTo(5 * share.upper, 13);
  });

  it("meanOfCategories knows of a value that was not seen", () => {
    const { value, lower, upper } = meanOfCategories(categories([0, 1, 10], [40, 10, 0]), SPEC, sizeOf([50]));
    expect(value).toBeCloseTo(0.2, 14);
    expect(lower).toBeGreaterThan(0.1);
    expect(upper).toBeGreaterThan(10 * wilson(0, 50).upper);
  });

  it("meanOfCategories does not depend on where the values start", () => {
    const counts = [30, 50, 20];
    const a = meanOfCategories(categories([0, 1, 4], counts), SPEC, sizeOf(counts));
    const b = meanOfCategories(categories([100, 101, 104], counts), SPEC, sizeOf(counts));
    expect(b.lower - 100).toBeCloseTo(a.lower, 10);
    expect(b.upper - 100).toBeCloseTo(a.upper, 10);
  });

  it("meanOfCategories of many rows is the interval of a mean", () => {
    const counts = [30000, 50000, 20000];
    const values = new Float64Array(100000).fill(1);
    values.fill(0, 0, 30000);
    values.fill(4, 80000);
    const usual = meanEstimate(values, SPEC);
    const own = meanOfCategories(categories([0, 1, 4], counts), SPEC, sizeOf(counts));
    expect(own.value).toBeCloseTo(usual.value, 12);
    expect(own.lower / usual.lower).toBeCloseTo(1, 4);
    expect(own.upper / usual.upper).toBeCloseTo(1, 4);
  });

  it("meanOfCategories of one value has no width", () => {
    expect(meanOfCategories(categories([2], [7]), SPEC, sizeOf([7]))).toMatchObject({ value: 2, lower: 2, upper: 2 });
  });

  it("meanOfCategories covers the truth in 94 to 97 of 100 samples of 60 rows with rare dear errors", () => {
    const random = createRandom(11);
    const shares = [0.6, 0.35, 0.05];
    const values = [0, 1, 10];
    const truth = 0.35 + 0.5;
    const runs = 2000;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const counts = [0, 0, 0];
      for (let i = 0; i < 60; i++) {
        const u = random.uniform();
        counts[u < shares[0] ? 0 : u < 0.95 ? 1 : 2]++;
      }
      const { lower, upper } = meanOfCategories(categories(values, counts), SPEC, sizeOf(counts));
      if (lower <= truth && truth <= upper) covered++;
    }
    expect(tailFrom(covered, runs, 0.97)).toBeGreaterThan(0.0005);
    expect(1 - tailFrom(covered + 1, runs, 0.94)).toBeGreaterThan(0.0005);
  });
});

describe("expectedOutcome", () => {
  const predictions = pairs([0.9, 0.8, 0.7, 0.6, 0.5], [1, 0, 1, 0, 1]);
  const problem = scoredProblem(predictions, "confidence", COSTS, 0.95);
  const actions = Uint8Array.of(0, 0, 1, 2, 2);

  it("expectedOutcome(problem, actions) counts what happens, with exact intervals", () => {
    const outcome = expectedOutcome(problem, actions);
    expect(outcome.coverage).toMatchObject({ value: 0.4, ...clopperPearson(2, 5), interval: "exact", n: 5 });
    expect(outcome.error).toMatchObject({ value: 0.5, ...clopperPearson(1, 2), n: 2 });
    expect(outcome.reviewVolume.value).toBe(0.2);
    expect(outcome.abstention.value).toBe(0.4);
    expect(outcome.cost?.value).toBeCloseTo((0 + 10 + 3 + 1 + 4) / 5, 14);
    expect(outcome.recall).toBeNull();
  });

  it("expectedOutcome(problem, actions) has no error where nothing is acted on", () => {
    const outcome = expectedOutcome(problem, Uint8Array.of(1, 1, 1, 1, 1));
    expect(outcome.error).toBeNull();
    expect(outcome.cost).toMatchObject({ value: 3, lower: 3, upper: 3 });
  });

  it("expectedOutcome(problem, actions) takes weight 2 as a row twice, and weight 0 as no row", () => {
    const weights = Float64Array.of(2, 1, 0, 1, 1);
    const weighted = expectedOutcome(scoredProblem({ ...predictions, weights }, "confidence", COSTS, 0.95), actions);
    const twice = pairs([0.9, 0.9, 0.8, 0.6, 0.5], [1, 1, 0, 0, 1]);
    const plain = expectedOutcome(scoredProblem(twice, "confidence", COSTS, 0.95), Uint8Array.of(0, 0, 0, 2, 2));
    for (const name of ["coverage", "error", "cost", "reviewVolume", "abstention"] as const)
      expect(weighted[name]?.value).toBeCloseTo(plain[name]?.value ?? -1, 14);
    expect(weighted.error).toMatchObject({ interval: "asymptotic", n: 2 });
    expect(weighted.coverage.n).toBe(4);
  });

  it("expectedOutcome(problem, actions) has the recall of policies on the positive class", () => {
    const rows = calibratedRows(400, 3);
    const positive = scoredProblem(rows, "positive", null, 0.95);
    const codes = Uint8Array.from(rows.probabilities, (p) => (p >= 0.7 ? 0 : 2));
    const outcome = expectedOutcome(positive, codes);
    const positives = rows.outcomes.reduce((total, y) => total + y, 0);
    const hit = rows.outcomes.filter((y, i) => y === 1 && codes[i] === 0).length;
    expect(outcome.recall).toMatchObject({ value: hit / positives, ...clopperPearson(hit, positives), n: positives });
    expect(outcome.cost).toBeNull();
  });
});

describe("pairedSaving", () => {
  it("pairedSaving(problem, chosen, other) is the mean difference of costs on the same rows", () => {
    const rows = calibratedRows(500, 4);
    const problem = scoredProblem(rows, "confidence", COSTS, 0.95);
    const chosen = Uint8Array.from(problem.scores, (s) => (s >= 0.8 ? 0 : 1));
    const all = new Uint8Array(500);
    const saving = pairedSaving(problem, chosen, all);
    const a = expectedOutcome(problem, all).cost?.value ?? 0;
    const b = expectedOutcome(problem, chosen).cost?.value ?? 0;
    expect(saving?.value).toBeCloseTo(a - b, 12);
    const differences = Float64Array.from(chosen, (code, i) => (code === 0 ? 0 : (1 - problem.truth[i]) * 10 - 3));
    const usual = meanEstimate(differences, SPEC);
    expect((saving?.upper ?? 0) - (saving?.lower ?? 0)).toBeCloseTo(usual.upper - usual.lower, 1);
  });

  it("pairedSaving(problem, chosen, chosen) is nothing", () => {
    const problem = scoredProblem(calibratedRows(50, 4), "confidence", COSTS, 0.95);
    const chosen = new Uint8Array(50);
    expect(pairedSaving(problem, chosen, chosen)).toMatchObject({ value: 0, lower: 0, upper: 0 });
  });
});
