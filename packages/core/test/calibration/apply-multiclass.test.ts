import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyMulticlassMap,
  type BinaryMap,
  checkMulticlassMap,
  logitsFromProbabilities,
  type MulticlassMap,
  matrixFromRows,
  softmax,
} from "../../src/index.ts";
import { P12, Z12 } from "../master-case.ts";
import { farthest } from "./multiclass/oracle.ts";

const identity: MulticlassMap = { kind: "identity" };
const scores: BinaryMap = { kind: "identity" };
const step = (x: number, below: number, above: number): BinaryMap => ({
  kind: "step",
  x: [x],
  at: [above],
  between: [below, above],
});
const constant = (value: number): BinaryMap => ({ kind: "interpolated", x: [0], y: [value] });
const rows = (map: MulticlassMap, logits: readonly (readonly number[])[]) =>
  applyMulticlassMap(map, matrixFromRows(logits)).data;
const linear = (
  scale: number | readonly number[] | readonly (readonly number[])[],
  bias: readonly number[] | null = null,
): MulticlassMap => ({ kind: "linear", scale, bias, prepare: null });

describe("applyMulticlassMap", () => {
  it("applyMulticlassMap(identity, logits) is softmax", () => {
    expect(applyMulticlassMap(identity, Z12)).toEqual(P12);
  });

  it("applyMulticlassMap(linear, logits) takes one scale, one per class, or a matrix, and biases", () => {
    const z = [[1, 2, -1]];
    expect(rows(linear(0.5), z)).toEqual(rows(identity, [[0.5, 1, -0.5]]));
    expect(rows(linear([1, 2, 3], [0.5, 0, 1]), z)).toEqual(rows(identity, [[1.5, 4, -2]]));
    const scale = [
      [1, 2, 3],
      [0, 1, 0],
      [-1, 0, 0.5],
    ];
    expect(rows(linear(scale, [0, 1, 0]), z)).toEqual(rows(identity, [[2, 3, -1.5]]));
  });

  it("applyMulticlassMap({ prepare }, logits) reads the mixture of tempered probabilities and the uniform ones", () => {
    const mixed = rows({ kind: "linear", scale: 1, bias: null, prepare: { beta: 1.514854379264559, mix: 1 / 13 } }, [
      [2, 0.5, -1],
    ]);
    expect(farthest(mixed, [0.854477911579, 0.111074825625, 0.034447262795])).toBeLessThan(1e-12);
    const logs = rows({ kind: "linear", scale: [1, 2], bias: null, prepare: { beta: 1, mix: 0 } }, [[0, Math.log(3)]]);
    expect(farthest(logs, [0.25 / (0.25 + 0.5625), 0.5625 / (0.25 + 0.5625)])).toBeLessThan(1e-15);
  });

  it("applyMulticlassMap(blend, logits) averages probabilities; uniform is 1/K", () => {
    const map: MulticlassMap = {
      kind: "blend",
      parts: [
        { weight: 0.75, map: identity },
        { weight: 0.25, map: { kind: "uniform" } },
      ],
    };
    expect(farthest(rows(map, [[0, Math.log(3)]]), [0.75 * 0.25 + 0.125, 0.75 * 0.75 + 0.125])).toBeLessThan(1e-15);
    expect(rows({ kind: "uniform" }, [[0, 9, 0, 0]])).toEqual(Float64Array.of(0.25, 0.25, 0.25, 0.25));
  });

  it("applyMulticlassMap(one-vs-rest, logits) divides by the sum, and is uniform where that is 0", () => {
    const map: MulticlassMap = { kind: "one-vs-rest", maps: [step(0.5, 0, 0.6), step(0.5, 0, 0.9), step(0.5, 0, 0.2)] };
    expect(rows(map, [[9, 0, 0]])).toEqual(Float64Array.of(1, 0, 0));
    expect(farthest(rows(map, [[0, 0, 0]]), [1 / 3, 1 / 3, 1 / 3])).toBe(0);
    expect(
      farthest(rows({ kind: "one-vs-rest", maps: [constant(0.3), constant(0.1), scores] }, [[0, 0, 100]]), [
        0.3 / 1.4,
        0.1 / 1.4,
        1 / 1.4,
      ]),
    ).toBeLessThan(1e-15);
  });

  it("applyMulticlassMap(top-label, logits) calibrates the largest probability and shares the rest", () => {
    const z = [Math.log(0.2), Math.log(0.7), Math.log(0.1)];
    expect(farthest(rows({ kind: "top-label", map: constant(0.4) }, [z]), [0.4, 0.4, 0.2])).toBeLessThan(1e-15);
    const perClass: MulticlassMap = { kind: "top-label", map: [constant(0.9), constant(0.1), scores] };
    expect(farthest(rows(perClass, [z]), [0.6, 0.1, 0.3])).toBeLessThan(1e-15);
    expect(farthest(rows(perClass, [[0, -1, -1]]), [0.9, 0.05, 0.05])).toBeLessThan(1e-15);
    expect(farthest(rows({ kind: "top-label", map: constant(0.5) }, [[0, 800, 0]]), [0.25, 0.5, 0.25])).toBe(0);
    expect(farthest(rows({ kind: "top-label", map: constant(0.5) }, [[1, 1, 1]]), [0.5, 0.25, 0.25])).toBeLessThan(
      1e-15,
    );
  });

  it("applyMulticlassMap(argmax-preserving, logits) pools those that would overtake", () => {
    const keep = (map: MulticlassMap): MulticlassMap => ({ kind: "argmax-preserving", map });
    const bias = linear(1, [0, Math.log(8), Math.log(4)]);
    const pooled = rows(keep(bias), [[Math.log(2), Math.log(0.5), 0]]);
    expect(farthest(pooled, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-15);
    expect(pooled[0]).toBeGreaterThan(pooled[1]);
    expect(pooled[0]).toBeGreaterThan(pooled[2]);
    const two = rows(keep(linear(0, [Math.log(0.3), Math.log(0.6), Math.log(0.1)])), [[1, 0, 0]]);
    expect(farthest(two, [0.45, 0.45, 0.1])).toBeLessThan(1e-15);
    expect(two[0]).toBeGreaterThan(two[1]);
    expect(rows(keep(identity), [[2, 1, 0]])).toEqual(rows(identity, [[2, 1, 0]]));
    const tie = rows(keep({ kind: "uniform" }), [[0, 1, 1]]);
    expect(tie[1]).toBeGreaterThan(tie[2]);
    expect(tie[1]).toBeGreaterThan(tie[0]);
    expect(farthest(tie, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-15);
  });

  it("applyMulticlassMap(chain, logits) hands on logarithms, also of 0", () => {
    const chain: MulticlassMap = { kind: "chain", maps: [linear(2), linear(0.25), linear(2)] };
    expect(farthest(applyMulticlassMap(chain, Z12).data, P12.data)).toBeLessThan(1e-14);
    const zero: MulticlassMap = {
      kind: "chain",
      maps: [{ kind: "one-vs-rest", maps: [constant(0), constant(1)] }, linear([1, 1], [0, 0])],
    };
    expect(farthest(rows(zero, [[0, 0]]), [0, 1])).toBeLessThan(1e-299);
  });

  it("applyMulticlassMap(map, logits) keeps the predicted class under argmax-preserving, sums to 1 and moves no other class by more than the projection", () => {
    const number = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 8 }), (pairs) => {
        const z = pairs.map(([value]) => value);
        const free = linear(
          0,
          pairs.map(([, value]) => value),
        );
        const q = rows({ kind: "argmax-preserving", map: free }, [z]);
        const p = rows(free, [z]);
        const top = z.indexOf(Math.max(...z));
        q.forEach((value, k) => {
          if (k !== top) expect(value).toBeLessThan(q[top]);
          if (k !== top) expect(value).toBeLessThanOrEqual(p[k]);
        });
        expect(q.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 14);
      }),
    );
  });

  it("applyMulticlassMap(map, logits) names the row of what it cannot read", () => {
    expect(() =>
      rows(identity, [
        [0, 1],
        [0, Number.NaN],
      ]),
    ).toThrow(expect.objectContaining({ code: "not-finite", index: 1 }));
    expect(() => rows(identity, [[0, Number.NEGATIVE_INFINITY]])).toThrow(
      expect.objectContaining({ code: "not-finite", index: 0 }),
    );
    expect(applyMulticlassMap(identity, { data: new Float64Array(0), rows: 0, cols: 3 }).data).toHaveLength(0);
  });
});

