import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/scores/scores.json" with { type: "json" };
import { argsort } from "../../../src/kernels/argsort.ts";
import { auroc } from "../../../src/metrics/ranking/auroc.ts";
import { aurocDifference } from "../../../src/metrics/ranking/auroc-difference.ts";
import { createRandom } from "../../../src/random/random.ts";
import { studentTQuantile } from "../../../src/special/student-t.ts";
import { P20, Y20 } from "../../master-case.ts";

const row = fc.record({
  s: fc.integer({ min: 0, max: 8 }),
  y: fc.integer({ min: 0, max: 1 }),
  w: fc.integer({ min: 1, max: 4 }),
});
const rows = fc
  .array(row, { minLength: 4, maxLength: 30 })
  .filter((list) => list.filter((r) => r.y === 1).length >= 2 && list.filter((r) => r.y === 0).length >= 2);
const scoresOf = (list: readonly { s: number }[]) => Float64Array.from(list, (r) => r.s);
const outcomesOf = (list: readonly { y: number }[]) => Uint8Array.from(list, (r) => r.y);

/** AUROC, DeLong variance and effective rows of the rarer outcome, from all pairs. */
function byPairs(list: readonly { s: number; y: number; w: number }[]): {
  value: number;
  variance: number;
  pairs: number;
} {
  const kernel = (a: number, b: number) => (a > b ? 1 : a === b ? 0.5 : 0);
  const positives = list.filter((r) => r.y === 1);
  const negatives = list.filter((r) => r.y === 0);
  const total = (part: typeof positives) => part.reduce((sum, r) => sum + r.w, 0);
  const ofPositive = positives.map(
    (p) => negatives.reduce((sum, q) => sum + q.w * kernel(p.s, q.s), 0) / total(negatives),
  );
  const ofNegative = negatives.map(
    (q) => positives.reduce((sum, p) => sum + p.w * kernel(p.s, q.s), 0) / total(positives),
  );
  const value = positives.reduce((sum, p, i) => sum + p.w * ofPositive[i], 0) / total(positives);
  const part = (members: typeof positives, placement: number[]) => {
    const mass = total(members);
    const squares = members.reduce((sum, r) => sum + r.w * r.w, 0);
    const effective = (mass * mass) / squares;
    const sum = members.reduce((s, r, i) => s + (r.w * (placement[i] - value)) ** 2, 0);
    return { effective, variance: ((sum / (mass * mass)) * effective) / (effective - 1) };
  };
  const a = part(positives, ofPositive);
  const b = part(negatives, ofNegative);
  return { value, variance: a.variance + b.variance, pairs: Math.min(a.effective, b.effective) };
}

