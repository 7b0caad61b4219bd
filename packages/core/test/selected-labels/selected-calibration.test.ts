import { describe, expect, it } from "vitest";
import {
  accuracyUncertainty,
  createRandom,
  expectedCalibrationError,
  labelsNeeded,
  poissonSample,
  samplingProbabilities,
  selectedCalibration,
  selectedLabelsReport,
  selectedMean,
  selectedOperatingPoint,
  selectedThreshold,
  thresholdProbabilities,
} from "../../src/index.ts";
import { binomialAtMost, chance, confidenceAt, labelsOf, traffic } from "./reviewed.ts";

const rows = traffic(20_000, createRandom(4));
const chances = thresholdProbabilities(rows.confidences, { below: 0.7, above: 0.02 });
const labels = labelsOf(rows, poissonSample(chances, createRandom(5)), chances);
const population = rows.confidences;

/** The 15-bin calibration error of endless traffic. */
function trueError(): number {
  const gaps = new Float64Array(15);
  const points = 100_000;
  for (let i = 0; i < points; i++) {
    const f = confidenceAt((i + 0.5) / points);
    gaps[Math.min(14, Math.ceil(15 * f) - 1)] += (chance(f) - f) / points;
  }
  return gaps.reduce((sum, x) => sum + Math.abs(x), 0);
}

describe("selectedCalibration", () => {
  it("selectedCalibration(labels) is the weighted ECE, and with all labels the plain one", () => {
    const { confidences, outcomes, propensities } = labels;
    const { ece } = selectedCalibration(labels);
    const weighted = expectedCalibrationError(confidences, outcomes, { weights: propensities.map((p) => 1 / p) });
    expect(ece.value).toBeCloseTo(weighted.value, 12);
    const every = { confidences: population, outcomes: rows.right, propensities: new Float64Array(20_000).fill(1) };
    const plain = expectedCalibrationError(population, rows.right);
    const all = selectedCalibration(every, { population });
    expect(all.ece.value).toBeCloseTo(plain.value, 12);
    expect(Math.abs(all.ece.lower - plain.lower)).toBeLessThan(2e-4);
    expect(Math.abs(all.ece.upper - plain.upper)).toBeLessThan(2e-4);
  });

  it("selectedCalibration(labels, { population }) knows the share of every bin, with labels or without", () => {
    const few = {
      confidences: Float64Array.of(0.41, 0.42),
      outcomes: Uint8Array.of(1, 0),
      propensities: Float64Array.of(0.5, 0.5),
    };
    const { bins, unseenShare } = selectedCalibration(few, { population: Float64Array.of(0.41, 0.42, 0.43, 0.95) });
    expect(bins.map(({ share, labels: n }) => [share, n])).toEqual([
      [0.75, 2],
      [0.25, 0],
    ]);
    expect(bins[1]).toMatchObject({ observed: null, observedLower: null, meanConfidence: 0.95 });
    expect(unseenShare).toBe(0.25);
  });

  it("selectedCalibration(labels) covers the error of endless traffic, with and without the population", () => {
    const truth = trueError();
    const random = createRandom(31);
    const runs = 100;
    const hits = { own: 0, known: 0, weighted: 0 };
    for (let r = 0; r < runs; r++) {
      const drawn = traffic(5000, random);
      const p = thresholdProbabilities(drawn.confidences, { below: 0.7, above: 0.02 });
      const some = labelsOf(drawn, poissonSample(p, random), p);
      const covers = ({ lower, upper }: { lower: number; upper: number }): number =>
        lower <= truth && truth <= upper ? 1 : 0;
      hits.own += covers(selectedCalibration(some).ece);
      hits.known += covers(selectedCalibration(some, { population: drawn.confidences }).ece);
      const weights = some.propensities.map((x) => 1 / x);
      hits.weighted += covers(expectedCalibrationError(some.confidences, some.outcomes, { weights }));
    }
    for (const count of Object.values(hits)) expect(binomialAtMost(count, runs, 0.94)).toBeGreaterThan(0.0005);
  });
});

