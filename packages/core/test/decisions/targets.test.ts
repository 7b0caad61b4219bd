import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costOfThresholds } from "../../src/decisions/capacity-curve.ts";
import { leastSureReviewed, nearestReviewed, worthiestReviewed } from "../../src/decisions/capacity-thresholds.ts";
import { scoredProblem } from "../../src/decisions/decision-problem.ts";
import { divideRows, type RankedRows, rankRows, sortRows } from "../../src/decisions/ranked-rows.ts";
import { type TargetObjective, tuneThreshold } from "../../src/decisions/targets.ts";
import { pairs } from "./samples.ts";

function ranked(confidences: readonly number[], correct: readonly number[], weights?: readonly number[]): RankedRows {
  const predictions = pairs(confidences, correct);
  const given = weights ? { ...predictions, weights: Float64Array.from(weights) } : predictions;
  return rankRows(sortRows(scoredProblem(given, "confidence", null, 0.95)));
}

const someRows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 1)), { minLength: 1, maxLength: 25 })
  .map((rows) => ({ confidences: rows.map(([c]) => c / 12), correct: rows.map(([, y]): number => y) }));

describe("tuneThreshold", () => {
  const rows = ranked([0.9, 0.8, 0.8, 0.7, 0.6, 0.5], [1, 1, 0, 1, 0, 1]);

  it("tuneThreshold(ranked, target) never parts equal scores", () => {
    expect(tuneThreshold(rows, { kind: "precision", target: 0.7 })).toEqual({ threshold: 0.7, attained: 0.75 });
    expect(tuneThreshold(rows, { kind: "precision", target: 1 })).toEqual({ threshold: 0.9, attained: 1 });
    expect(tuneThreshold(rows, { kind: "recall", target: 0.75 })).toEqual({ threshold: 0.7, attained: 0.75 });
    expect(tuneThreshold(rows, { kind: "coverage", target: 0.4 })).toEqual({ threshold: 0.8, attained: 3 / 6 });
    expect(tuneThreshold(rows, { kind: "f-beta", beta: 1 })).toEqual({ threshold: 0.5, attained: 0.8 });
  });

  it("tuneThreshold(ranked, target) has the best attainable where nothing reaches the target", () => {
    const none = ranked([0.9, 0.8], [0, 1]);
    expect(tuneThreshold(none, { kind: "precision", target: 0.9 })).toEqual({ threshold: null, attained: 0.5 });
  });

  it("tuneThreshold(ranked, target) compares shares exactly: 7 of 100 reach 0.07", () => {
    const correct = Array.from({ length: 100 }, (_, i) => (i < 7 ? 1 : 0));
    const one = ranked(new Array(100).fill(0.5), correct);
    expect(tuneThreshold(one, { kind: "precision", target: 0.07 }).threshold).toBe(0.5);
    expect(tuneThreshold(one, { kind: "precision", target: 0.0700001 }).threshold).toBeNull();
  });

  it("tuneThreshold(ranked, target) refuses a recall of no positives", () => {
    expect(() => tuneThreshold(ranked([0.4], [0]), { kind: "recall", target: 0.5 })).toThrow(
      expect.objectContaining({ code: "one-class" }),
    );
  });

  it("tuneThreshold(ranked, target) is as good as trying every threshold", () => {
    const target = fc.constantFrom<TargetObjective[]>(
      { kind: "precision", target: 0.75 },
      { kind: "recall", target: 0.6 },
      { kind: "coverage", target: 0.5 },
      { kind: "f-beta", beta: 2 },
    );
    fc.assert(
      fc.property(someRows, target, ({ confidences, correct }, objective) => {
        const positives = correct.reduce((a, b) => a + b, 0);
        if (positives === 0) return;
        const { threshold } = tuneThreshold(ranked(confidences, correct), objective);
        const measure = (t: number) => {
          const acted = correct.filter((_, i) => confidences[i] >= t);
          const right = acted.reduce((a, b) => a + b, 0);
          const [precision, recall, coverage] = [
            right / acted.length,
            right / positives,
            acted.length / correct.length,
          ];
          if ("beta" in objective) return { ok: true, value: (5 * precision * recall) / (4 * precision + recall) || 0 };
          if (objective.kind === "precision") return { ok: precision >= objective.target, value: recall };
          if (objective.kind === "coverage") return { ok: coverage >= objective.target, value: -coverage };
          return { ok: recall >= objective.target, value: precision };
        };
        const tried = [...new Set(confidences)].map(measure).filter(({ ok }) => ok);
        if (threshold === null) expect(tried).toEqual([]);
        else {
          expect(measure(threshold).ok).toBe(true);
          expect(measure(threshold).value).toBeCloseTo(Math.max(...tried.map(({ value }) => value)), 12);
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("tuneThreshold(ranked, target) takes weight 2 as a row twice, and weight 0 as no row", () => {
    const weighted = ranked([0.9, 0.8, 0.7, 0.95], [1, 0, 1, 0], [2, 1, 1, 0]);
    const plain = ranked([0.9, 0.9, 0.8, 0.7], [1, 1, 0, 1]);
    const target = { kind: "precision", target: 0.75 } as const;
    expect(tuneThreshold(weighted, target)).toEqual(tuneThreshold(plain, target));
  });
});

describe("leastSureReviewed", () => {
  const rows = ranked([0.9, 0.8, 0.8, 0.7, 0.6], [1, 1, 1, 1, 1]);

  it("leastSureReviewed(ranked, share) reviews the least sure and never more than the capacity", () => {
    expect(leastSureReviewed(rows, 0.4)).toEqual({ act: 0.8, abstain: null });
    expect(leastSureReviewed(rows, 0.6)).toEqual({ act: 0.8, abstain: null });
    expect(leastSureReviewed(rows, 0.8)).toEqual({ act: 0.9, abstain: null });
    expect(leastSureReviewed(rows, 0)).toEqual({ act: 0, abstain: null });
    expect(leastSureReviewed(rows, 1)).toEqual({ act: null, abstain: null });
  });

  it("nearestReviewed(ranked, act, share) reviews what is nearest below, and abstains from the rest", () => {
    expect(nearestReviewed(rows, 0.9, 0.4)).toEqual({ act: 0.9, abstain: 0.8 });
    expect(nearestReviewed(rows, 0.9, 0.3)).toEqual({ act: 0.9, abstain: 0.9 });
    expect(nearestReviewed(rows, 0.9, 0.9)).toEqual({ act: 0.9, abstain: null });
    expect(nearestReviewed(rows, null, 0.2)).toEqual({ act: null, abstain: 0.9 });
    expect(nearestReviewed(rows, null, 0).abstain).toBeGreaterThan(1);
  });
});

describe("worthiestReviewed", () => {
  it("worthiestReviewed(ranked, share, costs) costs least of all bands that the capacity allows, were the scores true", () => {
    const amount = fc.integer({ min: 1, max: 12 });
    const given = fc.record({
      error: amount,
      review: fc.integer({ min: 0, max: 6 }),
      abstain: fc.option(fc.integer({ min: 0, max: 8 })),
      missed: fc.integer({ min: 0, max: 6 }),
    });
    const scores = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(scores, fc.integer({ min: 0, max: 9 }), given, (unsorted, reviews, raw) => {
        const costs = { ...raw, missed: raw.abstain === null ? 0 : raw.missed, reviewError: 0 };
        const confidences = unsorted.map((k) => k / 60);
        const n = confidences.length;
        const share = Math.min(1, reviews / n);
        const expected = (act: number, abstain: number): number =>
          confidences.reduce((total, p) => {
            if (p >= act) return total + (1 - p) * costs.error;
            return total + (p < abstain ? (costs.abstain ?? Infinity) + p * costs.missed : costs.review);
          }, 0);
        const edges = [0, ...confidences, 2];
        let least = Infinity;
        for (const act of edges)
          for (const abstain of edges) {
            const reviewed = confidences.filter((p) => p < act && p >= abstain).length;
            if (reviewed <= share * n + 1e-9) least = Math.min(least, expected(act, abstain));
          }
        const rows = ranked(
          confidences,
          confidences.map(() => 1),
        );
        const { act, abstain } = worthiestReviewed(rows, share, costs);
        expect(divideRows(rows, { act, abstain }).reviewed).toBeLessThanOrEqual(share * n + 1e-9);
        expect(expected(act ?? Infinity, abstain ?? -Infinity)).toBeCloseTo(least, 9);
      }),
      { seed: 4, numRuns: 400 },
    );
  });

  it("costOfThresholds(ranked, thresholds, costs) adds up what the rows cost", () => {
    const rows = ranked([0.9, 0.8, 0.7, 0.6], [1, 0, 1, 1]);
    const costs = { error: 10, review: 2, abstain: 1, missed: 3, reviewError: 0 };
    expect(costOfThresholds(rows, { act: 0.8, abstain: 0.65 }, costs)).toBeCloseTo((0 + 10 + 2 + 4) / 4, 14);
  });
});
