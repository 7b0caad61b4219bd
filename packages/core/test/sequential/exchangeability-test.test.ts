import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../src/random/random.ts";
import { createExchangeabilityTest, restoreExchangeabilityTest } from "../../src/sequential/exchangeability-test.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

const rounded = (random: Random): number => Math.round(2 * random.normal()) + 0;

/** Whether 1000 streams alarm more often than at the rate, beyond 99.95 % of the binomial distribution. */
function isTooOften(alarms: number, streams: number, rate: number): boolean {
  return alarms > 0 && regularizedBeta(rate, alarms, streams - alarms + 1) < 0.0005;
}

describe("createExchangeabilityTest(options)", () => {
  it.each([
    ["continuous", (random: Random) => random.normal()],
    ["tied", rounded],
    ["nearly constant", (random: Random) => (random.uniform() < 0.97 ? 0 : 1)],
  ] as const)("createExchangeabilityTest(options) alarms falsely at most as promised on 1000 %s streams", (_, draw) => {
    const random = createRandom(31);
    let alarms = 0;
    for (let stream = 0; stream < 1000; stream++) {
      const test = createExchangeabilityTest();
      for (let i = 0; i < 200 && test.alarmedAt === null; i++) test.observe(draw(random), random.uniform());
      if (test.alarmedAt !== null) alarms++;
    }
    expect(isTooOften(alarms, 1000, 0.05)).toBe(false);
    expect(alarms).toBeLessThanOrEqual(75);
  });

  it("createExchangeabilityTest(options) finds a shift in nearly all streams, after it happened", () => {
    const random = createRandom(32);
    let alarms = 0;
    let early = 0;
    for (let stream = 0; stream < 200; stream++) {
      const test = createExchangeabilityTest();
      for (let i = 0; i < 500 && test.alarmedAt === null; i++)
        test.observe(rounded(random) + (i >= 250 ? 4 : 0), random.uniform());
      if (test.alarmedAt !== null && test.alarmedAt > 250) alarms++;
      if (test.alarmedAt !== null && test.alarmedAt <= 250) early++;
    }
    expect(alarms).toBeGreaterThanOrEqual(185);
    expect(isTooOften(early, 200, 0.05)).toBe(false);
  });

  it("createExchangeabilityTest(options) alarms when the wealth first reaches 1/falseAlarms, and stays alarmed", () => {
    const test = createExchangeabilityTest({ falseAlarms: 0.1 });
    let first: number | null = null;
    for (let i = 0; i < 200; i++) {
      const { logWealth, alarmed } = test.observe(i < 100 ? i : 99 - (i % 2), 0.5);
      if (first === null && logWealth >= Math.log(10)) first = i + 1;
      expect(alarmed).toBe(first !== null);
      expect(test.alarmedAt).toBe(first);
    }
    expect(first).not.toBeNull();
    expect(test.pValue).toBe(Math.exp(-test.jumper.highest));
    expect(test.pValue).toBeLessThanOrEqual(0.1);
  });

  it("createExchangeabilityTest(options) counts the new score in its p-value", () => {
    const test = createExchangeabilityTest();
    const pValues = [1, 3, 2, 2, 5].map((score) => test.observe(score, 0.25).pValue);
    expect(pValues).toEqual([0.25, 0.125, (1 + 0.25) / 3, (1 + 0.5) / 4, 0.05]);
  });

  it("restoreExchangeabilityTest(snapshot) goes on where the snapshot was taken, through JSON", () => {
    const random = createRandom(6);
    const first = createExchangeabilityTest({ stakes: [-1, 0, 1], jump: 0.02 });
    for (let i = 0; i < 50; i++) first.observe(rounded(random), random.uniform());
    const second = restoreExchangeabilityTest(JSON.parse(JSON.stringify(first.snapshot())));
    for (let i = 0; i < 50; i++) {
      const score = rounded(random);
      const tau = random.uniform();
      expect(second.observe(score, tau)).toEqual(first.observe(score, tau));
    }
    expect(second.snapshot()).toEqual(first.snapshot());
  });

  it("createExchangeabilityTest(options) names what is wrong", () => {
    const code = (expected: string) => expect.objectContaining({ code: expected });
    for (const falseAlarms of [0, 1, Number.NaN])
      expect(() => createExchangeabilityTest({ falseAlarms })).toThrow(code("out-of-range"));
    const test = createExchangeabilityTest();
    expect(() => test.observe(Number.NaN, 0.5)).toThrow(code("not-finite"));
    expect(() => test.observe(1, 1.5)).toThrow(code("out-of-range"));
    expect(test.jumper.steps).toBe(0);
    const snapshot = test.snapshot();
    expect(() => restoreExchangeabilityTest({ ...snapshot, falseAlarms: 2 })).toThrow(code("out-of-range"));
    expect(() => restoreExchangeabilityTest({ ...snapshot, jumper: { ...snapshot.jumper, steps: 3 } })).toThrow(
      code("incompatible"),
    );
    expect(() => restoreExchangeabilityTest({ ...snapshot, jumper: { ...snapshot.jumper, shares: [] } })).toThrow(
      code("incompatible"),
    );
    expect(() => restoreExchangeabilityTest(JSON.parse('{"kind":"x"}'))).toThrow(code("incompatible"));
  });

  it.each([
    [{ shares: [Number.NaN, 1, 0] }, "must hold 3 shares >= 0 that sum to 1"],
    [{ shares: [-1, 1, 1] }, "must hold 3 shares >= 0 that sum to 1"],
    [{ shares: [5, 5, 5] }, "must hold 3 shares >= 0 that sum to 1"],
    [{ logWealth: null }, "got logarithms null and"],
    [{ highest: -5 }, "and -5"],
    [{ highest: 5 }, "the snapshot holds evidence of e^5 and no alarm"],
  ])("restoreExchangeabilityTest(altered jumper %#) says what is wrong", (change, message) => {
    const test = createExchangeabilityTest({ stakes: [-1, 0, 1] });
    for (let i = 0; i < 9; i++) test.observe(i % 3, 0.5);
    const snapshot = JSON.parse(JSON.stringify(test.snapshot()));
    const altered = { ...snapshot, jumper: { ...snapshot.jumper, ...change } };
    expect(() => restoreExchangeabilityTest(altered)).toThrow(message);
    expect(() => restoreExchangeabilityTest({ ...snapshot, alarmedAt: 3 })).toThrow("an alarm at 3");
  });
});
