import { describe, expect, it } from "vitest";
import {
  accuracyUncertainty,
  bettingShareInterval,
  createRandom,
  pivotalSample,
  poissonSample,
  propensityWeights,
  samplingProbabilities,
  selectedMean,
  thresholdProbabilities,
} from "../../src/index.ts";
import { regularizedBetaInverse } from "../../src/special/regularized-beta.ts";
import { binomialAtMost, labelsOf, traffic, trueAccuracy } from "./reviewed.ts";

const tiny = {
  confidences: Float64Array.of(0.9, 0.6, 0.8),
  outcomes: Uint8Array.of(1, 0, 1),
  propensities: Float64Array.of(0.5, 1, 0.25),
};
const population = Float64Array.of(0.9, 0.6, 0.8, 0.7, 0.95, 0.85, 0.75);

describe("selectedMean", () => {
  it("selectedMean(labels) is Σwy/Σw with w = 1/propensity", () => {
    expect(selectedMean(tiny).value).toBeCloseTo((2 + 4) / 7, 15);
    expect(selectedMean(tiny).spec).toEqual({ metric: "accuracy", estimator: "hajek", power: 0, about: "stream" });
    expect(selectedMean(tiny).effectiveN).toBeCloseTo(49 / 21, 14);
  });

  it("selectedMean(labels, { population, power: 1, normalise: false }) is active inference, mean f + Σ(y − f)/π / N", () => {
    const mean = population.reduce((a, b) => a + b, 0) / 7;
    const added = (0.1 * 2 - 0.6 * 1 + 0.2 * 4) / 7;
    const { value, spec } = selectedMean(tiny, { population, power: 1, normalise: false });
    expect(value).toBeCloseTo(mean + added, 14);
    expect(spec["estimator"]).toBe("active");
    expect(selectedMean(tiny, { population, power: 0, normalise: false }).value).toBeCloseTo(6 / 7, 14);
  });

  it("selectedMean(labels) of equal propensities is Jeffreys' interval of a plain share", () => {
    const outcomes = Uint8Array.from({ length: 400 }, (_, i) => (i % 8 === 0 ? 0 : 1));
    const labels = {
      confidences: new Float64Array(400).fill(0.9),
      outcomes,
      propensities: new Float64Array(400).fill(0.1),
    };
    const { value, lower, upper } = selectedMean(labels);
    expect(value).toBe(0.875);
    expect(Math.abs(lower - regularizedBetaInverse(0.025, 350.5, 50.5))).toBeLessThan(3e-4);
    expect(Math.abs(upper - regularizedBetaInverse(0.975, 350.5, 50.5))).toBeLessThan(3e-4);
  });

  it("selectedMean(labels, { population }) follows a model that is always right to the width of its rows", () => {
    const rows = traffic(2000, createRandom(2));
    const sure = Float64Array.from(rows.right);
    const few = labelsOf(
      { ...rows, confidences: sure },
      Int32Array.from({ length: 100 }, (_, i) => 20 * i),
      new Float64Array(2000).fill(0.05),
    );
    const own = selectedMean(few, { population: sure, about: "population" });
    expect(own.power).toBeGreaterThan(0.99);
    expect(own.value).toBeCloseTo(sure.reduce((a, b) => a + b, 0) / 2000, 3);
    expect(own.upper - own.lower).toBeLessThan(0.4 * (selectedMean(few).upper - selectedMean(few).lower));
  });

  it("selectedMean(labels) does not move where part of the labels is missing by chance", () => {
    const half = { ...tiny, propensities: tiny.propensities.map((p) => p / 2) };
    expect(selectedMean(half).value).toBeCloseTo(selectedMean(tiny).value, 15);
  });

  it("selectedMean(labels, options) of one row, and of rows that are all right, says how little that is", () => {
    const one = selectedMean({
      confidences: Float64Array.of(1),
      outcomes: Uint8Array.of(1),
      propensities: Float64Array.of(1),
    });
    expect(one).toMatchObject({ value: 1, lower: 0, upper: 1, interval: "approximate" });
    const right = {
      confidences: new Float64Array(50).fill(0.9),
      outcomes: new Uint8Array(50).fill(1),
      propensities: new Float64Array(50).fill(0.1),
    };
    const { lower, upper } = selectedMean(right);
    expect(upper).toBe(1);
    expect(lower).toBeGreaterThan(0.9);
    expect(lower).toBeLessThan(0.97);
  });

  it("selectedMean(labels, options) says what it expected", () => {
    const bad = (propensity: number) => () =>
      selectedMean({ ...tiny, propensities: Float64Array.of(0.5, propensity, 1) });
    expect(bad(0)).toThrow("propensity 0 at row 1: a row that could not be labelled cannot stand for others");
    expect(bad(1.5)).toThrow(expect.objectContaining({ code: "out-of-range", index: 1 }));
    expect(bad(Number.NaN)).toThrow(expect.objectContaining({ code: "not-finite", index: 1 }));
    expect(() => selectedMean(tiny, { population: Float64Array.of(0.5) })).toThrow(
      "3 rows were labelled but the population has 1",
    );
    expect(() => selectedMean(tiny, { normalise: false })).toThrow(
      "an estimate that is not normalised needs the population",
    );
    expect(() => selectedMean(tiny, { population, power: 2 })).toThrow('power must be in [0, 1] or "tuned", got 2');
    expect(() => propensityWeights(Float64Array.of(1), 2)).toThrow("there are 2 rows but 1 propensities");
  });
});

