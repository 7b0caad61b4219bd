import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Estimate } from "../../src/estimate.ts";
import type { NoiseFloor } from "../../src/report/document.ts";
import { type VerdictEvidence, verdict } from "../../src/report/verdict.ts";

const estimate = (value: number, lower: number, upper: number): Estimate => ({
  value,
  lower,
  upper,
  level: 0.95,
  n: 1000,
  effectiveN: 1000,
  interval: "asymptotic",
  spec: { metric: "ece" },
});

const floor = (value: number, pValue: number, moreLabels = 0): NoiseFloor => ({
  value,
  lower: value / 2,
  upper: 2 * value,
  level: 0.95,
  n: 1000,
  pValue,
  wantedWidth: 0.02,
  moreLabels,
  spec: { metric: "noise-floor-l1" },
});

/** Evidence of a clear miscalibration: too high almost everywhere. */
const clear: VerdictEvidence = {
  label: "confidence",
  ece: estimate(0.0551, 0.051, 0.0593),
  debiased: estimate(0.0549, 0.051, 0.0593),
  noiseFloor: floor(0.0071, 0.0005),
  scorePValue: 1e-12,
  overconfidence: estimate(0.05, 0.045, 0.055),
  underconfidence: estimate(0.0051, 0.001, 0.009),
  stated: 0.9796,
  observed: 0.9248,
};

describe("verdict", () => {
  it("verdict(evidence) calls scores overconfident when three quarters of the error lie on that side", () => {
    expect(verdict(clear)).toEqual({
      status: "overconfident",
      sentence:
        "Do not read these scores as probabilities: they are too high; the model states 98.0 % on average and is right " +
        "92.5 % of the time; calibration error 0.055 (95 % interval 0.051 to 0.059; a perfect model would show 0.007 at this n).",
    });
  });

  it("verdict(evidence) calls scores underconfident when three quarters of the error lie on the other side", () => {
    const evidence: VerdictEvidence = {
      ...clear,
      label: "probability",
      overconfidence: clear.underconfidence,
      underconfidence: clear.overconfidence,
      stated: 0.2,
      observed: 0.25,
    };
    expect(verdict(evidence)).toEqual({
      status: "underconfident",
      sentence:
        "Do not read these scores as probabilities: they are too low; the mean score is 20.0 % where 25.0 % happen; " +
        "calibration error 0.055 (95 % interval 0.051 to 0.059; a perfect model would show 0.007 at this n).",
    });
  });

  it("verdict(evidence) calls scores miscalibrated when they err on both sides", () => {
    const { status, sentence } = verdict({
      ...clear,
      overconfidence: estimate(0.03, 0, 1),
      underconfidence: estimate(0.025, 0, 1),
    });
    expect(status).toBe("miscalibrated");
    expect(sentence).toContain("they are too high in places and too low in others;");
  });

  it("verdict(evidence) needs the error or the test to be significant at half of 5 %", () => {
    const status = (noise: number, score: number) =>
      verdict({ ...clear, noiseFloor: floor(0.03, noise), scorePValue: score }).status;
    expect(status(0.025, 1)).toBe("overconfident");
    expect(status(1, 0.025)).toBe("overconfident");
    expect(status(0.026, 0.026)).toBe("calibrated");
  });

  it("verdict(evidence) without significance sees no sign of miscalibration", () => {
    expect(verdict({ ...clear, noiseFloor: floor(0.0551, 0.4), scorePValue: 0.3 })).toEqual({
      status: "calibrated",
      sentence:
        "No sign of miscalibration: calibration error 0.055 (95 % interval 0.051 to 0.059; a perfect model would show " +
        "0.055 at this n).",
    });
  });

  it("verdict(evidence) with a wide interval asks for more labels and says how many", () => {
    const evidence: VerdictEvidence = {
      ...clear,
      ece: estimate(0.09, 0, 0.21),
      debiased: estimate(0.02, 0, 0.21),
      noiseFloor: floor(0.088, 0.4, 4200),
      scorePValue: 0.3,
    };
    expect(verdict(evidence)).toEqual({
      status: "too-few-labels",
      sentence:
        "Too few labels to tell: calibration error 0.090 (95 % interval 0 to 0.210; a perfect model would show 0.088 " +
        "at this n), so the true error may be anything up to 0.210; about 4200 more labels would narrow it to a width of 0.02.",
    });
    expect(verdict({ ...evidence, noiseFloor: floor(0.088, 0.4) }).sentence).toMatch(/anything up to 0\.210\.$/);
  });

  it("verdict(evidence) lets a surely negligible error pass, however significant", () => {
    const tiny = estimate(0.004, 0.003, 0.006);
    expect(verdict({ ...clear, ece: tiny, debiased: tiny })).toEqual({
      status: "calibrated",
      sentence:
        "These scores can be read as probabilities: calibration error 0.004 (95 % interval 0.003 to 0.006; a perfect model " +
        "would show 0.007 at this n).",
    });
  });

  it("verdict(evidence) is one plain sentence of at most 320 characters, whatever the numbers", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const anyEstimate = fc.tuple(share, share, share).map((values) => {
      const [lower, value, upper] = values.sort((a, b) => a - b);
      return estimate(value, lower, upper);
    });
    const evidence = fc.record({
      label: fc.constantFrom("confidence", "probability"),
      ece: anyEstimate,
      debiased: anyEstimate,
      noiseFloor: fc.tuple(share, share, fc.nat()).map(([value, p, more]) => floor(value, p, more)),
      scorePValue: share,
      overconfidence: anyEstimate,
      underconfidence: anyEstimate,
      stated: share,
      observed: share,
    });
    fc.assert(
      fc.property(evidence, (each) => {
        const { sentence } = verdict(each);
        expect(sentence.length).toBeLessThanOrEqual(320);
        expect(sentence).toMatch(/^[A-Z].*\.$/);
        expect(sentence).not.toMatch(/NaN|Infinity|undefined|\. [A-Z]/);
      }),
    );
  });
});