describe("auroc", () => {
  it("auroc(scores, outcomes) equals scikit-learn on weighted and tied data", () => {
    for (const { p, y, w, auroc: expected } of table.cases) {
      const options = w ? { weights: Float64Array.from(w) } : {};
      const { value } = auroc(Float64Array.from(p), Uint8Array.from(y), options);
      expect(Math.abs(value - expected)).toBeLessThan(1e-14);
    }
  });

  it("auroc(scores, outcomes) of MAPIE's example is ¼", () => {
    expect(auroc(Float64Array.of(0.1, 0.2, 0.3, 0.4), Uint8Array.of(1, 0, 1, 0)).value).toBe(0.25);
  });

  it("auroc(scores, outcomes) is ½ where all scores are equal", () => {
    expect(auroc(new Float64Array(6), Uint8Array.of(0, 1, 0, 1, 1, 0))).toMatchObject({ value: 0.5, n: 6 });
  });

  it("auroc(scores, outcomes) names its choices", () => {
    expect(auroc(P20, Y20).spec).toEqual({ metric: "auroc", ties: "half", variance: "delong", scale: "logit" });
    expect(auroc(P20, Y20)).toMatchObject({ interval: "approximate", n: 20, level: 0.95 });
    const many = Float64Array.from({ length: 40 }, (_, i) => (i * 7) % 40);
    expect(
      auroc(
        many,
        Uint8Array.from(many, (_, i) => i % 2),
      ).interval,
    ).toBe("asymptotic");
  });

  it('auroc(scores, outcomes, { scale: "identity" }) has the variance of DeLong from all pairs, weights included', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (list, weighted) => {
        const weights = Float64Array.from(list, (r) => r.w);
        const used = weighted ? list : list.map((r) => ({ ...r, w: 1 }));
        const { value, variance, pairs } = byPairs(used);
        const options = { scale: "identity", level: 0.5, ...(weighted ? { weights } : {}) } as const;
        const estimate = auroc(scoresOf(list), outcomesOf(list), options);
        expect(Math.abs(estimate.value - value)).toBeLessThan(1e-14);
        if (estimate.interval === "conservative") return;
        const half = studentTQuantile(0.75, Math.max(1, pairs - 1)) * Math.sqrt(variance);
        expect(Math.abs(estimate.upper - Math.min(1, value + half))).toBeLessThan(1e-12);
        expect(Math.abs(estimate.lower - Math.max(0, value - half))).toBeLessThan(1e-12);
      }),
    );
  });

  it("auroc(scores, outcomes, { weights: ones }) equals the unweighted one, interval included", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const plain = auroc(scoresOf(list), outcomesOf(list));
        const ones = auroc(scoresOf(list), outcomesOf(list), { weights: new Float64Array(list.length).fill(3) });
        expect(ones.value).toBeCloseTo(plain.value, 14);
        expect(ones.lower).toBeCloseTo(plain.lower, 11);
        expect(ones.upper).toBeCloseTo(plain.upper, 11);
      }),
    );
  });

  it("auroc(scores, outcomes, { weights }) counts a row of weight 2 like the row twice, and weight 0 like none", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const repeated = list.flatMap((r) => Array.from({ length: r.w }, () => r));
        const padded = [...list, { s: 100, y: 0, w: 0 }, { s: 3, y: 1, w: 0 }];
        const weights = Float64Array.from(padded, (r) => r.w);
        const once = auroc(scoresOf(padded), outcomesOf(padded), { weights });
        expect(once.value).toBeCloseTo(auroc(scoresOf(repeated), outcomesOf(repeated)).value, 14);
      }),
    );
  });

  it("auroc(scores, outcomes) only sees the order, and turns round with the scores", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const value = auroc(scoresOf(list), outcomesOf(list)).value;
        const bent = scoresOf(list).map((s) => Math.exp(s) - 5);
        expect(auroc(bent, outcomesOf(list)).value).toBe(value);
        expect(
          auroc(
            scoresOf(list).map((s) => -s),
            outcomesOf(list),
          ).value,
        ).toBeCloseTo(1 - value, 14);
      }),
    );
  });

  it("auroc(scores, outcomes) of separated classes has an interval from disjoint pairs", () => {
    const scores = Float64Array.of(1, 2, 3, 4, 5, 6, 7);
    const perfect = auroc(scores, Uint8Array.of(0, 0, 0, 0, 1, 1, 1));
    expect(perfect).toMatchObject({ value: 1, upper: 1, interval: "conservative" });
    expect(perfect.lower).toBeCloseTo(0.025 ** (1 / 3), 12);
    expect(auroc(scores, Uint8Array.of(1, 1, 1, 1, 0, 0, 0))).toMatchObject({ value: 0, lower: 0 });
    const weights = Float64Array.of(0.3, 0.1, 0.7, 0.9, 0.2, 0.35, 0.4);
    expect(auroc(scores, Uint8Array.of(0, 0, 0, 0, 1, 1, 1), { weights }).value).toBe(1);
  });

  it("auroc(scores, outcomes) with one positive says that it knows nothing", () => {
    expect(auroc(Float64Array.of(1, 2, 3, 4), Uint8Array.of(0, 0, 1, 0))).toMatchObject({ lower: 0, upper: 1 });
  });

  it("auroc(scores, outcomes, { order }) uses the order it is given", () => {
    expect(auroc(P20, Y20, { order: argsort(P20) })).toEqual(auroc(P20, Y20));
  });

  it("auroc(scores, outcomes) refuses one class, NaN and unknown options", () => {
    const refuse = (run: () => unknown, error: object) => expect(run).toThrow(expect.objectContaining(error));
    refuse(() => auroc(P20, new Uint8Array(20)), { code: "one-class" });
    refuse(() => auroc(P20, Y20, { weights: Float64Array.from(Y20) }), { code: "one-class" });
    refuse(() => auroc(Float64Array.of(0, Number.NaN), Uint8Array.of(0, 1)), { code: "not-finite", index: 1 });
    refuse(() => auroc(Float64Array.of(0, 1), Uint8Array.of(0, 3)), { code: "out-of-range", index: 1 });
    refuse(() => auroc(P20, Y20.subarray(1)), { code: "shape-mismatch" });
    refuse(() => auroc(new Float64Array(0), new Uint8Array(0)), { code: "empty" });
    refuse(() => auroc(P20, Y20, { scale: "probit" as "logit" }), { code: "unknown-option" });
  });

  it("auroc(scores, outcomes) covers the truth in 95 % of samples (2000 samples of 200, 99.9 % band)", () => {
    const random = createRandom(81);
    // Normal scores one standard deviation apart: the AUROC is Φ(1/√2).
    const truth = 0.7602499389065233;
    const covered = [0, 0];
    for (let r = 0; r < 2000; r++) {
      const y = Uint8Array.from({ length: 200 }, () => (random.uniform() < 0.4 ? 1 : 0));
      const scores = Float64Array.from(y, (outcome) => random.normal() + outcome);
      const weights = Float64Array.from(y, () => 0.5 + random.uniform());
      [auroc(scores, y), auroc(scores, y, { weights })].forEach(({ lower, upper }, k) => {
        if (lower <= truth && truth <= upper) covered[k]++;
      });
    }
    for (const count of covered) {
      expect(count).toBeGreaterThanOrEqual(1867);
      expect(count).toBeLessThanOrEqual(1931);
    }
  });
});

