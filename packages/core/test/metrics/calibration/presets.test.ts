import { describe, expect, it } from "vitest";
import {
  expectedCalibrationError,
  explainDifference,
  presetCalibrationError,
  presetNames,
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

  it("explainDifference says so when different rules agree on the data", () => {
    const inside = Float64Array.of(0.123, 0.456, 0.789);
    const y = Uint8Array.of(0, 1, 1);
    const a = expectedCalibrationError(inside, y);
    const b = expectedCalibrationError(inside, y, { binning: "equal-mass", bins: 3 });
    expect(explainDifference(a, b, inside)).toMatch(/agree on this data|differ because/);
  });
});
