import { describe, expect, it } from "vitest";
import { fitVerdict } from "../../../src/calibration/choose/sentences.ts";
import type { Estimate } from "../../../src/estimate.ts";

function estimate(value: number, half: number): Estimate {
  const spec = { metric: "any" };
  const bounds = { lower: value - half, upper: value + half, level: 0.95 };
  return { value, ...bounds, n: 100, effectiveN: 100, interval: "asymptotic", spec };
}

function verdict(
  gain: number,
  half: number,
  changes: { readonly weight?: number; readonly isTiny?: boolean; readonly level?: number } = {},
) {
  const { weight = 1, isTiny = false, level = 0.95 } = changes;
  const scores = (logLoss: number) => {
    const other = estimate(0.1, 0.01);
    return {
      logLoss: estimate(logLoss, 0.05),
      brier: other,
      ece: other,
      smoothEce: other,
      accuracy: other,
      meanConfidence: other,
    };
  };
  const improvement = { logLoss: { ...estimate(gain, half), level }, brier: estimate(0, 0.01) };
  return fitVerdict({
    label: "Platt scaling",
    weight,
    before: scores(0.5),
    after: scores(0.5 - gain),
    improvement,
    isTiny,
  });
}

describe("fitVerdict", () => {
  it.each([
    [0.05, 0.01, {}, "improved"],
    [0.01, 0.05, {}, "likely-improved"],
    [-0.01, 0.05, {}, "identity"],
    [-0.05, 0.01, {}, "worse"],
    [0.05, 0.01, { weight: 0 }, "identity"],
    [0, 0, { weight: 0, isTiny: true }, "too-few-labels"],
    [0.05, 0.01, { isTiny: true }, "too-few-labels"],
    [-0.05, 0.01, { isTiny: true }, "too-few-labels"],
  ] as const)("fitVerdict says of a gain of %d ± %d (%o) that it is %s", (gain, half, changes, status) => {
    expect(verdict(gain, half, changes).status).toBe(status);
  });

  it("fitVerdict tells the gain and its interval", () => {
    expect(verdict(0.05, 0.01).sentence).toBe(
      "Platt scaling improves the scores: log loss 0.500 before, 0.450 after on rows held out (95 % interval of the gain 0.040 to 0.060); calibration error 0.100 to 0.100.",
    );
  });

  it("fitVerdict tells an end of the interval that is nearly 0 from 0", () => {
    expect(verdict(0.05, 0.0502).sentence).toContain("interval of the gain -0.0002 to 0.100");
    expect(verdict(0.05, 0.0498).sentence).toContain("interval of the gain 0.0002 to 0.100");
    expect(verdict(0.05, 0.05 + 1e-12).sentence).toContain("interval of the gain 0.000 to 0.100");
  });

  it.each([
    [0.999, "99.9 %"],
    [0.9, "90 %"],
    [0.55, "55 %"],
  ])("fitVerdict calls an interval of level %d one of %s", (level, words) => {
    expect(verdict(0.05, 0.01, { level }).sentence).toContain(`(${words} interval of the gain`);
  });
});
