import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/random/random.ts";
import { detectChange, startChangeDetector } from "../../src/sequential/change-detector.ts";
import { betJumper, startJumper } from "../../src/sequential/jumper-martingale.ts";

describe("detectChange(detector, logWealth)", () => {
  it("detectChange(detector, logWealth) is the sum and the largest of the wealth ratios", () => {
    const path = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(path, (logs) => {
        let sum = startChangeDetector(1e300);
        let best = startChangeDetector(1e300, "cusum");
        const wealth = [1, ...logs.map(Math.exp)];
        logs.forEach((logWealth, i) => {
          sum = detectChange(sum, logWealth);
          best = detectChange(best, logWealth);
          const ratios = wealth.slice(0, i + 1).map((before) => wealth[i + 1] / before);
          expect(sum.logStatistic).toBeCloseTo(Math.log(ratios.reduce((a, b) => a + b, 0)), 10);
          expect(best.logStatistic).toBeCloseTo(Math.log(Math.max(...ratios)), 10);
        });
      }),
    );
  });

  it("detectChange(detector, logWealth) rings falsely no more often than once in meanRun steps on average", () => {
    const random = createRandom(9);
    for (const kind of ["shiryaev-roberts", "cusum"] as const) {
      let total = 0;
      let squares = 0;
      const runs = 300;
      for (let run = 0; run < runs; run++) {
        let jumper = startJumper({ jump: 0.05 });
        let detector = startChangeDetector(100, kind);
        while (detector.alarms.length === 0 && detector.steps < 1000) {
          jumper = betJumper(jumper, random.uniform());
          detector = detectChange(detector, jumper.logWealth);
        }
        total += detector.steps;
        squares += detector.steps ** 2;
      }
      const mean = total / runs;
      const error = Math.sqrt((squares / runs - mean ** 2) / runs);
      expect(mean + 3.3 * error).toBeGreaterThanOrEqual(100);
    }
  });

  it("detectChange(detector, logWealth) finds a change after a long calm and starts anew", () => {
    const random = createRandom(10);
    let jumper = startJumper();
    let detector = startChangeDetector(1e4);
    for (let i = 0; i < 3000; i++) {
      jumper = betJumper(jumper, random.uniform() ** (i >= 2000 ? 3 : 1));
      detector = detectChange(detector, jumper.logWealth);
    }
    expect(detector.alarms.length).toBeGreaterThan(2);
    expect(detector.alarms[0]).toBeGreaterThan(2000);
    expect(detector.alarms[0]).toBeLessThan(2150);
    expect(JSON.parse(JSON.stringify(detector))).toEqual(detector);
  });

  it("startChangeDetector(meanRun) and detectChange(detector, logWealth) name what is wrong", () => {
    for (const meanRun of [0.5, Infinity, Number.NaN])
      expect(() => startChangeDetector(meanRun)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => detectChange(startChangeDetector(10), Number.NaN)).toThrow(
      expect.objectContaining({ code: "not-finite" }),
    );
  });
});
