import { describe, expect, it } from "vitest";
import { levelPart, readLevels } from "../src/regression/quantile-levels.ts";

function levelsOf(...names: string[]): readonly number[] | string {
  const reading = readLevels(names.map((name) => levelPart(name) ?? name));
  return "levels" in reading ? reading.levels : `${reading.problem} at ${reading.at}`;
}

describe("readLevels(texts)", () => {
  it("readLevels(texts) reads names with a point as shares", () => {
    expect(levelsOf("q0.05", "q_0.5", "quantile_0.9", "Q.975")).toEqual([0.05, 0.5, 0.9, 0.975]);
    expect(levelsOf("quantile-0.05", "q.0.95", "q 0.5")).toEqual([0.05, 0.95, 0.5]);
  });
  it("readLevels(texts) takes an underscore between digits for a point", () => {
    expect(levelsOf("q0_025", "quantile_0_5")).toEqual([0.025, 0.5]);
  });
  it("readLevels(texts) reads two digits, which mean the same as a share and in percent", () => {
    expect(levelsOf("q05", "q50", "q95")).toEqual([0.05, 0.5, 0.95]);
  });
  it("readLevels(texts) reads percent where shares are impossible", () => {
    expect(levelsOf("q2.5", "q50", "q97.5")).toEqual([0.025, 0.5, 0.975]);
    expect(levelsOf("q5", "q50", "q95")).toEqual([0.05, 0.5, 0.95]);
    expect(levelsOf("q5%", "q9%")).toEqual([0.05, 0.09]);
  });
  it("readLevels(texts) reads digits without a point where percent is impossible", () => {
    expect(levelsOf("q025", "q500", "q975")).toEqual([0.025, 0.5, 0.975]);
  });
  it("readLevels(texts) is exact: the level is the number that the digits name", () => {
    for (let i = 1; i < 1000; i++) {
      const level = i / 1000;
      expect(levelsOf(`q${level}`)).toEqual([level]);
      expect(readLevels([`${(i / 10).toFixed(1)}%`])).toEqual({ levels: [level] });
    }
  });
  it("readLevels(texts) refuses names that can be read in two ways", () => {
    expect(levelsOf("q1", "q9")).toBe("ambiguous at 0");
    expect(readLevels(["50", "5"])).toEqual({ levels: [0.5, 0.05] });
    expect(readLevels(["5", "9"])).toEqual({ problem: "ambiguous", at: 0, either: [0.05, 0.5] });
    expect(levelsOf("q005", "q050", "q095")).toBe("ambiguous at 0");
  });
  it("readLevels(texts) refuses what is no level, lies outside of (0, 1), or comes twice", () => {
    expect(levelsOf("q0.5", "quality")).toBe("not-a-level at 1");
    expect(levelsOf("q0.5", "q100.5")).toBe("out-of-range at 1");
    expect(levelsOf("q0.0", "q0.5")).toBe("out-of-range at 0");
    expect(levelsOf("q0.5", "q_0.50")).toBe("twice at 1");
  });
});

describe("levelPart(name)", () => {
  it("levelPart(name) passes over names that only begin like a quantile", () => {
    for (const name of ["quality", "quarter_1", "q", "queue05", "p0.5", "year"])
      expect(levelPart(name)).toBeUndefined();
  });
});
