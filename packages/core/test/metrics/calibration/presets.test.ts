import { describe, expect, it } from "vitest";
import {
  type BinnedErrorOptions,
  debiasedCalibrationError,
  expectedCalibrationError,
  explainDifference,
  presetCalibrationError,
  presetNames,
  presetRule,
} from "../../../src/index.ts";
import { P20, Y20 } from "../../master-case.ts";

/** The data of "the same name gives different numbers": the master case with 1.00 for the last score. */
const scores = P20.map((p) => (p === 0.99 ? 1 : p));
const outcomes = Y20;

const near = (value: number, expected: number): void => expect(Math.abs(value - expected)).toBeLessThan(1e-12);

describe("presetCalibrationError", () => {
  it.each([
    ["guo", 0.15],
    ["verified_calibration", 0.15],
    ["sklearn", 0.15],
    ["netcal", 0.17],
    ["torchmetrics", 0.17],
    ["relplot", 0.17],
    ["mapie", 0.185],
  ] as const)("presetCalibrationError(%s) gives the 10-bin ECE of the table: %f", (name, expected) => {
    near(presetCalibrationError(name, scores, outcomes, { bins: 10 }).value, expected);
  });

  it("expectedCalibrationError gives the other rows of the table", () => {
    near(expectedCalibrationError(scores, outcomes, { bins: 10, binning: "equal-mass" }).value, 0.15);
    const top = scores.map((p) => Math.max(p, 1 - p));
    const correct = outcomes.map((y, i) => ((scores[i] >= 0.5 ? 1 : 0) === y ? 1 : 0));
    near(expectedCalibrationError(top, correct, { bins: 10, label: "top-label" }).value, 0.16);
  });

  it("presetCalibrationError gives the relplot and MAPIE values of the master case", () => {
    near(presetCalibrationError("relplot", P20, outcomes, { bins: 10 }).value, 0.1705);
    near(presetCalibrationError("mapie", P20, outcomes, { bins: 10 }).value, 0.1855);
  });

  it("presetCalibrationError refuses a name it does not know and lists those it does", () => {
    // @ts-expect-error an unknown name must be refused at run time too
    expect(() => presetCalibrationError("sk-learn", scores, outcomes)).toThrow(/expected one of guo, /);
    expect(presetNames).toContain("pycalib");
  });

  it("presetCalibrationError(name, p, y) has the number of bins that the tool has by default", () => {
    const bins = (name: (typeof presetNames)[number]) => presetCalibrationError(name, scores, outcomes).spec["bins"];
    expect(presetNames.map(bins)).toEqual([15, 15, 5, 10, 15, 15, 10, 49]);
    for (const name of presetNames) expect(presetRule(name)).not.toBe("");
  });

  it("presetCalibrationError(mapie, p, y, { bins: 1 }) refuses to cut scores into no bin at all", () => {
    expect(() => presetCalibrationError("mapie", scores, outcomes, { bins: 1 })).toThrow(/bins must be a whole number/);
  });

  it("presetCalibrationError never gives two presets with different rules the same spec", () => {
    const specs = presetNames.map((name) => JSON.stringify(presetCalibrationError(name, scores, outcomes).spec));
    expect(new Set(specs).size).toBe(specs.length);
  });
});

