import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSample } from "../../../src/intervals/sample.ts";
import { argsort } from "../../../src/kernels/argsort.ts";
import { auarc } from "../../../src/metrics/selective/auarc.ts";
import { type AurcConvention, aurc } from "../../../src/metrics/selective/aurc.ts";
import { aurcInfluence, rowInfluence } from "../../../src/metrics/selective/group-influence.ts";
import { lossGroups } from "../../../src/metrics/selective/selective-rows.ts";
import { createRandom } from "../../../src/random/random.ts";
import { FD_SHIFTS, fromBinary, RC } from "./cases.ts";

const CONVENTIONS: readonly AurcConvention[] = [
  "prefix-mean",
  "expected-ties",
  "fd-shifts",
  "fd-shifts-nonlinear",
  "torch-uncertainty",
];

const row = fc.record({
  c: fc.integer({ min: 0, max: 5 }),
  k: fc.integer({ min: 0, max: 1 }),
  w: fc.integer({ min: 1, max: 4 }),
});
const confidenceOf = (rows: readonly { c: number }[]) => Float64Array.from(rows, (r) => r.c);
const correctOf = (rows: readonly { k: number }[]) => Uint8Array.from(rows, (r) => r.k);

/** Mean of the prefix means of the loss over all orders of tied rows, by going through the orders. */
function overOrders(rows: readonly { c: number; k: number }[]): number {
  const groups = [...new Set(rows.map((r) => r.c))]
    .sort((a, b) => b - a)
    .map((c) => rows.filter((r) => r.c === c).map((r) => 1 - r.k));
  const orders = (list: readonly number[]): number[][] =>
    list.length < 2
      ? [[...list]]
      : list.flatMap((first, i) => orders(list.filter((_, j) => j !== i)).map((rest) => [first, ...rest]));
  let sum = 0;
  let before = 0;
  let loss = 0;
  for (const group of groups) {
    const all = orders(group);
    for (const order of all) {
      let running = loss;
      order.forEach((value, j) => {
        running += value;
        sum += running / (before + j + 1) / all.length;
      });
    }
    before += group.length;
    loss += group.reduce((a, b) => a + b, 0);
  }
  return sum / rows.length;
}