describe("aurocDifference", () => {
  it("aurocDifference(scores, others, outcomes) is the difference of both, with a paired interval", () => {
    fc.assert(
      fc.property(rows, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 30, maxLength: 30 }), (list, noise) => {
        const scores = scoresOf(list);
        const others = scores.map((s, i) => s + noise[i]);
        const y = outcomesOf(list);
        const weights = Float64Array.from(list, (r) => r.w);
        const test = aurocDifference(scores, others, y, { weights });
        const value = auroc(scores, y, { weights }).value - auroc(others, y, { weights }).value;
        expect(test.value).toBeCloseTo(value, 14);
        expect(test.lower).toBeLessThanOrEqual(test.value);
        const swapped = aurocDifference(others, scores, y, { weights });
        expect(swapped.value).toBeCloseTo(-test.value, 14);
        expect(swapped.pValue).toBeCloseTo(test.pValue, 12);
      }),
    );
  });

  it("aurocDifference(scores, scores, outcomes) is 0 without doubt", () => {
    const test = aurocDifference(P20, P20, Y20);
    expect(test).toMatchObject({ value: 0, lower: 0, upper: 0, pValue: 1 });
    expect(test.z).toBeUndefined();
  });

  it("aurocDifference(perfect, reversed, outcomes) has the p-value of a sign test", () => {
    const y = Uint8Array.of(0, 0, 0, 1, 1, 1, 1);
    const perfect = Float64Array.of(1, 2, 3, 4, 5, 6, 7);
    const test = aurocDifference(
      perfect,
      perfect.map((s) => -s),
      y,
    );
    expect(test).toMatchObject({ value: 1, pValue: 0.25, upper: 1, interval: "conservative" });
    expect(test.lower).toBeCloseTo(1 - 2 * (1 - 0.025 ** (1 / 3)), 12);
  });

  it("aurocDifference(scores, others, outcomes) of two perfect models leaves the room that disjoint pairs leave", () => {
    const y = Uint8Array.of(0, 0, 0, 1, 1, 1, 1);
    const test = aurocDifference(Float64Array.of(1, 2, 3, 4, 5, 6, 7), Float64Array.from(y), y);
    expect(test).toMatchObject({ value: 0, pValue: 1, interval: "conservative" });
    expect(test.upper).toBeCloseTo(1 - 0.025 ** (1 / 3), 12);
    expect(test.lower).toBe(-test.upper);
  });

  it("aurocDifference(scores, others, outcomes) of a single positive proves nothing", () => {
    const y = new Uint8Array(50).fill(1, 49);
    const first = Float64Array.from(y, (_, i) => i);
    const second = Float64Array.from(y, (_, i) => (i * 17) % 50);
    const test = aurocDifference(first, second, y);
    expect(test.value).toBeGreaterThan(0.3);
    expect(test.lower).toBeLessThan(-0.3);
    expect(test).toMatchObject({ upper: 1, pValue: 1, interval: "conservative" });
    expect(test.z).toBeUndefined();
  });

  it("aurocDifference(scores, others, outcomes) covers 0 in 95 % of samples of equally good models (2000 of 200)", () => {
    const random = createRandom(82);
    let covered = 0;
    let rejected = 0;
    for (let r = 0; r < 2000; r++) {
      const y = Uint8Array.from({ length: 200 }, () => (random.uniform() < 0.5 ? 1 : 0));
      const signal = Float64Array.from(y, (outcome) => random.normal() + outcome);
      const first = signal.map((s) => s + random.normal());
      const second = signal.map((s) => s + random.normal());
      const { lower, upper, pValue } = aurocDifference(first, second, y);
      if (lower <= 0 && 0 <= upper) covered++;
      if (pValue <= 0.05) rejected++;
    }
    expect(covered).toBeGreaterThanOrEqual(1867);
    expect(covered).toBeLessThanOrEqual(1931);
    expect(rejected).toBe(2000 - covered);
  });

  it("aurocDifference(scores, others, outcomes) refuses rows that do not match", () => {
    expect(() => aurocDifference(P20, P20.subarray(1), Y20)).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(() => aurocDifference(P20, P20, new Uint8Array(20))).toThrow(expect.objectContaining({ code: "one-class" }));
  });
});
