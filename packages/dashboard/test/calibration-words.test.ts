import { describe, expect, it } from "vitest";
import { binChange, readState } from "../src/views/calibration/calibration-state.ts";
import { areApart, relationOf } from "../src/views/calibration/comparison-words.ts";
import { pText, rangeText } from "../src/views/calibration/words.ts";

describe("readState(url)", () => {
  it("readState(url) reads back the range of a bin to the last bit, and one that holds 1 alone", () => {
    const range = { from: 0.8000000000000002, to: 0.8666666666666668 };
    const { bin } = binChange(range);
    expect(readState({ bin: String(bin) }).bin).toEqual(range);
    expect(readState({ bin: "1..1" }).bin).toEqual({ from: 1, to: 1 });
    expect(readState({ bin: "5e-324..0.2" }).bin).toEqual({ from: 5e-324, to: 0.2 });
  });
  it.each(["", "x..y", "0.2", "0.4..0.2", "-1..0.5", "0.5..2", "0..0.5..1"])(
    "readState({ bin: %j }) is no bin",
    (bin) => {
      expect(readState({ bin }).bin).toBeNull();
    },
  );
  it("readState(url) takes names with colons, and nothing that it does not know", () => {
    expect(readState({ compare: "version:2:b" }).compare).toEqual({ kind: "version", version: "2:b" });
    expect(readState({ compare: "segment:url:a:b" }).compare).toEqual({ kind: "segment", segment: "url:a:b" });
    for (const compare of ["", "segment:country", "version:", "other:1", "raw:"])
      expect(readState({ compare }).compare).toBeNull();
    const { form, bins, scheme, source, outcome } = readState({ form: "3d", bins: "1e9", scheme: "x", outcome: "2" });
    expect([form, bins, scheme, source, outcome]).toEqual(["binned", 15, "equal-width", "calibrated", "any"]);
  });
});

describe("relationOf(filters, compare) and areApart(first, second)", () => {
  it.each([
    [{ version: "1", segment: null }, { kind: "raw" }, "same"],
    [{ version: "1", segment: null }, { kind: "version", version: "2" }, "apart"],
    [{ version: null, segment: null }, { kind: "version", version: "2" }, "part"],
    [{ version: "1", segment: null }, { kind: "segment", segment: "country:DE" }, "part"],
    [{ version: "1", segment: "country:FR" }, { kind: "segment", segment: "country:DE" }, "apart"],
    [{ version: "1", segment: "plan:free" }, { kind: "segment", segment: "country:DE" }, "unknown"],
  ] as const)("relationOf(%j, %j) is %s", (filters, compare, relation) => {
    expect(relationOf(filters, compare)).toBe(relation);
  });
  it("areApart(first, second) is unknown where an interval has no end", () => {
    const gap = (lower: number | null, upper: number | null) => ({
      value: 0,
      lower,
      upper,
      level: 0.95,
      n: 9,
      effectiveN: 9,
      interval: "asymptotic" as const,
      spec: { metric: "gap" },
    });
    expect(areApart(gap(0, 0.1), gap(0.2, 0.3))).toBe(true);
    expect(areApart(gap(0, 0.2), gap(0.2, 0.3))).toBe(false);
    expect(areApart(gap(null, 0.2), gap(0.3, 0.4))).toBeNull();
    expect(areApart(null, gap(0.3, 0.4))).toBeNull();
  });
});

describe("rangeText(lower, upper) and pText(p)", () => {
  it.each([
    [0, 0.2, "0–20"],
    [0.8, 13 / 15, "80.0–86.7"],
    [0.99934, 0.99971, "99.934–99.971"],
    [0.5, 0.5, "50.000000"],
  ])("rangeText(%d, %d) tells its ends apart", (lower, upper, text) => {
    expect(rangeText(lower, upper)).toBe(`${text}\u202f%`);
  });
  it("pText(p) is a bound where there is nothing more to say", () => {
    expect([pText(0.0004), pText(0.0412), pText(0.5)]).toEqual([
      "p\u00a0<\u00a00.001",
      "p\u00a0=\u00a00.041",
      "p\u00a0=\u00a00.50",
    ]);
  });
});
