import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyBinaryMap,
  type BinaryMap,
  createRandom,
  fitIsotonic,
  isotonicRegression,
  isotonicValue,
  logLoss,
  sortedCopy,
} from "../../../src/index.ts";
import { P20, Y20 } from "../../master-case.ts";

/** Rows with many exact ties. */
const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 1 })), {
  minLength: 1,
  maxLength: 60,
});

function pairs(drawn: readonly (readonly number[])[]): { scores: Float64Array; outcomes: Uint8Array } {
  return {
    scores: Float64Array.from(drawn, ([score]) => score / 12),
    outcomes: Uint8Array.from(drawn, ([, outcome]) => outcome),
  };
}

function sortedByScore(scores: Float64Array, outcomes: Uint8Array): { x: Float64Array; y: Uint8Array } {
  const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  return { x: Float64Array.from(order, (i) => scores[i]), y: Uint8Array.from(order, (i) => outcomes[i]) };
}

function knots(map: BinaryMap): { x: readonly number[]; y: readonly number[] } {
  if (map.kind !== "interpolated") throw new Error(`expected an interpolated map, got ${map.kind}`);
  return map;
}

describe("fitIsotonic", () => {
  it("fitIsotonic of the master case has the knots and values of scikit-learn", () => {
    const { map, parameters, certificate, n } = fitIsotonic(P20, Y20);
    expect(knots(map).x).toEqual([0.05, 0.15, 0.2, 0.3, 0.35, 0.55, 0.6, 0.65, 0.7, 0.8, 0.85, 0.99]);
    expect(knots(map).y).toEqual([0, 0, 1 / 3, 1 / 3, 0.4, 0.4, 0.5, 0.5, 2 / 3, 2 / 3, 1, 1]);
    expect({ blocks: parameters.blocks, certificate, n }).toEqual({ blocks: 6, certificate: null, n: 20 });
    const between = applyBinaryMap(map, Float64Array.of(0.12, 0.33, 0.62, 1));
    [0, 28 / 75, 0.5, 1].forEach((value, i) => {
      expect(between[i]).toBeCloseTo(value, 14);
    });
  });

  it("fitIsotonic finds the levels and blocks of a CORP diagram", () => {
    const p = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9);
    const { map } = fitIsotonic(p, Uint8Array.of(0, 0, 1, 0, 1, 1, 0, 1));
    expect(knots(map).x).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9]);
    expect(knots(map).y).toEqual([0, 0, 0.5, 0.5, 2 / 3, 2 / 3, 1]);
  });

  it("fitIsotonic pools scores that are the same double, and no others", () => {
    const next = 0.5 + 2 ** -53;
    const tied = fitIsotonic(Float64Array.of(0.5, 0.5 + 1e-17, 0.9), Uint8Array.of(1, 0, 1));
    expect(knots(tied.map)).toMatchObject({ x: [0.5, 0.9], y: [0.5, 1] });
    const apart = fitIsotonic(Float64Array.of(0.5, next, 0.9), Uint8Array.of(0, 1, 1));
    expect(knots(apart.map)).toMatchObject({ x: [0.5, next, 0.9], y: [0, 1, 1] });
    expect(applyBinaryMap(apart.map, Float64Array.of(0.5, next))).toEqual(Float64Array.of(0, 1));
  });

  it("fitIsotonic agrees with interpolation over all fitted levels", () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const { scores, outcomes } = pairs(drawn);
        const { x, y } = sortedByScore(scores, outcomes);
        const all = isotonicRegression(x, y);
        const grid = Float64Array.from({ length: 97 }, (_, i) => i / 96);
        const ours = applyBinaryMap(fitIsotonic(scores, outcomes).map, grid);
        grid.forEach((at, i) => {
          expect(Math.abs(ours[i] - isotonicValue(all, at))).toBeLessThanOrEqual(1e-15);
        });
      }),
    );
  });

  it("fitIsotonic keeps few knots of 100000 rows and still agrees at every one of them", () => {
    const random = createRandom(3);
    const scores = Float64Array.from({ length: 100_000 }, () => random.uniform() ** 9);
    const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ** 0.7 ? 1 : 0));
    const { map } = fitIsotonic(scores, outcomes);
    expect(knots(map).x.length).toBeLessThan(1000);
    const { x, y } = sortedByScore(scores, outcomes);
    const all = isotonicRegression(x, y);
    expect(applyBinaryMap(map, x)).toEqual(all.values);
  });

  it("fitIsotonic as steps takes the value of the largest fitted score not above", () => {
    const { map } = fitIsotonic(P20, Y20, { shape: "step" });
    expect(map).toEqual({
      kind: "step",
      x: [0.2, 0.35, 0.6, 0.7, 0.85],
      at: [1 / 3, 0.4, 0.5, 2 / 3, 1],
      between: [0, 1 / 3, 0.4, 0.5, 2 / 3, 1],
    });
    expect(applyBinaryMap(map, Float64Array.of(0, 0.19, 0.2, 0.34, 0.35, 1))).toEqual(
      Float64Array.of(0, 0, 1 / 3, 1 / 3, 0.4, 1),
    );
  });

  it("fitIsotonic centred makes a point of every block strictly between 0 and 1", () => {
    const { map, method } = fitIsotonic(P20, Y20, { shape: "centred" });
    const centres = [0.05, 0.15, 0.25, 0.45, 0.625, 0.75, 0.85, 0.99];
    expect(knots(map).x).toHaveLength(8);
    knots(map).x.forEach((x, i) => {
      expect(x).toBeCloseTo(centres[i], 15);
    });
    expect(knots(map).y).toEqual([0, 0, 1 / 3, 0.4, 0.5, 2 / 3, 1, 1]);
    expect(method).toBe("centred-isotonic");
  });

  it("fitIsotonic centred rises strictly between its flat ends", () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const { scores, outcomes } = pairs(drawn);
        const { x, y } = knots(fitIsotonic(scores, outcomes, { shape: "centred" }).map);
        for (let i = 1; i < x.length; i++) {
          expect(x[i]).toBeGreaterThan(x[i - 1]);
          if (y[i] === y[i - 1]) expect([0, 1]).toContain(y[i]);
          else expect(y[i]).toBeGreaterThan(y[i - 1]);
        }
      }),
    );
  });

  it("fitIsotonic bounded adds half a row at either end", () => {
    const scores = Float64Array.of(0.1, 0.2, 0.3, 0.6, 0.7, 0.9);
    const { map, notes } = fitIsotonic(scores, Uint8Array.of(0, 0, 0, 1, 1, 1), { bounded: true });
    expect(knots(map)).toMatchObject({ x: [0.1, 0.3, 0.6, 0.9], y: [1 / 7, 1 / 7, 6 / 7, 6 / 7] });
    expect(notes).toEqual([]);
  });

  it("fitIsotonic bounded is monotone, never certain, and exact where the ends do not reach", () => {
    fc.assert(
      fc.property(rows, fc.constantFrom("linear", "step", "centred"), (drawn, shape) => {
        const { scores, outcomes } = pairs(drawn);
        const grid = Float64Array.from({ length: 200 }, (_, i) => i / 199);
        const bounded = applyBinaryMap(fitIsotonic(scores, outcomes, { bounded: true, shape }).map, grid);
        bounded.forEach((value, i) => {
          expect(value > 0 && value < 1).toBe(true);
          if (i > 0) expect(value).toBeGreaterThanOrEqual(bounded[i - 1]);
        });
      }),
    );
    const inner = applyBinaryMap(fitIsotonic(P20, Y20, { bounded: true }).map, Float64Array.of(0.3, 0.5, 0.65, 0.75));
    expect(inner).toEqual(Float64Array.of(1 / 3, 0.4, 0.5, 2 / 3));
  });

  it("fitIsotonic has the least log loss and Brier score of monotone maps on its own rows", () => {
    const fitted = applyBinaryMap(fitIsotonic(P20, Y20).map, P20);
    expect(logLoss(fitted, Y20).value).toBeCloseTo(0.5283721871056929 - 0.09985030180894, 12);
    const brier = fitted.reduce((total, q, i) => total + (q - Y20[i]) ** 2 / 20, 0);
    expect(brier).toBeCloseTo(0.183755 - 0.03208833333333, 13);
  });

  it("fitIsotonic of weights equals the fit of repeated rows, and leaves out rows of weight 0", () => {
    fc.assert(
      fc.property(rows, fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 60 }), (drawn, counts) => {
        const { scores, outcomes } = pairs(drawn);
        const weights = Float64Array.from(scores, (_, i) => counts[i]);
        fc.pre(weights.some((w) => w > 0));
        const repeated = drawn.flatMap((row, i) => Array.from({ length: counts[i] }, () => row));
        const one = pairs(repeated);
        const grid = Float64Array.from({ length: 49 }, (_, i) => i / 48);
        for (const [shape, bounded] of [
          ["linear", false],
          ["step", false],
          ["centred", false],
          ["linear", true],
        ] as const) {
          const ours = applyBinaryMap(fitIsotonic(scores, outcomes, { weights, shape, bounded }).map, grid);
          const theirs = applyBinaryMap(fitIsotonic(one.scores, one.outcomes, { shape, bounded }).map, grid);
          ours.forEach((value, i) => {
            expect(Math.abs(value - theirs[i])).toBeLessThanOrEqual(1e-13);
          });
        }
      }),
    );
  });

  it("fitIsotonic does not depend on the scale of the weights, nor on the order of the rows", () => {
    const weights = Float64Array.from(P20, (p) => 0.5 + p);
    const scaled = weights.map((w) => 1024 * w);
    for (const bounded of [false, true])
      expect(fitIsotonic(P20, Y20, { weights: scaled, bounded }).map).toEqual(
        fitIsotonic(P20, Y20, { weights, bounded }).map,
      );
    expect(fitIsotonic(P20.toReversed(), Y20.toReversed()).map).toEqual(fitIsotonic(P20, Y20).map);
  });

  it("fitIsotonic of one row or one class gives a constant", () => {
    expect(knots(fitIsotonic(Float64Array.of(0.4), Uint8Array.of(1)).map)).toMatchObject({ x: [0.4], y: [1] });
    const ones = fitIsotonic(P20, new Uint8Array(20).fill(1), { bounded: true });
    expect(knots(ones.map)).toMatchObject({ x: [0.05, 0.99], y: [20.5 / 21, 20.5 / 21] });
    const falling = fitIsotonic(
      P20,
      Y20.map((y) => 1 - y)
        .sort()
        .reverse(),
      { shape: "step" },
    );
    expect(falling.map).toEqual({ kind: "step", x: [], at: [], between: [0.5] });
    expect(falling.notes.join()).toContain("mapped to one value");
  });

  it("fitIsotonic sorts scores of any crowding, also -0 and subnormal ones", () => {
    const random = createRandom(8);
    const makers = [
      () => random.uniform() ** 200,
      () => Math.round(random.uniform() * 3) / 3,
      () => (random.uniform() < 0.5 ? 5e-324 * Math.floor(random.uniform() * 4) : -0),
      () => 0.5 + 2 ** -50 * Math.floor(random.uniform() * 8),
      () => (random.uniform() < 0.01 ? 1 : 1e-9 * random.uniform()),
    ];
    for (const make of makers) {
      const scores = Float64Array.from({ length: 3000 }, make);
      const outcomes = Uint8Array.from(scores, (_, i) => i % 2);
      const { x, y } = sortedByScore(scores, outcomes);
      const all = isotonicRegression(x, y);
      const { map } = fitIsotonic(scores, outcomes);
      expect(knots(map).x[0]).toBe(Math.abs(sortedCopy(scores)[0]));
      expect(all.levels.map((level) => applyBinaryMap(map, Float64Array.of(Math.abs(level)))[0])).toEqual(all.values);
    }
  });

  it("fitIsotonic refuses rows that are not scores with outcomes", () => {
    const bad = (scores: number[], outcomes: number[], options = {}): void => {
      fitIsotonic(Float64Array.from(scores), Uint8Array.from(outcomes), options);
    };
    expect(() => bad([], [])).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => bad([0.5], [0, 1])).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    expect(() => bad([0.5, 1.5], [0, 1])).toThrow(expect.objectContaining({ code: "out-of-range", index: 1 }));
    expect(() => bad([0.5, Number.NaN], [0, 1])).toThrow(expect.objectContaining({ code: "not-finite" }));
    expect(() => bad([0.5], [2])).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => bad([0.5], [1], { shape: "cubic" })).toThrow(expect.objectContaining({ code: "unknown-option" }));
    expect(() => bad([0.5], [1], { weights: Float64Array.of(0) })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});