describe("selectedOperatingPoint and selectedThreshold", () => {
  it("selectedOperatingPoint(labels, t, { population }) knows the coverage and covers the error", () => {
    const above = Array.from(population, (f, i) => ({ f, right: rows.right[i] })).filter(({ f }) => f >= 0.8);
    const point = selectedOperatingPoint(labels, 0.8, { population });
    const truth = above.filter(({ right }) => right === 0).length / above.length;
    expect(point.coverage).toBeCloseTo(above.length / 20_000, 15);
    expect(point.error?.lower).toBeLessThan(truth);
    expect(point.error?.upper).toBeGreaterThan(truth);
    expect(selectedOperatingPoint(labels, 1).error).toBeNull();
  });

  it("selectedThreshold(labels, { target }) keeps its promise", () => {
    const random = createRandom(12);
    const errorAbove = (t: number): number => {
      let errors = 0;
      let count = 0;
      for (let i = 0; i < 4000; i++) {
        const f = confidenceAt((i + 0.5) / 4000);
        if (f < t) continue;
        errors += 1 - chance(f);
        count++;
      }
      return errors / Math.max(1, count);
    };
    let found = 0;
    let broken = 0;
    for (let r = 0; r < 30; r++) {
      const drawn = traffic(6000, random);
      const p = samplingProbabilities(accuracyUncertainty(drawn.confidences), { budget: 500, floor: 0.5 });
      const some = labelsOf(drawn, poissonSample(p, random), p);
      const chosen = selectedThreshold(some, { target: 0.22, sure: 0.9, bound: r % 2 ? "betting" : "asymptotic" });
      if (chosen === null) continue;
      found++;
      expect(chosen.errorUpper).toBeLessThanOrEqual(0.22);
      if (errorAbove(chosen.threshold) > 0.22) broken++;
    }
    expect(found).toBeGreaterThan(10);
    expect(1 - binomialAtMost(broken - 1, found, 0.1)).toBeGreaterThan(0.0005);
  });

  it("selectedThreshold(labels, { target }) is null where nothing passes", () => {
    expect(selectedThreshold(labels, { target: 0.001 })).toBeNull();
    expect(() => selectedThreshold(labels, { target: 0 })).toThrow("target must be in (0, 1), got 0");
  });
});

describe("labelsNeeded", () => {
  it("labelsNeeded(pilot, { width }) is what the interval then takes", () => {
    const random = createRandom(9);
    const p = new Float64Array(20_000).fill(0.02);
    const pilot = labelsOf(rows, poissonSample(p, random), p);
    const needed = labelsNeeded(pilot, { population, width: 0.06 });
    const uniform = needed.find(({ design }) => design === "uniform")?.labels ?? 0;
    const share = uniform / 20_000;
    const all = new Float64Array(20_000).fill(share);
    const { lower, upper } = selectedMean(labelsOf(rows, poissonSample(all, random), all));
    expect((upper - lower) / 0.06).toBeGreaterThan(0.85);
    expect((upper - lower) / 0.06).toBeLessThan(1.15);
    const active = needed.find(({ design }) => design === "by-uncertainty-with-predictions")?.labels ?? 0;
    expect(active).toBeLessThan(uniform);
  });

  it("labelsNeeded(pilot, { width }) says where the population is too small, and where the pilot is", () => {
    expect(labelsNeeded(labels, { population, width: 0.001 })[0]?.labels).toBeNull();
    const few = { confidences: Float64Array.of(0.5), outcomes: Uint8Array.of(1), propensities: Float64Array.of(1) };
    expect(() => labelsNeeded(few, { width: 0.1 })).toThrow(
      "at least 10 labels are needed to tell how many more, got 1",
    );
  });
});

describe("selectedLabelsReport", () => {
  it("selectedLabelsReport(input) quotes the tuned estimate, and says how far the naive one is off", () => {
    const made = selectedLabelsReport({
      accuracy: labels,
      calibration: labels,
      population: { accuracy: population, calibration: population },
      unlabelled: 12,
      level: 0.95,
      width: 0.05,
    });
    expect(made.best).toBe("tuned");
    expect(made.sentence).toMatch(
      /^7\d\.\d % of all rows are right \(.*\); among the labelled ones alone it is 5\d\.\d %, because they were selected\.$/,
    );
    expect(made.notes[0]).toBe(
      `12 of ${labels.outcomes.length + 12} selected rows have no label: the estimates hold if which ones is chance`,
    );
    expect(made.labelsNeeded?.designs.length).toBe(4);
    expect(made.thresholds.length).toBeGreaterThan(4);
  });
});