describe("aurc", () => {
  it("aurc(confidence, correct, { convention }) of ten tied rows gives each tool's number under its own name", () => {
    const value = (convention: AurcConvention) => aurc(RC.confidence, RC.correct, { convention }).value;
    expect(value("fd-shifts")).toBeCloseTo(0.24797619047619, 13);
    expect(value("fd-shifts-nonlinear")).toBeCloseTo(0.26053663820388, 13);
    expect(value("torch-uncertainty")).toBeCloseTo(0.25675, 5);
    expect(value("torch-uncertainty")).toBeCloseTo(0.2567460317460317, 13);
    expect(value("prefix-mean")).toBeCloseTo(0.25107142857142856, 13);
    expect(value("expected-ties")).toBeCloseTo(0.27718253968254, 13);
  });

  it("aurc(confidence, correct) is the prefix mean in file order unless told otherwise", () => {
    const estimate = aurc(RC.confidence, RC.correct);
    expect(estimate.spec).toEqual({ metric: "aurc", convention: "prefix-mean", ties: "file-order" });
    expect(aurc(RC.confidence, RC.correct, { convention: "expected-ties" }).spec).toMatchObject({ ties: "expected" });
    expect(estimate).toMatchObject({ n: 10, interval: "approximate", level: 0.95 });
  });

  it('aurc(confidence, correct, { convention: "torch-uncertainty" }) spans its values over orders of tied rows', () => {
    const ranks = (order: number[]) => ({
      confidence: Float64Array.from(order, (i) => RC.confidence[i]),
      correct: Uint8Array.from(order, (i) => RC.correct[i]),
    });
    const best = ranks([0, 1, 2, 3, 4, 6, 5, 7, 8, 9]);
    const worst = ranks([0, 2, 1, 3, 5, 4, 6, 7, 8, 9]);
    const options = { convention: "torch-uncertainty" } as const;
    expect(aurc(best.confidence, best.correct, options).value).toBeCloseTo(0.2382, 4);
    expect(aurc(worst.confidence, worst.correct, options).value).toBeCloseTo(0.3345, 4);
    expect(aurc(worst.confidence, worst.correct, { convention: "fd-shifts" }).value).toBeCloseTo(0.24797619047619, 13);
  });

  it('aurc(confidence, correct, { convention: "fd-shifts" }) reproduces the tests of fd-shifts', () => {
    for (const { confidence, correct, aurc: expected } of FD_SHIFTS)
      expect(Math.abs(aurc(confidence, correct, { convention: "fd-shifts" }).value - expected)).toBeLessThan(1e-14);
    const right = Uint8Array.of(1, 1, 1);
    const equal = new Float64Array(3);
    for (const convention of CONVENTIONS) {
      expect(aurc(equal, right, { convention }).value).toBe(0);
      expect(aurc(equal, new Uint8Array(3), { convention }).value).toBe(1);
    }
  });

  it('aurc(confidence, correct, { convention: "torch-uncertainty" }) reproduces the tests of TorchUncertainty', () => {
    const { confidence, correct } = fromBinary([0.1, 0.2, 0.3, 0.4, 0.2], [0, 0, 1, 1, 0]);
    expect(aurc(confidence, correct, { convention: "torch-uncertainty" }).value).toBeCloseTo(0.1125, 15);
    const documented = aurc(Float64Array.of(0.7, 0.6, 0.8), Uint8Array.of(1, 0, 1), {
      convention: "torch-uncertainty",
    });
    expect(documented.value).toBeCloseTo(0.0833, 4);
  });

  it('aurc(confidence, correct, { convention: "expected-ties" }) is the mean over all orders of tied rows', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 7 }), (rows) => {
        const { value } = aurc(confidenceOf(rows), correctOf(rows), { convention: "expected-ties" });
        expect(Math.abs(value - overOrders(rows))).toBeLessThan(1e-14);
      }),
    );
  });

  it("aurc(confidence, correct) is the same in all row conventions where no confidence repeats", () => {
    const random = createRandom(17);
    const confidence = Float64Array.from({ length: 500 }, () => random.uniform());
    const correct = Uint8Array.from(confidence, (c) => (random.uniform() < c ? 1 : 0));
    const prefix = aurc(confidence, correct);
    const expected = aurc(confidence, correct, { convention: "expected-ties" });
    expect(expected.value).toBeCloseTo(prefix.value, 14);
    expect(expected.lower).toBeCloseTo(prefix.lower, 12);
    for (const convention of CONVENTIONS)
      expect(Math.abs(aurc(confidence, correct, { convention }).value - prefix.value)).toBeLessThan(0.02);
  });

  it("aurc(confidence, correct, { weights }) with equal weights is the unweighted one, interval included", () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 2, maxLength: 25 }),
        fc.constantFrom(...CONVENTIONS),
        (rows, convention) => {
          const plain = aurc(confidenceOf(rows), correctOf(rows), { convention });
          const weights = new Float64Array(rows.length).fill(0.3);
          const equal = aurc(confidenceOf(rows), correctOf(rows), { convention, weights });
          expect(equal.value).toBeCloseTo(plain.value, 13);
          expect(equal.lower).toBeCloseTo(plain.lower, 9);
          expect(equal.upper).toBeCloseTo(plain.upper, 9);
          const graded = aurc(confidenceOf(rows), Float64Array.from(correctOf(rows)), { convention });
          expect(graded.value).toBeCloseTo(plain.value, 13);
          expect(graded.upper).toBeCloseTo(plain.upper, 9);
        },
      ),
    );
  });

  it("aurc(confidence, correct, { weights }) leaves out rows of weight 0 and does not see the scale of the weights", () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 2, maxLength: 15 }),
        fc.constantFrom(...CONVENTIONS),
        (rows, convention) => {
          const weights = Float64Array.from(rows, (r) => r.w);
          const { value } = aurc(confidenceOf(rows), correctOf(rows), { convention, weights });
          const padded = [{ c: 3, k: 0, w: 0 }, ...rows, { c: 9, k: 1, w: 0 }];
          const scaled = aurc(confidenceOf(padded), correctOf(padded), {
            convention,
            weights: Float64Array.from(padded, (r) => r.w * 0.01),
          });
          expect(scaled.value).toBeCloseTo(value, 13);
        },
      ),
    );
  });

  it("aurc(confidence, correct, { merged }) of merged rows is that of the rows they stand for", () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 2, maxLength: 15 }),
        fc.constantFrom<AurcConvention>("expected-ties", "fd-shifts", "fd-shifts-nonlinear"),
        (rows, convention) => {
          const counts = Float64Array.from(rows, (r) => r.w);
          const merged = aurc(confidenceOf(rows), correctOf(rows), {
            convention,
            weights: counts,
            merged: { counts, squaredWeights: counts },
          });
          const repeated = rows.flatMap((r) => Array.from({ length: r.w }, () => r));
          const single = aurc(confidenceOf(repeated), correctOf(repeated), { convention });
          expect(merged.value).toBeCloseTo(single.value, 12);
          expect(merged.upper).toBeCloseTo(single.upper, 8);
          expect(merged.n).toBe(single.n);
        },
      ),
    );
  });

  it("aurc(confidence, correct) without an error is bounded by the error rate that n rows cannot exclude", () => {
    const confidence = Float64Array.from({ length: 50 }, (_, i) => i);
    const right = aurc(confidence, new Uint8Array(50).fill(1));
    const bound = 1 - 0.025 ** (1 / 50);
    expect(right).toMatchObject({ value: 0, lower: 0, interval: "conservative" });
    expect(right.upper).toBeCloseTo(bound * (1 - Math.log(bound)), 12);
    const wrong = aurc(confidence, new Uint8Array(50));
    expect(wrong).toMatchObject({ value: 1, upper: 1 });
    expect(wrong.lower).toBeCloseTo(1 - bound + bound * Math.log(bound), 12);
  });

  it("aurc(confidence, correct) with one error in a thousand rows stays below what that error rate allows", () => {
    const confidence = Float64Array.from({ length: 1000 }, (_, i) => i);
    const correct = new Uint8Array(1000).fill(1);
    correct[500] = 0;
    const { value, lower, upper, interval } = aurc(confidence, correct);
    expect(interval).toBe("approximate");
    expect(lower).toBeGreaterThan(0);
    expect(lower).toBeLessThan(value);
    expect(upper).toBeGreaterThan(value);
    expect(upper).toBeLessThan(0.05);
  });

  it("aurc(confidence, correct, { order }) uses the order it is given", () => {
    for (const convention of CONVENTIONS)
      expect(aurc(RC.confidence, RC.correct, { convention, order: argsort(RC.confidence) })).toEqual(
        aurc(RC.confidence, RC.correct, { convention }),
      );
  });

  it("aurc(confidence, correct) refuses bad rows, unknown conventions and merged rows that must be single", () => {
    const refuse = (run: () => unknown, error: object) => expect(run).toThrow(expect.objectContaining(error));
    refuse(() => aurc(Float64Array.of(0.5, Infinity), Uint8Array.of(0, 1)), { code: "not-finite", index: 1 });
    refuse(() => aurc(Float64Array.of(0.5, 0.5), Uint8Array.of(0, 2)), { code: "out-of-range", index: 1 });
    refuse(() => aurc(Float64Array.of(0.5), Float64Array.of(Number.NaN)), { code: "not-finite", index: 0 });
    refuse(() => aurc(Float64Array.of(0.5), Uint8Array.of(0, 1)), { code: "shape-mismatch" });
    refuse(() => aurc(new Float64Array(0), new Uint8Array(0)), { code: "empty" });
    refuse(() => aurc(RC.confidence, RC.correct, { convention: "geifman" as AurcConvention }), {
      code: "unknown-option",
    });
    refuse(() => aurc(Float64Array.of(1), Uint8Array.of(1), { convention: "torch-uncertainty" }), { code: "too-few" });
    const counts = new Float64Array(10).fill(2);
    const merged = { weights: counts, merged: { counts, squaredWeights: counts } };
    refuse(() => aurc(RC.confidence, RC.correct, merged), { code: "incompatible" });
  });

  it("aurc(confidence, correct) covers the truth in 95 % of samples (2000 samples of 200, 99.9 % band)", () => {
    const random = createRandom(91);
    // Confidence uniform, P(correct) = ½ + c/2: the area is ∫ (1 − c)/2 · (−ln(1 − c)) dc = 1/8.
    const truth = 1 / 8;
    const covered = [0, 0];
    for (let r = 0; r < 2000; r++) {
      const confidence = Float64Array.from({ length: 200 }, () => random.uniform());
      const correct = Uint8Array.from(confidence, (c) => (random.uniform() < 0.5 + c / 2 ? 1 : 0));
      const weights = Float64Array.from(confidence, () => 0.5 + random.uniform());
      const convention = "expected-ties";
      [aurc(confidence, correct), aurc(confidence, correct, { weights, convention })].forEach(({ lower, upper }, k) => {
        if (lower <= truth && truth <= upper) covered[k]++;
      });
    }
    for (const count of covered) {
      expect(count).toBeGreaterThanOrEqual(1867);
      expect(count).toBeLessThanOrEqual(1931);
    }
  });
});

