import { describe, expect, it } from "vitest";
import { matrix, matrixFromRows } from "../../../src/matrix.ts";
import { type MergeMethod, mergeFactor, mergeMethods, mergePValues } from "../../../src/ood/evidence/merge-p-values.ts";
import { createRandom } from "../../../src/random/random.ts";
import { binomialBand } from "../binomial-band.ts";

describe("mergePValues(pValues, method)", () => {
  it.each<[MergeMethod, number]>([
    ["bonferroni", 0.04],
    ["arithmetic", 0.24],
    ["geometric", 2 * Math.sqrt(0.02 * 0.22)],
    ["harmonic", (2 * 2) / (1 / 0.02 + 1 / 0.22)],
  ])("mergePValues([[0.02, 0.22]], %s) is %d", (method, expected) => {
    expect(mergePValues(matrixFromRows([[0.02, 0.22]]), method)[0]).toBeCloseTo(expected, 14);
  });

  it("mergePValues(pValues, method) is the value itself of one detector, never above 1, and 0 of a 0", () => {
    for (const method of mergeMethods) {
      expect(mergePValues(matrixFromRows([[0.3]]), method)[0]).toBeCloseTo(0.3, 15);
      expect(mergePValues(matrixFromRows([[0.9, 1, 0.8]]), method)[0]).toBe(1);
      if (method !== "arithmetic") expect(mergePValues(matrixFromRows([[0, 1, 1]]), method)[0]).toBe(0);
    }
  });

  it.each([
    ["harmonic", 3, 2.7456435767327227],
    ["harmonic", 10, 4.559778560272899],
    ["harmonic", 1000, 10.11073584631192],
    ["geometric", 3, 2.524303117029901],
    ["geometric", 5, 2.69812794377473],
    ["geometric", 1000, Math.E],
  ] as const)("mergeFactor(%s, %d) is %d", (method, count, expected) => {
    expect(mergeFactor(method, count) / expected).toBeCloseTo(1, 12);
  });

  it("mergeFactor(method, 3) is the smallest: with the worst dependence the level is reached, and not exceeded", () => {
    const random = createRandom(5);
    const runs = 3000;
    const level = 0.2;
    for (const method of ["harmonic", "geometric"] as const) {
      const rows = new Float64Array(3 * runs);
      for (let run = 0; run < runs; run++) rows.set(worst(method, level, random.uniform()), 3 * run);
      const merged = mergePValues(matrix(rows, runs, 3), method);
      const { lower, upper } = binomialBand(runs, level);
      const within = merged.filter((p) => p <= level * 1.02).length;
      expect(within, method).toBeGreaterThanOrEqual(lower);
      expect(merged.filter((p) => p <= level * 0.98).length, method).toBeLessThanOrEqual(upper);
    }
  });

  it("mergePValues(pValues, method) refuses no columns, bad values and unknown names", () => {
    expect(() => mergePValues(matrix(new Float64Array(0), 0, 0), "harmonic")).toThrow(/at least one p-value per row/);
    expect(() => mergePValues(matrixFromRows([[0.5, 1.5]]), "harmonic")).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    // @ts-expect-error not a method
    expect(() => mergePValues(matrixFromRows([[0.5]]), "cauchy")).toThrow(/one of bonferroni, harmonic/);
    expect(() => mergeFactor("harmonic", 0)).toThrow(/integer >= 1/);
  });
});

/**
 * Three p-values with the worst dependence: where u ≤ level they are a Latin arrangement of [0, level] whose transforms have
 * (nearly) the same sum, found by rearranging columns of a grid; else they share the rest.
 */
const grids = new Map<string, number[][]>();
function worst(method: "harmonic" | "geometric", level: number, u: number): number[] {
  if (u > level) return [u, u, u];
  const grid = grids.get(method) ?? rearranged(method);
  grids.set(method, grid);
  return grid[Math.floor((u / level) * grid.length)].map((p) => p * level);
}

function rearranged(method: "harmonic" | "geometric"): number[][] {
  const size = 300;
  const of = (p: number): number => (method === "harmonic" ? 1 / p : -Math.log(p));
  const columns = [0, 1, 2].map(() => Array.from({ length: size }, (_, i) => (i + 0.5) / size));
  for (let round = 0; round < 40; round++)
    columns.forEach((_, k) => {
      const others = Array.from({ length: size }, (__, i) =>
        columns.reduce((s, c, j) => (j === k ? s : s + of(c[i])), 0),
      );
      const order = others.map((__, i) => i).sort((a, b) => others[a] - others[b]);
      const values = [...columns[k]].sort((a, b) => a - b);
      order.forEach((row, rank) => {
        columns[k][row] = values[rank];
      });
    });
  return Array.from({ length: size }, (_, i) => columns.map((column) => column[i]));
}
