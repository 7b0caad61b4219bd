import { describe, expect, it } from "vitest";
import { calibrationEvidence, createRandom } from "../../../src/index.ts";

describe("calibrationEvidence under weights", () => {
  it("calibrationEvidence(p, y, { weights }) rejects a perfect model no more often than it says, in small groups too", () => {
    const random = createRandom(31);
    const groups = 4000;
    let below5 = 0;
    let below1 = 0;
    let smallest = 1;
    for (let g = 0; g < groups; g++) {
      const n = 20 + random.integer(160);
      const p = Float64Array.from({ length: n }, () => random.uniform() ** 2);
      const y = Uint8Array.from(p, (q) => (random.uniform() < q ? 1 : 0));
      const weights = Float64Array.from(p, () => -Math.log(1 - random.uniform()));
      const evidence = calibrationEvidence(p, y, { weights });
      if (evidence <= 0.05) below5++;
      if (evidence <= 0.01) below1++;
      smallest = Math.min(smallest, evidence);
    }
    expect(below5).toBeLessThanOrEqual(246);
    expect(below1).toBeLessThanOrEqual(63);
    expect(smallest).toBeGreaterThan(1e-6);
  });

  it("calibrationEvidence(p, y, { weights }) still sees a gross error", () => {
    const p = new Float64Array(60).map((_, i) => 0.85 + 0.001 * i);
    const y = Uint8Array.from(p, (_, i) => (i % 3 === 0 ? 1 : 0));
    const weights = Float64Array.from(p, (_, i) => 1 + (i % 7));
    expect(calibrationEvidence(p, y, { weights })).toBeLessThan(1e-6);
  });

  it("calibrationEvidence(p, y, { weights }) with equal weights is that of no weights", () => {
    const p = Float64Array.of(0.2, 0.4, 0.6, 0.8, 0.9);
    const y = Uint8Array.of(0, 1, 1, 1, 0);
    const weights = new Float64Array(5).fill(2.5);
    expect(calibrationEvidence(p, y, { weights })).toBeCloseTo(calibrationEvidence(p, y), 12);
  });
});
