import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { absoluteSumInterval, type Gaps } from "../../src/intervals/absolute-sum.ts";
import { maximumInterval } from "../../src/intervals/maximum.ts";
import { clopperPearson } from "../../src/intervals/proportion.ts";
import { squaredSumInterval } from "../../src/intervals/squared-sum.ts";
import { unseenShare } from "../../src/intervals/unseen.ts";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);

/** Gaps g of groups of equal share whose standard errors are s, in a large sample. */
function gapsOf(g: readonly number[], s: readonly number[]): Gaps & { share: Float64Array } {
  const effectiveN = 1e6;
  return {
    gap: Float64Array.from(g),
    dispersion: Float64Array.from(g, (x, b) => s[b] * s[b] + (x * x) / effectiveN),
    share: new Float64Array(g.length).fill(1 / g.length),
    effectiveN,
  };
}

const anyGaps = fc
  .array(
    fc.tuple(fc.double({ min: -0.05, max: 0.05, noNaN: true }), fc.double({ min: 1e-4, max: 0.02, noNaN: true })),
    { minLength: 1, maxLength: 20 },
  )
  .map((rows) =>
    gapsOf(
      rows.map((row) => row[0]),
      rows.map((row) => row[1]),
    ),
  );

describe("absoluteSumInterval", () => {
  it("absoluteSumInterval(gaps, level) of one clear gap is gap ± z·se", () => {
    for (const sign of [1, -1]) {
      const { lower, upper } = absoluteSumInterval(gapsOf([0.1 * sign], [0.01]), 0.95);
      expect(lower).toBeCloseTo(0.1 - 0.0196, 4);
      expect(upper).toBeCloseTo(0.1 + 0.0196, 4);
    }
  });

  it("absoluteSumInterval(gaps, level) of clear gaps is that of their sum, whose variance adds up", () => {
    const gaps = gapsOf([0.1, -0.2, 0.3], [0.01, 0.02, 0.02]);
    const { lower, upper } = absoluteSumInterval(gaps, 0.9);
    expect(lower).toBeCloseTo(0.6 - 1.6449 * 0.03, 3);
    expect(upper).toBeCloseTo(0.6 + 1.6449 * 0.03, 3);
  });

  it("absoluteSumInterval(gaps, level).lower is 0 when every gap is within the noise", () => {
    const { lower, upper } = absoluteSumInterval(gapsOf([0.01, -0.008, 0.005, -0.012], [0.01, 0.01, 0.01, 0.01]), 0.95);
    expect(lower).toBe(0);
    expect(upper).toBeGreaterThan(0.01);
    expect(upper).toBeLessThan(0.08);
  });

  it("absoluteSumInterval(gaps, level) is ordered, widens with the level, and scales with the gaps", () => {
    fc.assert(
      fc.property(anyGaps, (gaps) => {
        const a = absoluteSumInterval(gaps, 0.95);
        expect(a.lower).toBeGreaterThanOrEqual(0);
        expect(a.upper).toBeGreaterThanOrEqual(a.lower * (1 - 1e-9));
        expect(Number.isFinite(a.upper)).toBe(true);
        const wide = absoluteSumInterval(gaps, 0.99);
        expect(wide.lower).toBeLessThanOrEqual(a.lower + 1e-9);
        expect(wide.upper).toBeGreaterThanOrEqual(a.upper - 1e-9);
        const flipped = absoluteSumInterval({ ...gaps, gap: gaps.gap.map((g) => -g) }, 0.95);
        expect(flipped.lower).toBeCloseTo(a.lower, 9);
        expect(flipped.upper).toBeCloseTo(a.upper, 9);
        const half = absoluteSumInterval(
          { ...gaps, gap: gaps.gap.map((g) => g / 2), dispersion: gaps.dispersion.map((d) => d / 4) },
          0.95,
        );
        expect(half.lower).toBeCloseTo(a.lower / 2, 8);
        expect(half.upper).toBeCloseTo(a.upper / 2, 8);
      }),
    );
  });

  it("absoluteSumInterval(gaps, level) reaches as far as unseen events where nothing varies", () => {
    const gaps = { gap: reals(0), dispersion: reals(0), effectiveN: 20 };
    const { lower, upper } = absoluteSumInterval(gaps, 0.95);
    expect(lower).toBe(0);
    expect(upper).toBeCloseTo(clopperPearson(20, 20).lower * -1 + 1, 12);
    const shifted = absoluteSumInterval({ gap: reals(0.1), dispersion: reals(0.01 / 200), effectiveN: 200 }, 0.95);
    expect(shifted.lower).toBeCloseTo(0.1 - unseenShare(200, 0.025), 12);
  });
});