describe("checkMulticlassMap", () => {
  it("checkMulticlassMap(map, classes) refuses maps that do not fit", () => {
    const refused = (map: MulticlassMap, code: string) =>
      expect(() => checkMulticlassMap(map, 3)).toThrow(expect.objectContaining({ code }));
    refused(linear([1, 2]), "shape-mismatch");
    refused(
      linear([
        [1, 2, 3],
        [1, 2, 3],
        [1, 2],
      ]),
      "shape-mismatch",
    );
    refused(linear(1, [0, 0]), "shape-mismatch");
    refused(linear(Number.NaN), "not-finite");
    refused(linear(1, [0, 0, Number.POSITIVE_INFINITY]), "not-finite");
    refused({ kind: "linear", scale: 1, bias: null, prepare: { beta: 1, mix: 2 } }, "out-of-range");
    refused({ kind: "linear", scale: 1, bias: null, prepare: { beta: Number.NaN, mix: 0 } }, "not-finite");
    refused({ kind: "blend", parts: [{ weight: 0.5, map: identity }] }, "out-of-range");
    refused(
      {
        kind: "blend",
        parts: [
          { weight: -1, map: identity },
          { weight: 2, map: identity },
        ],
      },
      "out-of-range",
    );
    refused({ kind: "one-vs-rest", maps: [scores] }, "shape-mismatch");
    refused({ kind: "top-label", map: [scores] }, "shape-mismatch");
    refused({ kind: "chain", maps: [] }, "shape-mismatch");
    refused({ kind: "argmax-preserving", map: linear([1]) }, "shape-mismatch");
    refused({ kind: "chain", maps: [identity, linear([1])] }, "shape-mismatch");
    expect(() => checkMulticlassMap(identity, 1)).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    expect(() => checkMulticlassMap(JSON.parse('{"kind":"other"}'), 3)).toThrow(
      expect.objectContaining({ code: "unknown-option" }),
    );
  });

  it("checkMulticlassMap(map, classes) lets the shapes of every method pass", () => {
    for (const map of [
      identity,
      linear(1),
      linear([1, 2, 3], [0, 0, 0]),
      { kind: "top-label", map: scores },
    ] satisfies MulticlassMap[])
      expect(checkMulticlassMap(map, 3)).toBeUndefined();
  });
});

describe("logitsFromProbabilities", () => {
  it("logitsFromProbabilities(probabilities) gives the probabilities back through softmax", () => {
    expect(farthest(softmax(logitsFromProbabilities(P12)).data, P12.data)).toBeLessThan(1e-15);
  });

  it("logitsFromProbabilities(probabilities, clip) lifts what is below the clip", () => {
    const { data } = logitsFromProbabilities(matrixFromRows([[0, 1]]));
    expect(data).toEqual(Float64Array.of(Math.log(1e-12), 0));
    expect(logitsFromProbabilities(matrixFromRows([[0, 1]]), 1e-3).data[0]).toBe(Math.log(1e-3));
  });

  it("logitsFromProbabilities(probabilities, clip) refuses what is no probability", () => {
    expect(() =>
      logitsFromProbabilities(
        matrixFromRows([
          [0, 1],
          [0.5, 1.5],
        ]),
      ),
    ).toThrow(expect.objectContaining({ code: "out-of-range", index: 1 }));
    expect(() => logitsFromProbabilities(matrixFromRows([[Number.NaN, 1]]))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 0 }),
    );
    expect(() => logitsFromProbabilities(P12, 0)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});
