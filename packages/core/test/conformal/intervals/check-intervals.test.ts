import { describe, expect, it } from "vitest";
import { conformalFingerprint } from "../../../src/conformal/artefact/conformal-fingerprint.ts";
import { openConformal } from "../../../src/conformal/artefact/open-conformal.ts";
import type { ConformalIntervals, TwoSidedPart } from "../../../src/conformal/conformal-document.ts";
import { fitConformalIntervals } from "../../../src/conformal/intervals/fit-conformal-intervals.ts";
import { made, points, quantiles, rowsOf } from "./rows.ts";

const rows = rowsOf(points(0, 0, 0, 0, 0), [1, 2, 3, 4, 5]);
const split = fitConformalIntervals(rows, { interval: { kind: "split" }, level: 0.6, ...made });
const system = fitConformalIntervals(rows, {
  interval: { kind: "predictive-system", isNormalised: false },
  level: 0.5,
  ...made,
});
const cqr = fitConformalIntervals(rowsOf(quantiles([0.1, 0.9], [0, 1], [0, 1]), [1, 2]), {
  interval: { kind: "cqr" },
  level: 0.5,
  ...made,
});
const weighted = fitConformalIntervals(
  { ...rows, weights: Float64Array.of(1, 1, 2, 1, 1) },
  { interval: { kind: "split-signed" }, level: 0.5, ...made },
);

/** Opens an altered document that carries the right fingerprint. */
function altered(document: ConformalIntervals, change: Partial<ConformalIntervals>): () => unknown {
  const content = { ...document, ...change };
  return () => openConformal({ ...content, fingerprint: conformalFingerprint(content) });
}

function part(document: ConformalIntervals, change: Partial<TwoSidedPart>): Partial<ConformalIntervals> {
  return { parts: [{ ...document.parts[0], ...change }] };
}

describe("checkIntervals", () => {
  it("openConformal(json) takes what was fitted", () => {
    for (const document of [split, system, cqr, weighted]) expect(altered(document, {})()).toEqual(document);
  });

  it("openConformal(json) refuses a document that was altered", () => {
    expect(() => openConformal({ ...split, assumptions: [] })).toThrow("the document was altered after it was made");
  });

  it("openConformal(json) refuses ranks that do not follow from counts and level", () => {
    expect(altered(split, part(split, { rank: 3 }))).toThrow(
      "parts[0].rank: expected 4, which follows from n and level, got 3",
    );
    expect(altered(system, part(system, { upperRank: 4 }))).toThrow(
      "parts[0].upperRank: expected 5, which follows from n and half the error, got 4",
    );
    expect(altered(system, part(system, { quantile: null }))).toThrow("parts[0].quantile: expected a number, got null");
    expect(altered(split, { level: 0.9 })).toThrow("parts[0].rank: expected 6");
  });

  it("openConformal(json) refuses sides that the method has not", () => {
    expect(altered(split, { interval: { kind: "split-signed" }, method: "split-signed" })).toThrow(
      "parts[0]: expected a quantile for each side, as split-signed has",
    );
    expect(altered(system, { interval: { kind: "split" }, method: "split", residuals: null })).toThrow(
      "parts[0]: expected one quantile for both sides",
    );
  });

  it("openConformal(json) refuses residuals from which the quantiles do not follow", () => {
    expect(altered(system, { residuals: null })).toThrow("residuals: expected a list for predictive systems, got null");
    expect(altered(split, { residuals: [1, 2, 3, 4, 5] })).toThrow("residuals: expected null, got 5");
    expect(altered(system, { residuals: [1, 2, 3, 4] })).toThrow("residuals: expected one for each of 5 rows, got 4");
    expect(altered(system, { residuals: [1, 3, 2, 4, 5] })).toThrow("residuals[2]: expected at least 3, got 2");
    expect(altered(system, { residuals: [1, 2, 3, 4, 6] })).toThrow(
      "parts[0].upperQuantile: expected 6, which follows from residuals, got 5",
    );
    expect(altered(system, { residuals: [0, 2, 3, 4, 5] })).toThrow("parts[0].quantile: expected 0");
  });

  it("openConformal(json) refuses what is said twice and differs", () => {
    expect(altered(split, { n: 6 })).toThrow("n: expected 5, the rows of all parts, got 6");
    expect(altered(split, { quantile: 3 })).toThrow("quantile: expected 4, got 3");
    expect(altered(split, { method: "cqr" })).toThrow("method: expected split, got cqr");
    expect(altered(split, { coverageRange: null })).toThrow("coverageRange: expected {");
    expect(altered(cqr, { quantileLevels: null })).toThrow("quantileLevels: expected two levels for cqr, got null");
    expect(altered(cqr, { quantileLevels: [0.9, 0.1] })).toThrow("quantileLevels: expected two ascending in (0, 1)");
    expect(altered(split, { quantileLevels: [0.1, 0.9] })).toThrow("quantileLevels: expected null");
  });

  it("openConformal(json) refuses weighted parts without their scores", () => {
    const { upperWeighted: _, ...rest } = { upperWeighted: undefined, ...weighted.parts[0] };
    expect(altered(weighted, { parts: [rest] })).toThrow("parts[0].upperWeighted: expected scores and weights");
    expect(altered(weighted, part(weighted, { upperWeighted: { scores: [2, 1], weights: [1, 1] } }))).toThrow(
      "parts[0].upperWeighted.scores[1]: expected at least 2, got 1",
    );
    expect(altered(weighted, part(weighted, { upperRank: 3 }))).toThrow(
      "parts[0].upperRank: expected null under weights",
    );
  });
});