describe("auarc", () => {
  it("auarc(confidence, correct) of MAPIE's examples", () => {
    expect(auarc(Float64Array.of(0.1, 0.2, 0.8, 0.9), Uint8Array.of(0, 0, 1, 1)).value).toBeCloseTo(
      0.7916666666666666,
      15,
    );
    expect(auarc(Float64Array.of(0.9, 0.8, 0.2, 0.1), Uint8Array.of(1, 1, 0, 0)).value).toBeCloseTo(0.7916667, 7);
  });

  it("auarc(confidence, correct) is one minus aurc, ends exchanged", () => {
    const area = aurc(RC.confidence, RC.correct);
    const turned = auarc(RC.confidence, RC.correct);
    expect(turned).toMatchObject({ value: 1 - area.value, lower: 1 - area.upper, upper: 1 - area.lower });
    expect(turned.spec).toEqual({ metric: "auarc", convention: "prefix-mean", ties: "file-order" });
  });
});

describe("aurcInfluence", () => {
  it("aurcInfluence(groups) is the derivative of the area in the weight of a row", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 12 }), (rows) => {
        const confidence = confidenceOf(rows);
        const correct = correctOf(rows);
        const weights = Float64Array.from(rows, (r) => r.w);
        const areaAt = (w: Float64Array) =>
          aurc(confidence, correct, { weights: w, convention: "fd-shifts-nonlinear" }).value;
        const sample = checkSample(rows.length, { weights });
        const groups = lossGroups(confidence, correct, sample);
        const influence = rowInfluence(groups, aurcInfluence(groups), confidence, correct, argsort(confidence));
        influence.forEach((value, i) => {
          const step = 1e-4;
          const up = areaAt(weights.map((w, j) => (i === j ? w + step : w)));
          const down = areaAt(weights.map((w, j) => (i === j ? w - step : w)));
          expect(Math.abs(((up - down) / (2 * step)) * sample.totalWeight - value)).toBeLessThan(1e-6);
        });
      }),
    );
  });
});
