import { describe, expect, it } from "vitest";
import { type HypothesisPath, invertPath } from "../../src/intervals/path-inversion.ts";

/** The statistic is normal around the quantity, which is `scale` times the position. */
const normalPath = (scale: number, variance: number): HypothesisPath => ({
  quantity: (t) => scale * t,
  cumulants: (t) => ({ mean: scale * t, variance, third: 0 }),
});

describe("invertPath", () => {
  it("invertPath(statistic, path, path, level) of a normal statistic is statistic ± z·sd", () => {
    const path = normalPath(0.5, 0.01);
    const { lower, upper } = invertPath(0.5, path, path, 0.95);
    expect(lower).toBeCloseTo(0.5 - 0.1959963984540054, 8);
    expect(upper).toBeCloseTo(0.5 + 0.1959963984540054, 8);
  });

  it("invertPath(statistic, path, path, level) is 0 at an end where even no gap at all would not surprise", () => {
    const path = normalPath(0.5, 0.01);
    expect(invertPath(0.1, path, path, 0.95).lower).toBe(0);
    expect(invertPath(0.1, path, path, 0.95).upper).toBeCloseTo(0.1 + 0.1959963984540054, 8);
  });

  it("invertPath(statistic, path, path, level) does not take a statistic that is too small to be true for certainty", () => {
    const path = normalPath(0.5, 0.01);
    const { lower, upper } = invertPath(-0.3, path, path, 0.95);
    expect(lower).toBe(0);
    expect(upper).toBeCloseTo(-0.1 + 0.1959963984540054, 8);
  });

  it("invertPath(statistic, lowerPath, upperPath, level) takes each end from its own path", () => {
    const { lower, upper } = invertPath(0.5, normalPath(0.5, 0.0025), normalPath(0.5, 0.01), 0.95);
    expect(lower).toBeCloseTo(0.5 - 0.0979981992270027, 8);
    expect(upper).toBeCloseTo(0.5 + 0.1959963984540054, 8);
  });

  it("invertPath(statistic, path, path, level) follows a path far beyond what was observed", () => {
    const path = normalPath(1e-6, 0.01);
    expect(invertPath(0.5, path, path, 0.95).upper).toBeCloseTo(0.6959963984540054, 8);
  });
});