describe("explainDifference", () => {
  const at = (name: (typeof presetNames)[number]) => presetCalibrationError(name, scores, outcomes, { bins: 10 });

  it("explainDifference(guo, netcal) names the scores that lie on an edge", () => {
    const words = explainDifference(at("guo"), at("netcal"), scores);
    expect(words).toMatch(/^0\.1500 \(guo\) and 0\.1700 \(netcal\) differ because \d+ of 20 scores lie on a bin edge/);
    expect(words).toContain("(lo, hi] against [lo, hi) with the last bin closed");
  });

  it("explainDifference(guo, mapie) says that the number of bins differs", () => {
    expect(explainDifference(at("guo"), at("mapie"), scores)).toContain("the number of bins differs (10 against 9)");
  });

  it("explainDifference(a, a) says that they are the same number", () => {
    const a = expectedCalibrationError(scores, outcomes);
    expect(explainDifference(a, a, scores)).toBe("ece and ece are the same number.");
  });

  it("explainDifference(a, b) says so when different rules agree on the data", () => {
    const edges = Float64Array.of(0.1, 0.2, 0.3);
    const y = Uint8Array.of(1, 1, 1);
    const a = expectedCalibrationError(edges, y, { bins: 10 });
    const b = expectedCalibrationError(edges, y, { bins: 10, edgeRule: "left-closed" });
    expect(explainDifference(a, b, edges)).toBe("ece and ece follow different rules but agree on this data: 0.8000.");
  });

  it("explainDifference(a, b) names every choice that differs", () => {
    const a = expectedCalibrationError(scores, outcomes);
    const weights = Float64Array.from(scores, (_, i) => 1 + (i % 3));
    const words = (options: BinnedErrorOptions): string =>
      explainDifference(a, expectedCalibrationError(scores, outcomes, options), scores);
    expect(words({ norm: "max" })).toContain("the gaps of the bins are combined differently (l1 against max)");
    expect(words({ bins: 5 })).toContain("the number of bins differs (15 against 5)");
    expect(words({ binning: "equal-mass" })).toContain("the bins are cut differently (equal-width against equal-mass)");
    expect(words({ weights })).toContain("one of them uses weights (no against true)");
    expect(words({ label: "top-label", bins: 3 })).toContain("another probability is held against another event");
    expect(explainDifference(a, debiasedCalibrationError(scores, outcomes), scores)).toContain(
      "one of them takes off the upward bias (no against gaussian)",
    );
  });

  it("explainDifference(a, b) of equal-mass rules speaks of ties, not of edges", () => {
    const tied = Float64Array.of(0.1, 0.5, 0.5, 0.5, 0.5, 0.9);
    const y = Uint8Array.of(0, 0, 1, 1, 1, 1);
    const options = { binning: "equal-mass", bins: 2 } as const;
    const weights = Float64Array.of(1, 1, 1, 2, 2, 1);
    const explain = (more: { weights?: Float64Array }): string =>
      explainDifference(
        expectedCalibrationError(tied, y, { ...options, ...more }),
        expectedCalibrationError(tied, y, { ...options, ...more, ties: "together" }),
        tied,
      );
    expect(explain({})).toMatch(/\d of 6 scores fall into another bin: 0\.5 \(\d×\); the rules are equal counts/);
    expect(explain({ weights })).toContain("equal scores are treated differently");
  });

  it("explainDifference(a, b) lists at most four scores, the most frequent first", () => {
    const p = Float64Array.of(0.2, 0.2, 0.4, 0.6, 0.8, 0.8, 0.8, 0.1, 0.3, 0.5, 0.7, 0.9, 0.75);
    const y = Uint8Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 1, 1);
    const a = expectedCalibrationError(p, y, { bins: 10 });
    const b = expectedCalibrationError(p, y, { bins: 10, edgeRule: "left-closed" });
    expect(explainDifference(a, b, p)).toMatch(
      /12 of 13 scores lie .*: 0\.8 \(3×\), 0\.2 \(2×\), .* and 5 other values;/,
    );
  });

  it("explainDifference(a, b) sees when the numbers come from different rows", () => {
    const a = expectedCalibrationError(scores, outcomes);
    const b = expectedCalibrationError(scores.slice(0, 10), outcomes.slice(0, 10));
    expect(explainDifference(a, b, scores)).toContain("they come from different rows");
    expect(explainDifference(a, { ...a, value: a.value + 1e-11 }, scores)).toContain("differ only by rounding");
  });

  it("explainDifference(a, b) refuses what is no binned calibration error", () => {
    const a = expectedCalibrationError(scores, outcomes);
    const brier = { ...a, spec: { metric: "brier" } };
    expect(() => explainDifference(a, brier, scores)).toThrow("brier is not a binned calibration error");
    expect(() => explainDifference(brier, a, scores)).toThrow(expect.objectContaining({ code: "incompatible" }));
    const strange = { ...a, value: 0.5, spec: { ...a.spec, edges: "fuzzy" } };
    expect(() => explainDifference(a, strange, scores)).toThrow('unknown edge rule "fuzzy"');
  });
});
