import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/random/random.ts";
import { betJumper, FINE_STAKES, startJumper } from "../../src/sequential/jumper-martingale.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

/** The capitals as they are, neither scaled nor in logarithms. */
function plainWealth(pValues: readonly number[], jump: number, stakes: readonly number[]): number[] {
  let capitals = stakes.map(() => 1 / stakes.length);
  return pValues.map((p) => {
    const sum = capitals.reduce((a, b) => a + b, 0);
    capitals = capitals.map((c, i) => ((1 - jump) * c + (jump / stakes.length) * sum) * (1 + stakes[i] * (p - 0.5)));
    return capitals.reduce((a, b) => a + b, 0);
  });
}

describe("betJumper(state, pValue)", () => {
  it("betJumper(state, pValue) gives the wealth of the published path", () => {
    const p = [0.1, 0.2, 0.05, 0.9, 0.5, 0.01, 0.01, 0.02, 0.03, 0.5];
    const wealth = [
      1, 1.0792, 1.285912, 0.9711390448, 0.9711390448, 1.166305842123652, 1.510889340112789, 2.038661672398984,
      2.812549491241636, 2.812549491241636,
    ];
    let state = startJumper();
    p.forEach((value, i) => {
      state = betJumper(state, value);
      expect(Math.abs(Math.exp(state.logWealth) / wealth[i] - 1)).toBeLessThan(1e-12);
    });
    expect(state.steps).toBe(10);
    expect(state.highest).toBeCloseTo(Math.log(2.812549491237), 11);
  });

  it("betJumper(state, pValue) equals the plain recursion for any stakes and jump", () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    const stake = fc.double({ min: -1.9, max: 1.9, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(p, { maxLength: 40 }),
        p,
        fc.array(stake, { minLength: 1, maxLength: 6 }),
        (ps, jump, stakes) => {
          const expected = plainWealth(ps, jump, stakes);
          let state = startJumper({ stakes, jump });
          ps.forEach((value, i) => {
            state = betJumper(state, value);
            expect(Math.abs(state.logWealth - Math.log(expected[i]))).toBeLessThan(1e-12 * (i + 2));
          });
        },
      ),
    );
  });

  it("betJumper(state, pValue) has mean growth 1 over the p-values of a fair game", () => {
    let state = startJumper({ stakes: FINE_STAKES });
    for (const p of [0.3, 0.01, 0.8]) state = betJumper(state, p);
    let sum = 0;
    for (let i = 0; i < 1000; i++) sum += Math.exp(betJumper(state, (i + 0.5) / 1000).logWealth - state.logWealth);
    expect(sum / 1000).toBeCloseTo(1, 13);
  });

  it("betJumper(state, pValue) neither overflows nor underflows in 100 000 one-sided or adverse bets", () => {
    for (const [bad, sign] of [
      [() => 0.001, 1],
      [(i: number) => i % 2, -1],
    ] as const) {
      let state = startJumper({ stakes: [-1, 1], jump: 0.3 });
      for (let i = 0; i < 100_000; i++) state = betJumper(state, bad(i));
      expect(Number.isFinite(state.logWealth)).toBe(true);
      expect(sign * state.logWealth).toBeGreaterThan(700);
      expect(state.shares[0] + state.shares[1]).toBeCloseTo(1, 14);
    }
  });

  it("betJumper(state, pValue) reaches 1/c with probability at most c", () => {
    const random = createRandom(2);
    let reached = 0;
    for (let stream = 0; stream < 1000; stream++) {
      let state = startJumper({ stakes: FINE_STAKES, jump: 0.05 });
      for (let i = 0; i < 300; i++) state = betJumper(state, random.uniform());
      if (state.highest >= Math.log(10)) reached++;
    }
    expect(regularizedBeta(0.1, reached, 1000 - reached + 1)).toBeGreaterThan(0.0005);
  });

  it("startJumper(options) and betJumper(state, pValue) name what is wrong", () => {
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(() => startJumper({ stakes: [] })).toThrow(code("empty"));
    expect(() => startJumper({ stakes: [0, 2] })).toThrow(code("out-of-range"));
    for (const jump of [-0.1, 1.1, Number.NaN]) expect(() => startJumper({ jump })).toThrow(code("out-of-range"));
    for (const p of [-0.1, 1.1, Number.NaN]) expect(() => betJumper(startJumper(), p)).toThrow(code("out-of-range"));
  });
});
