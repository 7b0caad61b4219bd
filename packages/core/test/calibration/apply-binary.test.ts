import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyBinaryMap, vennAbersInterval } from "../../src/calibration/apply-binary.ts";
import type { BinaryFeature, BinaryMap, StepMap, VennAbersMap } from "../../src/calibration/binary-map.ts";
import { createRandom } from "../../src/random/random.ts";

const apply = (map: BinaryMap, ...scores: number[]) => [...applyBinaryMap(map, Float64Array.from(scores))];
const logistic = (terms: Partial<Record<BinaryFeature, number>>, clip = 1e-6): BinaryMap => ({
  kind: "logistic",
  terms: (["one", "score", "logit", "logit-squared", "log", "minus-log-complement"] as const).flatMap((feature) => {
    const coefficient = terms[feature];
    return coefficient === undefined ? [] : [{ feature, coefficient }];
  }),
  clip,
});
/** What a linear predictor of -709 and less gives: never 0. */
const LEAST = expect.closeTo(1.2167807506e-308, 317);
const step: StepMap = { kind: "step", x: [0.25, 0.5], at: [0.2, 0.6], between: [0.1, 0.4, 0.9] };
const venn: VennAbersMap = {
  kind: "venn-abers",
  lower: { kind: "step", x: [0.5], at: [0.25], between: [0, 0.5] },
  upper: { kind: "step", x: [0.5], at: [0.5], between: [0.4, 1] },
};

