import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bettingPValue, bettingUpper } from "../../../src/index.ts";

function plainUpper(losses: Float64Array, failure: number): number {
  const n = losses.length;
  const goal = Math.log(1 / failure);
  const passes = (risk: number): boolean => {
    let total = 0.5;
    let squares = 0.25;
    let variance = 0.25;
    let wealth = 0;
    for (let i = 1; i <= n; i++) {
      const loss = losses[i - 1];
      wealth += Math.log1p(-Math.min(1, Math.sqrt((2 * goal) / (n * variance))) * (loss - risk));
      if (wealth > goal) return true;
      total += loss;
      squares += (loss - total / (i + 1)) ** 2;
      variance = squares / (i + 1);
    }
    return false;
  };
  if (!passes(1)) return 1;
  let [lower, upper] = [0, 1];
  while (upper - lower > 1e-14) {
    const middle = (lower + upper) / 2;
    if (passes(middle)) upper = middle;
    else lower = middle;
  }
  return upper;
}

const tiny = Float64Array.from({ length: 20 }, (_, i) => (i === 2 || i === 7 ? 1 : 0));

describe("bettingUpper", () => {
  it("bettingUpper(losses, failure) gives the reference value", () => {
    expect(Math.abs(bettingUpper(tiny, 0.1) - 0.299869027222)).toBeLessThan(2e-10);
  });

  it("bettingUpper(losses, failure) agrees with sums of logarithms", () => {
    const losses = fc.array(fc.constantFrom(0, 0, 0, 0.1, 0.25, 0.5, 1), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(losses, fc.constantFrom(0.3, 0.1, 0.01, 1e-5), (list, failure) => {
        const column = Float64Array.from(list);
        expect(Math.abs(bettingUpper(column, failure) - plainUpper(column, failure))).toBeLessThan(1e-12);
      }),
      { seed: 43, numRuns: 60 },
    );
  });

  it("bettingUpper(losses, failure) keeps the wealth in range over long ruin and long luck", () => {
    const ruin = Float64Array.from({ length: 20000 }, (_, i) => (i < 10000 ? 1 : 0));
    expect(Math.abs(bettingUpper(ruin, 0.1) - plainUpper(ruin, 0.1))).toBeLessThan(1e-12);
    const luck = new Float64Array(20000);
    expect(Math.abs(bettingUpper(luck, 1e-200) - plainUpper(luck, 1e-200))).toBeLessThan(1e-12);
    expect(bettingPValue(luck, 0.9, 1e-300)).toBeLessThan(1e-300);
  });

  it("bettingUpper(losses, failure, bound) is in units of the bound", () => {
    const large = tiny.map((loss) => loss * 50);
    expect(bettingUpper(large, 0.1, { bound: 50 })).toBeCloseTo(50 * bettingUpper(tiny, 0.1), 10);
  });

  it("bettingUpper(losses, failure) is the bound where nothing can be said", () => {
    expect(bettingUpper(Float64Array.of(0), 0.1)).toBe(1);
    expect(bettingUpper(new Float64Array(30).fill(1), 0.1)).toBe(1);
  });

  it("bettingUpper(losses, failure) names a loss out of range", () => {
    expect(() => bettingUpper(Float64Array.of(0, 1.5), 0.1)).toThrow("loss 1.5 at position 1 is not in [0, 1]");
    expect(() => bettingUpper(Float64Array.of(0, Number.NaN), 0.1)).toThrow(expect.objectContaining({ index: 1 }));
    expect(() => bettingUpper(new Float64Array(0), 0.1)).toThrow("a betting bound needs at least one loss");
  });
});

describe("bettingPValue", () => {
  it("bettingPValue(losses, risk, failure) falls to failure at bettingUpper", () => {
    const upper = bettingUpper(tiny, 0.1);
    expect(bettingPValue(tiny, upper * (1 + 1e-9), 0.1)).toBeLessThan(0.1);
    expect(bettingPValue(tiny, upper * (1 - 1e-9), 0.1)).toBeGreaterThan(0.1);
    expect(bettingPValue(tiny, 0, 0.1)).toBe(1);
  });
});
