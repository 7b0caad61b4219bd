import { describe, expect, it } from "vitest";
import {
  applyMulticlassMap,
  type BinaryFitter,
  fitIsotonic,
  fitOneVsRest,
  fitPlatt,
  matrixFromRows,
} from "../../../src/index.ts";
import { L12, P12, Z12 } from "../../master-case.ts";
import { cases, farthest } from "./oracle.ts";

const platt: BinaryFitter = (scores, outcomes, options) =>
  fitPlatt(scores, outcomes, { ...options, targets: "smoothed" });
const hard: BinaryFitter = (scores, outcomes, options) => fitPlatt(scores, outcomes, options);
const isotonic: BinaryFitter = (scores, outcomes, options) => fitIsotonic(scores, outcomes, options);

describe("fitOneVsRest", () => {
  it("fitOneVsRest(logits, labels, fitOne) fits every class against the rest", () => {
    const fit = fitOneVsRest(Z12, L12, platt);
    const single = [0, 1, 2].map((k) =>
      fitPlatt(
        Float64Array.from({ length: 12 }, (_, i) => P12.data[3 * i + k]),
        Uint8Array.from(L12, (label) => (label === k ? 1 : 0)),
        { targets: "smoothed" },
      ),
    );
    expect(fit.map).toEqual({ kind: "one-vs-rest", maps: single.map(({ map }) => map) });
    expect(fit.method).toBe("one-vs-rest-platt");
    expect(fit.parameters["slope"]).toEqual(single.map(({ parameters }) => parameters["slope"]));
    expect(fit.complexity).toBe(6);
    expect(fit.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
  });

  it("fitOneVsRest(logits, labels, isotonic) gives probabilities that sum to 1", () => {
    const { map, certificate } = fitOneVsRest(cases[1].logits, cases[1].labels, isotonic);
    const { data, rows, cols } = applyMulticlassMap(map, cases[1].logits);
    const sums = Float64Array.from({ length: rows }, (_, i) =>
      data.subarray(i * cols, (i + 1) * cols).reduce((a, b) => a + b, 0),
    );
    expect(farthest(sums, new Float64Array(rows).fill(1))).toBeLessThan(1e-14);
    expect(certificate).toBeNull();
  });

  it("fitOneVsRest(logits, labels, fitOne, { weights }) hands the weights on", () => {
    const weights = Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0);
    const fewer = { data: Z12.data.subarray(0, 33), rows: 11, cols: 3 };
    const a = fitOneVsRest(Z12, L12, platt, { weights }).parameters["slope"];
    const b = fitOneVsRest(fewer, L12.subarray(0, 11), platt).parameters["slope"];
    expect(farthest([a].flat(), [b].flat())).toBeLessThan(1e-9);
  });

  it("fitOneVsRest(logits, labels, fitOne) names the class that has no fit", () => {
    const labels = L12.map((label) => Math.min(label, 1));
    expect(() => fitOneVsRest(Z12, labels, hard)).toThrow(
      expect.objectContaining({ code: "one-class", message: expect.stringMatching(/^class 2 against the rest: /) }),
    );
    expect(fitOneVsRest(Z12, labels, isotonic).map.maps).toHaveLength(3);
    expect(() => fitOneVsRest(matrixFromRows([[0, Number.NaN]]), Int32Array.of(0), isotonic)).toThrow(
      expect.objectContaining({ code: "not-finite", index: 0 }),
    );
  });
});