describe("applyBinaryMap", () => {
  it("applyBinaryMap(identity, scores) is the scores", () => {
    expect(apply({ kind: "identity" }, 0, 0.3, 1)).toEqual([0, 0.3, 1]);
  });

  it("applyBinaryMap(logistic, scores) sums every feature", () => {
    const p = 0.3;
    const logit = Math.log(p / (1 - p));
    const values = {
      one: 1,
      score: p,
      logit,
      "logit-squared": logit * logit,
      log: Math.log(p),
      "minus-log-complement": -Math.log1p(-p),
    } as const;
    const coefficients = {
      one: 0.3,
      score: -1.2,
      logit: 0.7,
      "logit-squared": 0.2,
      log: -0.4,
      "minus-log-complement": 0.9,
    };
    let total = 0;
    for (const feature of ["one", "score", "logit", "logit-squared", "log", "minus-log-complement"] as const) {
      const eta = 1.7 * values[feature];
      expect(apply(logistic({ [feature]: 1.7 }), p)[0]).toBeCloseTo(1 / (1 + Math.exp(-eta)), 15);
      total += coefficients[feature] * values[feature];
    }
    expect(apply(logistic(coefficients), p)[0]).toBeCloseTo(1 / (1 + Math.exp(-total)), 15);
  });

  it("applyBinaryMap(logistic, scores) adds terms of the same feature", () => {
    const terms = [
      { feature: "logit", coefficient: 0.5 },
      { feature: "logit", coefficient: 0.5 },
    ] as const;
    expect(apply({ kind: "logistic", terms, clip: 1e-6 }, 0.3)[0]).toBeCloseTo(0.3, 15);
  });

  it("applyBinaryMap(logistic in the logit, scores) clips scores of 0 and 1 and never gives NaN", () => {
    expect(apply(logistic({ logit: 1 }, 1e-3), 0, 1e-9, 1)).toEqual([
      expect.closeTo(1e-3, 15),
      expect.closeTo(1e-3, 15),
      expect.closeTo(1 - 1e-3, 15),
    ]);
    expect(apply(logistic({ logit: 1e300, one: -5 }), 0, 0.4, 0.5, 1)).toEqual([
      LEAST,
      LEAST,
      expect.closeTo(0.0066928509, 9),
      1,
    ]);
    expect(apply(logistic({ log: 1e308, "minus-log-complement": 1 }), 0, 1)).toEqual([LEAST, LEAST]);
  });

  it("applyBinaryMap(logistic in one and score, scores) takes any finite real, and only finite ones", () => {
    expect(apply(logistic({ one: -1, score: 2 }), -1e4, 0.5, 1e4)).toEqual([LEAST, 0.5, 1]);
    expect(() => apply(logistic({ score: 1 }), 0, Number.POSITIVE_INFINITY)).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
  });

  it("applyBinaryMap(interpolated, scores) is linear between knots and constant beyond", () => {
    const map: BinaryMap = { kind: "interpolated", x: [0.2, 0.4, 0.8], y: [0.1, 0.3, 0.9] };
    const expected = [0.1, 0.1, 0.2, 0.3, 0.6, 0.9, 0.9];
    apply(map, 0, 0.2, 0.3, 0.4, 0.6, 0.8, 1).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 15);
    });
    expect(apply({ kind: "interpolated", x: [0.5], y: [0.7] }, 0, 0.5, 1)).toEqual([0.7, 0.7, 0.7]);
  });

  it("applyBinaryMap(step, scores) has a value at, between and beyond knots", () => {
    expect(apply(step, 0, 0.25, 0.3, 0.5, 0.50001, 1)).toEqual([0.1, 0.2, 0.4, 0.6, 0.9, 0.9]);
    expect(apply({ kind: "step", x: [], at: [], between: [0.3] }, 0, 1)).toEqual([0.3, 0.3]);
    expect(apply({ kind: "step", x: [0, 1], at: [0.1, 0.2], between: [0, 0.5, 1] }, 0, 0.5, 1)).toEqual([
      0.1, 0.5, 0.2,
    ]);
  });

  it("applyBinaryMap(step, scores) finds the knot that a search through all of them finds", () => {
    const score = fc.oneof(
      fc.constantFrom(0, 1, 0.5, 0.25, 2 ** -60, 1 - 2 ** -53),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(score, { maxLength: 40 }),
        fc.array(score, { minLength: 1, maxLength: 20 }),
        (knots, rows) => {
          const x = knots.map((value) => value + 0).sort((a, b) => a - b);
          fc.pre(x.every((value, i) => i === 0 || value > x[i - 1]));
          const at = x.map((_, i) => (2 * i + 1) / 100);
          const between = [...x, 1].map((_, i) => (2 * i) / 100);
          const scores = [...rows, ...x];
          const expected = scores.map((value) =>
            x.includes(value) ? at[x.indexOf(value)] : between[x.filter((k) => k < value).length],
          );
          expect(apply({ kind: "step", x, at, between }, ...scores)).toEqual(expected);
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  it("applyBinaryMap(venn-abers, scores) merges the two probabilities", () => {
    const expected = [0.4 / 1.4, 0.5 / 1.25, 1 / 1.5];
    apply(venn, 0.1, 0.5, 0.9).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 15);
    });
  });

  it("vennAbersInterval(map, scores) is the two probabilities themselves", () => {
    const { lower, upper } = vennAbersInterval(venn, Float64Array.of(0.1, 0.5, 0.9));
    expect([...lower]).toEqual([0, 0.25, 0.5]);
    expect([...upper]).toEqual([0.4, 0.5, 1]);
    expect(() => vennAbersInterval(venn, Float64Array.of(2))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 0 }),
    );
  });

  it("applyBinaryMap(spline, scores) is cubic between knots and linear beyond, in the log-odds", () => {
    const map: BinaryMap = {
      kind: "spline",
      knots: [-1, 0, 2],
      pieces: [
        [-0.5, 1, 0.5, -0.5],
        [0.5, 0.5, 0.25, 0.125],
      ],
      clip: 1e-9,
    };
    const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
    const expected = [-0.5 - 1, -0.5, -0.5 + 0.5 + 0.125 - 0.0625, 0.5, 0.5 + 0.5 + 0.25 + 0.125, 3.5, 3.5 + 3];
    const logits = [-2, -1, -0.5, 0, 1, 2, 3];
    apply(map, ...logits.map(sigmoid)).forEach((value, i) => {
      expect(value).toBeCloseTo(sigmoid(expected[i]), 14);
    });
  });

  it("applyBinaryMap(blend, scores) is the weighted mean, and (chain, scores) one map after another", () => {
    const halves: BinaryMap = {
      kind: "blend",
      parts: [
        { weight: 0.25, map: step },
        { weight: 0.75, map: { kind: "identity" } },
      ],
    };
    expect(apply(halves, 0.25)[0]).toBeCloseTo(0.25 * 0.2 + 0.75 * 0.25, 15);
    const chain: BinaryMap = { kind: "chain", maps: [logistic({ score: 1 }), step, halves] };
    const first = apply(step, ...apply(logistic({ score: 1 }), -3, 0, 3));
    expect(apply(chain, -3, 0, 3)).toEqual(apply(halves, ...first));
    expect(() => apply({ kind: "chain", maps: [step, logistic({ score: 1 })] }, -3)).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });

  it("applyBinaryMap(map, scores, scores) may write over its argument, for every kind of map and many rows", () => {
    const random = createRandom(2);
    const scores = Float64Array.from({ length: 10_000 }, () => random.uniform());
    const parts: BinaryMap[] = [
      { kind: "identity" },
      logistic({ one: 0.1, logit: 0.9 }),
      logistic({ one: 0.1, log: 0.9, "minus-log-complement": 1.1 }),
      { kind: "interpolated", x: [0.2, 0.8], y: [0.3, 0.6] },
      step,
      venn,
      { kind: "spline", knots: [-1, 1], pieces: [[-1, 1, 0, 0]], clip: 1e-6 },
    ];
    const maps: BinaryMap[] = [
      ...parts,
      { kind: "blend", parts: parts.map((map) => ({ weight: 1 / parts.length, map })) },
      { kind: "chain", maps: parts },
    ];
    for (const map of maps) {
      const fresh = applyBinaryMap(map, scores);
      const own = scores.slice();
      expect(applyBinaryMap(map, own, own)).toBe(own);
      expect(own).toEqual(fresh);
      for (const i of [0, 4095, 4096, 9999]) expect(apply(map, scores[i])).toEqual([fresh[i]]);
    }
  });

  it("applyBinaryMap(map, scores) names the row of a bad score and writes nothing", () => {
    for (const bad of [-0.1, 1.1, Number.NaN]) {
      const out = new Float64Array(2);
      expect(() => applyBinaryMap(step, Float64Array.of(0.9, bad), out)).toThrow(
        expect.objectContaining({ code: "out-of-range", index: 1 }),
      );
      expect([...out]).toEqual([0, 0]);
    }
    expect(() => applyBinaryMap(step, Float64Array.of(0.5), new Float64Array(2))).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(apply(step)).toEqual([]);
  });
});
