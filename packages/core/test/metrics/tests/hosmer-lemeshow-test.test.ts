import { describe, expect, it } from "vitest";
import { hosmerLemeshowTest } from "../../../src/metrics/tests/hosmer-lemeshow-test.ts";
import { createRandom } from "../../../src/random/random.ts";
import { P20, Y20 } from "../../master-case.ts";

describe("hosmerLemeshowTest", () => {
  it("hosmerLemeshowTest(p, y, { groups: 5 }) of the master case", () => {
    const test = hosmerLemeshowTest(P20, Y20, { groups: 5 });
    expect(test.value).toBeCloseTo(2.035735078274143, 13);
    expect(test.pValue).toBeCloseTo(0.5650229815, 10);
    expect(test.spec).toMatchObject({ metric: "hosmer-lemeshow", groups: 5, data: "development", freedom: 3 });
    expect(test).toMatchObject({ interval: "none", lower: test.value, upper: test.value });
  });

  it('hosmerLemeshowTest(p, y, { data: "external" }) keeps all degrees of freedom', () => {
    expect(hosmerLemeshowTest(P20, Y20, { groups: 5, data: "external" }).pValue).toBeCloseTo(0.84417864384, 10);
  });

  it("hosmerLemeshowTest(p, y) does not depend on the order of the rows", () => {
    const shuffled = Array.from(P20.keys()).sort((a, b) => ((a * 7) % 20) - ((b * 7) % 20));
    const test = hosmerLemeshowTest(
      Float64Array.from(shuffled, (i) => P20[i]),
      Uint8Array.from(shuffled, (i) => Y20[i]),
      { groups: 5 },
    );
    expect(test.value).toBeCloseTo(2.035735078274143, 13);
  });

  it("hosmerLemeshowTest(p, y) keeps ties together and says how many groups are left", () => {
    const p = Float64Array.from({ length: 40 }, (_, i) => (i < 25 ? 0.2 : 0.3 + i / 100));
    const y = Uint8Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 1 : 0));
    expect(hosmerLemeshowTest(p, y).spec).toMatchObject({ groups: 10, used: 5, freedom: 3 });
  });

  it("hosmerLemeshowTest(p, y, { groups }) tells equally many but different groups apart in its spec", () => {
    const p = Float64Array.from([6, 3, 6, 1, 4, 6, 5, 2, 1, 5, 4, 1], (tenths) => tenths / 10);
    const y = Uint8Array.of(0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1);
    const four = hosmerLemeshowTest(p, y, { groups: 4 });
    const five = hosmerLemeshowTest(p, y, { groups: 5 });
    expect(four.spec["used"]).toBe(five.spec["used"]);
    expect(Math.abs(four.value - five.value)).toBeGreaterThan(0.4);
    expect(four.spec).not.toEqual(five.spec);
  });

  it("hosmerLemeshowTest(p, y, { weights }) does not see the scale of the weights", () => {
    const weights = Float64Array.from({ length: 20 }, (_, i) => 0.3 + (i % 4));
    const once = hosmerLemeshowTest(P20, Y20, { groups: 4, weights });
    const scaled = hosmerLemeshowTest(P20, Y20, { groups: 4, weights: weights.map((w) => 0.1 * w) });
    expect(scaled.value).toBeCloseTo(once.value, 12);
    const equal = hosmerLemeshowTest(P20, Y20, { groups: 5, weights: new Float64Array(20).fill(0.1) });
    expect(equal.value).toBeCloseTo(2.035735078274143, 12);
  });

  it("hosmerLemeshowTest(p, y) rejects 5 % of calibrated external samples (1000 samples of 500)", () => {
    const random = createRandom(6);
    let rejected = 0;
    for (let r = 0; r < 1000; r++) {
      const p = Float64Array.from({ length: 500 }, () => 0.1 + 0.8 * random.uniform());
      const y = Uint8Array.from(p, (q) => (random.uniform() < q ? 1 : 0));
      if (hosmerLemeshowTest(p, y, { data: "external" }).pValue <= 0.05) rejected++;
    }
    expect(rejected).toBeGreaterThanOrEqual(29);
    expect(rejected).toBeLessThanOrEqual(75);
  });

  it("hosmerLemeshowTest(p, y) refuses too few groups and impossible outcomes", () => {
    expect(() => hosmerLemeshowTest(P20, Y20, { groups: 2 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
    expect(() => hosmerLemeshowTest(new Float64Array(9).fill(0.3), new Uint8Array(9))).toThrow(
      expect.objectContaining({ code: "too-few" }),
    );
    const p = Float64Array.of(0, 0, 0.5, 0.6, 0.8, 0.9);
    expect(() => hosmerLemeshowTest(p, Uint8Array.of(1, 0, 0, 1, 1, 1), { groups: 3 })).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
    expect(hosmerLemeshowTest(p, Uint8Array.of(0, 0, 0, 1, 1, 1), { groups: 3 }).value).toBeGreaterThan(0);
  });
});