describe("selectedMean covers the truth", () => {
  const truth = trueAccuracy();

  it("selectedMean(labels) of a review of everything under 0.7 and 2 % above covers in 93 to 97 % of runs, within exact bands", () => {
    const random = createRandom(20261122);
    const runs = 500;
    let naive = 0;
    let hajek = 0;
    let active = 0;
    for (let r = 0; r < runs; r++) {
      const rows = traffic(4000, random);
      const chances = thresholdProbabilities(rows.confidences, { below: 0.7, above: 0.02 });
      const labels = labelsOf(rows, poissonSample(chances, random), chances);
      naive += labels.outcomes.reduce((a, b) => a + b, 0) / labels.outcomes.length / runs;
      const covers = (e: { lower: number; upper: number }): number => (e.lower <= truth && truth <= e.upper ? 1 : 0);
      hajek += covers(selectedMean(labels));
      active += covers(selectedMean(labels, { population: rows.confidences }));
    }
    expect(truth).toBeCloseTo(0.742, 2);
    expect(naive).toBeCloseTo(0.587, 1);
    for (const hits of [hajek, active]) {
      expect(binomialAtMost(hits, runs, 0.93)).toBeGreaterThan(0.0005);
      expect(1 - binomialAtMost(hits - 1, runs, 0.97)).toBeGreaterThan(0.0005);
    }
  });

  for (const [name, draw] of [
    ["poissonSample", poissonSample],
    ["pivotalSample", pivotalSample],
  ] as const)
    it(`selectedMean(labels, { population }) of 100 labels by ${name} covers within exact bands of 93 to 97 %`, () => {
      const random = createRandom(77);
      const runs = 250;
      let stream = 0;
      let finite = 0;
      let betting = 0;
      for (let r = 0; r < runs; r++) {
        const rows = traffic(2000, random);
        const chances = samplingProbabilities(accuracyUncertainty(rows.confidences), { budget: 100 });
        const labels = labelsOf(rows, draw(chances, random), chances);
        const own = selectedMean(labels, { population: rows.confidences });
        const about = selectedMean(labels, {
          population: rows.confidences,
          about: "population",
          power: 1,
          normalise: false,
        });
        const mean = rows.right.reduce((a, b) => a + b, 0) / 2000;
        stream += own.lower <= truth && truth <= own.upper ? 1 : 0;
        finite += about.lower <= mean && mean <= about.upper ? 1 : 0;
        if (r % 5 > 0) continue;
        const wide = bettingShareInterval(labels.outcomes, labels.propensities);
        betting += wide.lower <= truth && truth <= wide.upper ? 1 : 0;
      }
      for (const hits of [stream, finite]) {
        expect(binomialAtMost(hits, runs, 0.93)).toBeGreaterThan(0.0005);
        expect(1 - binomialAtMost(hits - 1, runs, 0.975)).toBeGreaterThan(0.0005);
      }
      expect(binomialAtMost(betting, runs / 5, 0.95)).toBeGreaterThan(0.0005);
    });

  it("selectedMean(labels, { normalise: false }) covers a high share too, of which rows drawn by chance vary on both sides", () => {
    const random = createRandom(5);
    const runs = 300;
    let hits = 0;
    for (let r = 0; r < runs; r++) {
      const confidences = Float64Array.from({ length: 1000 }, () => 0.8 + 0.2 * random.uniform());
      const right = Uint8Array.from(confidences, () => (random.uniform() < 0.98 ? 1 : 0));
      const chances = samplingProbabilities(accuracyUncertainty(confidences), { budget: 100 });
      const labels = labelsOf({ confidences, right }, poissonSample(chances, random), chances);
      const { lower, upper } = selectedMean(labels, { population: confidences, power: 0, normalise: false });
      hits += lower <= 0.98 && 0.98 <= upper ? 1 : 0;
    }
    expect(binomialAtMost(hits, runs, 0.93)).toBeGreaterThan(0.0005);
  });
});
