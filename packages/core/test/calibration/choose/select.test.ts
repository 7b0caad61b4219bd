import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RowEvidence } from "../../../src/calibration/choose/row-evidence.ts";
import { type Selection, select } from "../../../src/calibration/choose/select.ts";
import { createRandom } from "../../../src/random/random.ts";

function evidence(truth: ArrayLike<number>, before: ArrayLike<number> = truth): RowEvidence {
  const values = Float64Array.from(truth);
  return {
    truth: values,
    brier: values.map((p) => (1 - p) ** 2),
    cross: values.map((p, i) => (1 - p) * (1 - before[i])),
  };
}

function choose(before: ArrayLike<number>, held: (ArrayLike<number> | null)[], rows = before.length): Selection {
  return select({
    before: evidence(before),
    held: held.map((truth) => (truth === null ? null : evidence(truth, before))),
    simplicity: held.map((_, c) => c + 1),
    sample: {
      rows: Uint32Array.from({ length: rows }, (_, i) => i),
      weights: undefined,
      merged: undefined,
      groups: undefined,
    },
  });
}

const random = createRandom(4);
const noise = Float64Array.from({ length: 200 }, () => 0.02 * random.normal());
const at = (p: number): Float64Array => noise.map((e) => p + e);

describe("select", () => {
  it("select(input) lets a map stand alone whose gain is three standard errors", () => {
    expect(choose(at(0.5), [at(0.7)])).toMatchObject({ chosen: 0, best: 0, weight: 1 });
  });

  it("select(input) leaves the scores alone where nothing is gained", () => {
    const { chosen, best, weight, gain } = choose(at(0.7), [at(0.5), at(0.6)]);
    expect({ chosen, best, weight, gain }).toEqual({ chosen: -1, best: 1, weight: 0, gain: null });
  });

  it("select(input) takes the simplest within one standard error of the best", () => {
    const simple = at(0.7);
    const wobbling = simple.map((p, i) => p + (i % 2 === 0 ? 0.05 : -0.0485));
    const { best, chosen } = choose(at(0.5), [simple, wobbling]);
    expect(chosen).toBe(0);
    expect(best === 0 || best === 1).toBe(true);
    expect(choose(at(0.5), [simple, simple.map((p) => p + 0.05)]).chosen).toBe(1);
  });

  it("select(input) blends by halves where few rows say little", () => {
    const { weight } = choose([0.5, 0.5, 0.6], [[0.51, 0.5, 0.6]]);
    expect(weight).toBeGreaterThan(0.45);
    expect(weight).toBeLessThan(0.55);
  });

  it("select(input) without rows trusts the simplest by half", () => {
    expect(choose([0.5], [[0.6], [0.9]], 0)).toMatchObject({ chosen: 0, weight: 0.5 });
  });

  it("select(input) does not leave a score of 0 or 1 alone", () => {
    const before = [1, 0.9, 0.9];
    expect(choose(before, [[0.95, 0.85, 0.85]]).chosen).toBe(0);
    expect(choose([0.99, 0.9, 0.9], [[0.95, 0.85, 0.85]]).chosen).toBe(-1);
  });

  it("select(input) passes over refused candidates", () => {
    expect(choose(at(0.5), [null, at(0.7), null])).toMatchObject({ chosen: 1, weight: 1 });
    expect(choose(at(0.5), [null])).toMatchObject({ chosen: -1, best: -1 });
  });

  it("select(input) never chooses a blend that loses log loss, or Brier score, on the evidence", () => {
    const p = fc.double({ min: 0.02, max: 0.98, noNaN: true });
    const row = fc.tuple(p, p, p);
    fc.assert(
      fc.property(fc.array(row, { minLength: 5, maxLength: 60 }), (rows) => {
        const column = (c: 0 | 1 | 2): number[] => rows.map((values) => values[c]);
        const { weight, gain } = choose(column(0), [column(1), column(2)]);
        expect(weight).toBeGreaterThanOrEqual(0);
        expect(weight).toBeLessThanOrEqual(1);
        if (gain) {
          expect(gain.logLoss.mean).toBeGreaterThan(0);
          expect(gain.brier.mean).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
