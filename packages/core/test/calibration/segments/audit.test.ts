import { describe, expect, it } from "vitest";
import { auditSegments } from "../../../src/calibration/segments/audit.ts";
import { createRandom, type Random } from "../../../src/random/random.ts";
import type { SegmentColumn } from "../../../src/report/predictions.ts";
import { logistic } from "./simulate.ts";

function randomColumns(rows: number, counts: readonly number[], random: Random): SegmentColumn[] {
  return counts.map((count, c) => ({
    name: `c${c}`,
    codes: Int32Array.from({ length: rows }, () => Math.floor(count * random.uniform() ** 1.5)),
    values: Array.from({ length: count }, (_, k) => `v${k}`),
  }));
}

describe("auditSegments(probabilities, outcomes, columns)", () => {
  it("auditSegments tests every segment and every intersection of two columns that has enough rows", () => {
    const random = createRandom(1);
    const p = Float64Array.from({ length: 2000 }, () => logistic(random.normal()));
    const y = Uint8Array.from(p, (value) => (random.uniform() < value ? 1 : 0));
    const columns = randomColumns(2000, [2, 3, 4], random);
    const found = auditSegments(p, y, columns);
    expect(new Set(found.map(({ by }) => by))).toEqual(new Set(["c0", "c1", "c2", "c0 × c1", "c0 × c2", "c1 × c2"]));
    expect(found).toHaveLength(2 + 3 + 4 + 6 + 8 + 12);
    expect(found.every(({ qValue, pValue }) => qValue >= pValue)).toBe(true);
    const few = auditSegments(p, y, columns, { minimumRows: 400 });
    expect(few.length).toBeLessThan(found.length);
    expect(few.every(({ n }) => n >= 400)).toBe(true);
  });

  it("auditSegments finds a miscalibrated intersection of otherwise calibrated columns, first of all", () => {
    let hits = 0;
    for (let seed = 0; seed < 20; seed++) {
      const random = createRandom(seed);
      const columns = randomColumns(8000, [4, 5, 3], random);
      const p = Float64Array.from({ length: 8000 }, () => logistic(1.2 * random.normal()));
      const y = Uint8Array.from(p, (value, i) => {
        const isPlanted = columns[0].codes[i] === 2 && columns[1].codes[i] === 3;
        return random.uniform() < (isPlanted ? logistic(Math.log(value / (1 - value)) - 1) : value) ? 1 : 0;
      });
      const [first] = auditSegments(p, y, columns);
      if (first.flagged && first.name === "v2 × v3" && first.by === "c0 × c1") hits++;
      expect(first.gap.value).toBeGreaterThan(0);
    }
    expect(hits).toBeGreaterThanOrEqual(19);
  });

  it("auditSegments flags something in at most 5 % of calibrated data sets", () => {
    const draws = 200;
    let falseAlarms = 0;
    for (let seed = 0; seed < draws; seed++) {
      const random = createRandom(seed);
      const centre = [0, -3, 2.5][seed % 3];
      const columns = randomColumns(2500, [4, 6, 8], random);
      const p = Float64Array.from({ length: 2500 }, () => logistic(centre + 1.2 * random.normal()));
      const y = Uint8Array.from(p, (value) => (random.uniform() < value ? 1 : 0));
      if (auditSegments(p, y, columns).some(({ flagged }) => flagged)) falseAlarms++;
    }
    // 99.5 % quantile of Binomial(200, 0.05).
    expect(falseAlarms).toBeLessThanOrEqual(19);
  }, 60_000);

  it("auditSegments leaves out an intersection that is one of its segments once more", () => {
    const random = createRandom(9);
    const p = Float64Array.from({ length: 1200 }, () => random.uniform());
    const y = Uint8Array.from(p, (value) => (random.uniform() < value ? 1 : 0));
    const city = Int32Array.from(p, (_, i) => i % 6);
    const columns = [
      { name: "country", codes: city.map((c) => c % 2), values: ["a", "b"] },
      { name: "city", codes: city, values: ["p", "q", "r", "s", "t", "u"] },
    ];
    expect(new Set(auditSegments(p, y, columns).map(({ by }) => by))).toEqual(new Set(["country", "city"]));
  });

  it("auditSegments counts the rows behind merged ones", () => {
    const p = Float64Array.of(0.3, 0.3, 0.6, 0.6);
    const y = Uint8Array.of(0, 1, 0, 1);
    const counts = Float64Array.of(70, 30, 10, 90);
    const columns = [{ name: "c", codes: Int32Array.of(0, 0, 1, 1), values: ["a", "b"] }];
    const found = auditSegments(p, y, columns, { weights: counts, merged: { counts, squaredWeights: counts } });
    expect(found.map(({ name, n, flagged }) => [name, n, flagged])).toEqual([
      ["b", 100, true],
      ["a", 100, false],
    ]);
  });

  it("auditSegments gives nothing without columns or without enough rows, and refuses a bad minimum", () => {
    const p = Float64Array.of(0.3, 0.6);
    const y = Uint8Array.of(0, 1);
    expect(auditSegments(p, y, [])).toEqual([]);
    const columns = [{ name: "c", codes: Int32Array.of(0, 0), values: ["a"] }];
    expect(auditSegments(p, y, columns)).toEqual([]);
    expect(() => auditSegments(p, y, columns, { minimumRows: 0 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});
