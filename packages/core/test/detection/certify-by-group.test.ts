import { describe, expect, it } from "vitest";
import { certifyByGroup } from "../../src/detection/certify-by-group.ts";
import { createRandom } from "../../src/random/random.ts";

/** Rows of groups that are all right or all wrong: as dependent as can be. The error rate falls with the confidence. */
function alike(groups: number, seed: number): { confidence: Float64Array; correct: Uint8Array; group: Int32Array } {
  const random = createRandom(seed);
  const rows: [number, number, number][] = [];
  for (let g = 0; g < groups; g++) {
    const confidence = random.uniform();
    const isWrong = random.uniform() < 0.3 * (1 - confidence);
    for (let k = 1 + random.integer(5); k > 0; k--) rows.push([confidence, isWrong ? 0 : 1, g]);
  }
  return {
    confidence: Float64Array.from(rows, ([score]) => score),
    correct: Uint8Array.from(rows, ([, right]) => right),
    group: Int32Array.from(rows, ([, , g]) => g),
  };
}

describe("certifyByGroup", () => {
  it("certifyByGroup(...) certifies where there is room, and counts what it accepts", () => {
    const { confidence, correct, group } = alike(2000, 1);
    const found = certifyByGroup(confidence, correct, group, { maxError: 0.15, sure: 0.95, mostRows: 5 });
    expect(found.certified).toBe(true);
    const accepted = Array.from(confidence.keys()).filter((i) => confidence[i] >= (found.threshold ?? 1));
    expect(found.accepted).toBe(accepted.length);
    expect(found.errors).toBe(accepted.filter((i) => correct[i] === 0).length);
    expect(found.coverage).toBeGreaterThan(0.5);
    expect(found.spec).toMatchObject({ unit: "group", groups: 2000, mostRows: 5 });
  });

  it("certifyByGroup(...) breaks its promise no more often than it says, however alike the rows of a group are", () => {
    // At a confidence c and above the share of errors is 0.15 (1 - c): at most 0.1 from a third on.
    const draws = 150;
    let broken = 0;
    let certified = 0;
    for (let seed = 0; seed < draws; seed++) {
      const { confidence, correct, group } = alike(300, 500 + seed);
      const { threshold } = certifyByGroup(confidence, correct, group, { maxError: 0.1, sure: 0.9, mostRows: 5, seed });
      if (threshold === null) continue;
      certified++;
      if (0.15 * (1 - threshold) > 0.1) broken++;
    }
    expect(certified).toBeGreaterThan(30);
    // P(Binomial(150, 0.1) >= 28) < 0.001.
    expect(broken).toBeLessThan(28);
  });

  it("certifyByGroup(...) says how many rows are missing where there is evidence but not enough", () => {
    const { confidence, correct, group } = alike(200, 4);
    const found = certifyByGroup(confidence, correct, group, { maxError: 0.2, sure: 0.99, mostRows: 20 });
    expect(found).toMatchObject({ certified: false, threshold: null, accepted: 0, errors: 0 });
    expect(found.missingRows).toBeGreaterThan(0);
  });

  it("certifyByGroup(...) refuses a group larger than it was told, and options out of range", () => {
    const { confidence, correct, group } = alike(50, 2);
    const options = { maxError: 0.1, sure: 0.9, mostRows: 5 };
    expect(() => certifyByGroup(confidence, correct, group, { ...options, mostRows: 3 })).toThrow(
      "mostRows must be a whole number and at least 5, the largest group, got 3",
    );
    expect(() => certifyByGroup(confidence, correct, group, { ...options, maxError: 1 })).toThrow(
      "maxError must be in (0, 1)",
    );
    expect(() => certifyByGroup(confidence, correct.slice(1), group, options)).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
  });
});