describe("squaredSumInterval", () => {
  it("squaredSumInterval(gaps, share, level) of one clear gap is the square of gap ± z·se", () => {
    const gaps = gapsOf([0.1], [0.004]);
    const { lower, upper } = squaredSumInterval(gaps, gaps.share, 0.95);
    expect(Math.sqrt(lower)).toBeCloseTo(0.1 - 0.00784, 3);
    expect(Math.sqrt(upper)).toBeCloseTo(0.1 + 0.00784, 3);
  });

  it("squaredSumInterval(gaps, share, level).lower is 0 when every gap is within the noise", () => {
    const gaps = gapsOf([0.01, -0.008, 0.005, -0.012], [0.01, 0.01, 0.01, 0.01]);
    const { lower, upper } = squaredSumInterval(gaps, gaps.share, 0.95);
    expect(lower).toBe(0);
    expect(upper).toBeGreaterThan(0);
  });

  it("squaredSumInterval(gaps, share, level) does not take gaps of exactly 0 for certainty", () => {
    const gaps = gapsOf([0, 0, 0], [0.01, 0.01, 0.01]);
    expect(squaredSumInterval(gaps, gaps.share, 0.95).upper).toBeGreaterThan((3 * 0.01 ** 2) / 3);
  });

  it("squaredSumInterval(gaps, share, level) is ordered, widens with the level, and scales with the gaps", () => {
    fc.assert(
      fc.property(anyGaps, (gaps) => {
        const { share } = gaps;
        const a = squaredSumInterval(gaps, share, 0.95);
        expect(a.lower).toBeGreaterThanOrEqual(0);
        expect(a.upper).toBeGreaterThanOrEqual(a.lower * (1 - 1e-9));
        expect(Number.isFinite(a.upper)).toBe(true);
        const wide = squaredSumInterval(gaps, share, 0.99);
        expect(wide.lower).toBeLessThanOrEqual(a.lower + 1e-9);
        expect(wide.upper).toBeGreaterThanOrEqual(a.upper - 1e-9);
        const half = squaredSumInterval(
          { ...gaps, gap: gaps.gap.map((g) => g / 2), dispersion: gaps.dispersion.map((d) => d / 4) },
          share,
          0.95,
        );
        expect(half.lower).toBeCloseTo(a.lower / 4, 8);
        expect(half.upper).toBeCloseTo(a.upper / 4, 8);
      }),
    );
  });
});

describe("maximumInterval", () => {
  it("maximumInterval(groups, level) of one group holds the bounds of Clopper and Pearson", () => {
    const { lower, upper } = maximumInterval({ stated: reals(0.9), observed: reals(0.5), rows: reals(40) }, 0.95);
    expect(lower).toBeCloseTo(0.9 - clopperPearson(20, 40, 0.975).upper, 12);
    expect(upper).toBeCloseTo(0.9 - clopperPearson(20, 40).lower, 12);
  });

  it("maximumInterval(groups, level) of a group of one row is wide", () => {
    const { lower, upper } = maximumInterval({ stated: reals(0.5), observed: reals(1), rows: reals(1) }, 0.95);
    expect(lower).toBe(0);
    expect(upper).toBe(0.5);
    const sure = maximumInterval({ stated: reals(1, 0.5), observed: reals(1, 0.5), rows: reals(1, 1000) }, 0.95);
    expect(sure.upper).toBeCloseTo(0.975, 12);
  });

  it("maximumInterval(groups, level) finds a clear gap beside a group of few rows", () => {
    const groups = { stated: reals(0.6, 0.2), observed: reals(0.4, 1), rows: reals(10_000, 1) };
    const { lower, upper } = maximumInterval(groups, 0.95);
    expect(lower).toBeGreaterThan(0.18);
    expect(upper).toBe(0.8);
  });

  it("maximumInterval(groups, level) is ordered, inside [0, 1], and widens with the level", () => {
    const group = fc.record({
      stated: fc.double({ min: 0, max: 1, noNaN: true }),
      observed: fc.double({ min: 0, max: 1, noNaN: true }),
      rows: fc.double({ min: 1, max: 1e5, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 15 }), (list) => {
        const groups = {
          stated: Float64Array.from(list, (g) => g.stated),
          observed: Float64Array.from(list, (g) => g.observed),
          rows: Float64Array.from(list, (g) => g.rows),
        };
        const a = maximumInterval(groups, 0.95);
        const largest = Math.max(...list.map((g) => Math.abs(g.observed - g.stated)));
        expect(a.lower).toBeGreaterThanOrEqual(0);
        expect(a.lower).toBeLessThanOrEqual(largest + 1e-12);
        expect(a.upper).toBeGreaterThanOrEqual(largest - 1e-12);
        expect(a.upper).toBeLessThanOrEqual(1);
        const wide = maximumInterval(groups, 0.99);
        expect(wide.lower).toBeLessThanOrEqual(a.lower);
        expect(wide.upper).toBeGreaterThanOrEqual(a.upper);
      }),
    );
  });
});

describe("unseenShare", () => {
  it("unseenShare(rows, tail) is the upper bound of Clopper and Pearson without a success", () => {
    for (const rows of [1, 7, 1000, 1e7]) {
      const expected = clopperPearson(0, rows).upper;
      expect(Math.abs(unseenShare(rows, 0.025) / expected - 1)).toBeLessThan(1e-9);
    }
  });
});
