import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/conformal/online.json" with { type: "json" };
import { createOnlineCalibrator, restoreOnlineCalibrator } from "../../../src/conformal/online/online-calibrator.ts";
import type { OnlineCalibrator } from "../../../src/conformal/online/online-method.ts";
import type { OnlineOptions } from "../../../src/conformal/online/online-options.ts";
import { createStreamingCalibrator } from "../../../src/conformal/streaming-calibrator.ts";
import { createRandom, type Random } from "../../../src/random/random.ts";

const earlier = Float64Array.from(table.scores.slice(0, table.window));
const later = table.scores.slice(table.window);
const near = (value: number, expected: number, relative: number): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));

function run(calibrator: OnlineCalibrator, scores: Iterable<number>): number[] {
  return Array.from(scores, (score) => calibrator.observe(score).threshold);
}

/** Sizes of errors whose spread follows the hour, wanders, swings and has spikes. */
function hourlyScores(count: number, random: Random): Float64Array {
  let wander = 0;
  return Float64Array.from({ length: count }, (_, t) => {
    wander = 0.995 * wander + 0.07 * random.normal();
    const spread = (1 + 0.5 * Math.sin((2 * Math.PI * (t - 7)) / 24)) * Math.exp(wander / 2);
    const swing = 1 + 1.5 * Math.max(0, Math.sin((2 * Math.PI * t) / 4000));
    return Math.abs(random.normal()) * spread * swing * (random.uniform() < 0.03 ? 6 : 1);
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const neverInfinite: readonly OnlineOptions[] = [
  { method: "quantile-tracking", learningRate: 0.3, start: 0.5 },
  { method: "quantile-tracking", learningRate: 2, start: -7 },
  { method: "pi", learningRate: 0.05, start: 1, gain: 3, saturation: 0.2 },
  { method: "pi", learningRate: 0.3, start: 0 },
  { method: "aggregated-aci", learningRate: 0.1, window: 30 },
  { method: "aggregated-aci", learningRate: 0.5, gammas: [0.5], start: 2 },
];
const all: readonly OnlineOptions[] = [
  ...neverInfinite,
  { method: "aci", gamma: 0.05 },
  { method: "aci", gamma: "0.7", window: 5 },
];

function isWithin(calibrator: OnlineCalibrator): boolean {
  const { steps, missed, deviation, lower, upper } = calibrator.longRun();
  const slack = 1e-12 * (1 + Math.abs(lower) + Math.abs(upper));
  const isIdentity = Math.abs(missed / steps - (1 - Number(calibrator.level)) - deviation) < 1e-12;
  return isIdentity && deviation >= lower - slack && deviation <= upper + slack;
}

describe("createOnlineCalibrator(level, options)", () => {
  it.each(table.aci)("createOnlineCalibrator(0.9, aci) follows the published rule at gamma $gamma", (expected) => {
    const { gamma, missed, infinite, empty, meanFinite, alphaLast } = expected;
    const calibrator = createOnlineCalibrator(0.9, { method: "aci", gamma, window: table.window, scores: earlier });
    const thresholds = run(calibrator, later);
    expect(calibrator.longRun().missed).toBe(missed);
    expect(thresholds.filter((q) => q === Infinity).length).toBe(infinite);
    expect(thresholds.filter((q) => q === -Infinity).length).toBe(empty);
    near(mean(thresholds.filter(Number.isFinite)), meanFinite, 1e-13);
    near(0.1 - gamma * calibrator.longRun().deviation * later.length, alphaLast, 1e-10);
  });

  it.each(table.tracking)(
    "createOnlineCalibrator(0.9, tracking) is the rule written out: $learningRate, $integral",
    (expected) => {
      const { learningRate, start, integral, missed, mean: average, last } = expected;
      const options = integral === null ? {} : { gain: integral[0], saturation: integral[1] };
      const method = integral === null ? "quantile-tracking" : "pi";
      const calibrator = createOnlineCalibrator(0.9, { method, learningRate, start, scores: earlier, ...options });
      const thresholds = run(calibrator, later);
      expect(calibrator.longRun().missed).toBe(missed);
      near(mean(thresholds), average, 1e-11);
      near(thresholds[thresholds.length - 1], last, 1e-11);
    },
  );

  it.each(table.aggregated)("createOnlineCalibrator(0.9) is the rule written out: $learningRate", (expected) => {
    const { learningRate, missed, mean: average, last } = expected;
    const calibrator = createOnlineCalibrator(0.9, { learningRate, window: table.window, scores: earlier });
    const thresholds = run(calibrator, later);
    expect(calibrator.longRun().missed).toBe(missed);
    near(mean(thresholds), average, 1e-11);
    near(thresholds[thresholds.length - 1], last, 1e-11);
  });

  it("createOnlineCalibrator(level, options) keeps its bound at every step of any sequence", () => {
    const score = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -2, max: 2 }));
    const level = fc.constantFrom(0.5, 0.8, "0.9", 0.99);
    fc.assert(
      fc.property(fc.array(score, { maxLength: 60 }), level, fc.constantFrom(...all), (scores, wanted, options) => {
        const calibrator = createOnlineCalibrator(wanted, options);
        for (const value of scores) {
          calibrator.observe(value);
          expect(isWithin(calibrator)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("createOnlineCalibrator(level, options) keeps its bound against an opponent who sees the threshold", () => {
    const random = createRandom(4);
    let violations = 0;
    for (const options of all)
      for (const opponent of ["always misses", "never misses", "flips"])
        for (const level of [0.6, 0.95]) {
          const calibrator = createOnlineCalibrator(level, options);
          for (let t = 0; t < 1000; t++) {
            const isUp = opponent === "always misses" || (opponent === "flips" && Math.floor(t / 250) % 2 === 0);
            const beside = calibrator.threshold + (isUp ? 1e-9 : -1e-9) * random.uniform();
            calibrator.observe(Math.min(1, Math.max(-1, beside)));
            if (!isWithin(calibrator)) violations++;
          }
          const { lower, upper } = calibrator.longRun();
          expect(upper - lower).toBeLessThan(0.12);
        }
    expect(violations).toBe(0);
  });

  it("createOnlineCalibrator(level, options) covers in the long run under drift, jumps and spikes, without an infinite threshold", () => {
    for (const options of neverInfinite) {
      const random = createRandom(8);
      let infinite = 0;
      const calibrator = createOnlineCalibrator(0.9, options);
      for (let t = 0; t < 15_000; t++) {
        const scale = 1 + Math.sin(t / 700) ** 2 + (t > 9000 ? 3 : 0);
        const spike = random.uniform() < 0.01 ? 5 : 1;
        const { threshold } = calibrator.observe(Math.abs(random.normal()) * scale * spike);
        if (!Number.isFinite(threshold)) infinite++;
      }
      expect(infinite).toBe(0);
      expect(isWithin(calibrator)).toBe(true);
      expect(Math.abs(calibrator.longRun().deviation)).toBeLessThan(0.01);
    }
  });

  it("createOnlineCalibrator(level, tracking).longRun() is exact: the threshold says where the misses stand", () => {
    const calibrator = createOnlineCalibrator(0.9, { method: "quantile-tracking", learningRate: 0.25, start: 1 });
    run(calibrator, later);
    const { steps, deviation } = calibrator.longRun();
    near((calibrator.threshold - 1) / (0.25 * steps), deviation, 1e-12);
  });

  it("createOnlineCalibrator(level, tracking) has a bound that is reached", () => {
    const calibrator = createOnlineCalibrator(0.5, { method: "quantile-tracking", learningRate: 1, start: 0 });
    run(calibrator, [4, 4, 4, 4, 4, 4, 4, 4]);
    expect(calibrator.threshold).toBe(4);
    expect(calibrator.longRun()).toEqual({ steps: 8, missed: 8, deviation: 0.5, lower: -0.0625, upper: 0.5625 });
  });

  it("createOnlineCalibrator(level, aci) is the window's quantile while gamma moves nothing yet", () => {
    const calibrator = createOnlineCalibrator(0.9, { method: "aci", gamma: "1e-9", window: 50, scores: earlier });
    const plain = createStreamingCalibrator({ window: 50 });
    for (const value of earlier) plain.add(value);
    expect(calibrator.threshold).toBe(plain.quantile(0.9).quantile);
  });

  it("createOnlineCalibrator(level, aci) shows infinite and empty sets, and the others never do", () => {
    const aci = createOnlineCalibrator(0.5, { method: "aci", gamma: 1 });
    expect(run(aci, [1, 2, 3, 2.5])).toEqual([Infinity, -Infinity, 2, Infinity]);
    for (const options of neverInfinite) {
      const calibrator = createOnlineCalibrator(0.99, options);
      for (const threshold of run(calibrator, [1, 1e6, -1e6, 3, 4e9])) expect(Number.isFinite(threshold)).toBe(true);
    }
  });

  it("restoreOnlineCalibrator(snapshot) goes on where the snapshot was taken, through JSON", () => {
    for (const options of all) {
      const first = createOnlineCalibrator("0.85", { ...options, scores: earlier });
      run(first, later.slice(0, 300));
      const second = restoreOnlineCalibrator(JSON.parse(JSON.stringify(first.snapshot())));
      expect(run(second, later.slice(300))).toEqual(run(first, later.slice(300)));
      expect(second.longRun()).toEqual(first.longRun());
      expect(second.snapshot()).toEqual(first.snapshot());
    }
  });

  it("createOnlineCalibrator(level, options) takes what is not given from the earlier scores", () => {
    const { method } = createOnlineCalibrator(0.5, { method: "pi", scores: Float64Array.of(1, 2, 3, 5, 6) });
    expect(method).toEqual({
      kind: "quantile-tracking",
      learningRate: 0.5,
      start: 3,
      integral: { gain: 5, saturation: 5 },
    });
    const aggregated = createOnlineCalibrator(0.9, { scores: Float64Array.of(1, 2) });
    expect(aggregated.method).toMatchObject({ learningRate: 0.005, start: 2, window: 100 });
    expect(aggregated.threshold).toBe(2);
    const unlimited = createOnlineCalibrator(0.9, { method: "aci", window: null });
    expect(unlimited.method).toEqual({ kind: "aci", gamma: "0.01", window: null });
    expect(createOnlineCalibrator(0.9, { method: "aci" }).method).toEqual({ kind: "aci", gamma: "0.01", window: 500 });
  });

  it("createOnlineCalibrator(level, options) names what is wrong", () => {
    const code = (expected: string, index?: number) => expect.objectContaining({ code: expected, index });
    expect(() => createOnlineCalibrator(0.9)).toThrow(code("too-few"));
    expect(() => createOnlineCalibrator(0.9, { scores: Float64Array.of(2, 2) })).toThrow(code("too-few"));
    expect(() => createOnlineCalibrator(1, { learningRate: 1 })).toThrow(code("out-of-range"));
    expect(() => createOnlineCalibrator(0.9, { scores: Float64Array.of(1, Infinity) })).toThrow(code("not-finite", 1));
    for (const bad of [0, -1, Infinity, Number.NaN]) {
      expect(() => createOnlineCalibrator(0.9, { learningRate: bad })).toThrow(code("out-of-range"));
      expect(() => createOnlineCalibrator(0.9, { learningRate: 1, gammas: [bad] })).toThrow(code("out-of-range"));
      expect(() => createOnlineCalibrator(0.9, { learningRate: 1, method: "pi", gain: bad })).toThrow(
        code("out-of-range"),
      );
      expect(() => createOnlineCalibrator(0.9, { learningRate: 1, method: "pi", saturation: bad })).toThrow(
        code("out-of-range"),
      );
    }
    for (const gamma of [0, 2, Number.NaN])
      expect(() => createOnlineCalibrator(0.9, { method: "aci", gamma })).toThrow(code("out-of-range"));
    expect(() => createOnlineCalibrator(0.9, { learningRate: 1, start: Infinity })).toThrow(code("out-of-range"));
    expect(() => createOnlineCalibrator(0.9, { learningRate: 1, window: 0 })).toThrow(code("out-of-range"));
    expect(() => createOnlineCalibrator(0.9, { learningRate: 1, gammas: [] })).toThrow(code("empty"));
    for (const options of all)
      expect(() => createOnlineCalibrator(0.9, options).observe(Number.NaN)).toThrow(code("not-finite"));
    const snapshot = createOnlineCalibrator(0.9, { learningRate: 1 }).snapshot();
    expect(() => restoreOnlineCalibrator({ ...snapshot, missed: 3 })).toThrow(code("out-of-range"));
    expect(() => restoreOnlineCalibrator({ ...snapshot, window: null })).toThrow(code("incompatible"));
    expect(() => restoreOnlineCalibrator({ ...snapshot, experts: null })).toThrow(code("incompatible"));
    expect(() => restoreOnlineCalibrator(JSON.parse('{"kind":"x"}'))).toThrow(code("incompatible"));
  });

  it.each([
    [{ method: "aci", learningRate: 5 }, "learningRate is an option of aggregated-aci, pi, quantile-tracking"],
    [{ learningRate: 5, gamma: 0.3 }, "gamma is an option of aci, the method is aggregated-aci"],
    [{ method: "quantile-tracking", learningRate: 5, gain: 1 }, "gain is an option of pi"],
    [{ method: "quantile-tracking", learningRate: 5, window: 5 }, "window is an option of aggregated-aci, aci"],
  ] as const)("createOnlineCalibrator(level, %j) refuses options of other methods", (options, message) => {
    expect(() => createOnlineCalibrator(0.9, options)).toThrow(message);
  });

  it.each([
    [{ experts: { alphas: [0.1], weights: [Number.NaN] } }, "experts.weights[0]: expected a number, got null"],
    [{ experts: { alphas: [0.1], weights: [-5] } }, "experts.weights[0]: expected at least 0, got -5"],
    [{ experts: { alphas: [0.1], weights: [0.5] } }, "experts.weights: expected a sum of 1, got 0.5"],
    [{ experts: { alphas: ["a"], weights: [1] } }, 'experts.alphas[0]: expected a number, got "a"'],
    [{ range: [5, -5] }, "range: expected two numbers that ascend, got 5 and -5"],
    [
      { window: { kind: "streaming-calibrator", window: 5, scores: ["Infinity"] } },
      "window.scores[0]: expected a number",
    ],
    [{ method: undefined }, "method is missing"],
    [{ method: { kind: "zzz" } }, "method.kind: expected"],
    [{ steps: 1.5 }, "steps: expected a whole number"],
  ])("restoreOnlineCalibrator(altered snapshot %#) names the place", (change, message) => {
    const calibrator = createOnlineCalibrator(0.9, { learningRate: 1, gammas: [0.01] });
    calibrator.observe(2);
    const altered = { ...calibrator.snapshot(), ...change };
    expect(() => restoreOnlineCalibrator(JSON.parse(JSON.stringify(altered)))).toThrow(message);
  });

  it("createOnlineCalibrator(0.9) stays within half a per cent, and narrow, where the spread of hours and weeks drifts", () => {
    const wide = { default: 0, aci: 0 };
    for (let seed = 1; seed <= 3; seed++) {
      const scores = hourlyScores(3500, createRandom(seed));
      const calibrators = {
        default: createOnlineCalibrator(0.9, { scores: scores.subarray(0, 500) }),
        aci: createOnlineCalibrator(0.9, { method: "aci", scores: scores.subarray(0, 500) }),
      };
      let week = 0;
      for (let t = 500; t < scores.length; t++) {
        const { threshold, covered } = calibrators.default.observe(scores[t]);
        const other = calibrators.aci.observe(scores[t]).threshold;
        expect(Number.isFinite(threshold)).toBe(true);
        wide.default += threshold;
        if (Number.isFinite(other)) wide.aci += other;
        if ((t - 500) % 168 === 0) week = 0;
        if (!covered) week++;
        expect(week / 168).toBeLessThanOrEqual(0.155);
      }
      expect(Math.abs(calibrators.default.longRun().deviation)).toBeLessThan(0.005);
    }
    expect(wide.default / wide.aci).toBeLessThan(1.03);
  });
});
