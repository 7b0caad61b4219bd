import { describe, expect, it } from "vitest";
import {
  accuracy,
  addToCells,
  brierScore,
  type CalibrationSummary,
  type CellGroups,
  type CellMoment,
  calibrationEvidence,
  calibrationSummary,
  cellMoments,
  coxCalibration,
  createCells,
  createRandom,
  debiasedCalibrationError,
  expectedCalibrationError,
  type GroupSums,
  meanCalibrationGap,
  meanEstimate,
  overconfidence,
  type Random,
  report,
  summaryVerdict,
  timeGrid,
  topLabelPairs,
  underconfidence,
} from "../../src/index.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

/** Every cell of `timeGrid` a group, in 15 bins. */
const fine: CellGroups = groupsOf(Array.from({ length: timeGrid.size }, (_, cell) => cell));

function groupsOf(firstCells: readonly number[]): CellGroups {
  const upper = firstCells.map((_, g) => timeGrid.boundsOf((firstCells[g + 1] ?? timeGrid.size) - 1).upper);
  return {
    bin: Int16Array.from(upper, (end) => Math.max(0, Math.ceil(Math.round(end * 240) / 16) - 1)),
    bins: 15,
    positive: Uint8Array.from(firstCells, (cell) => (timeGrid.boundsOf(cell).lower >= 0.5 ? 1 : 0)),
  };
}

function sumsOf(p: Float64Array, y: Uint8Array, weights?: Float64Array): GroupSums {
  const cells = createCells(timeGrid);
  addToCells(cells, p, y, weights);
  const sums = Object.fromEntries(cellMoments.map((moment) => [moment, new Float64Array(timeGrid.size)]));
  cells.cell.forEach((cell, slot) => {
    for (const moment of cellMoments) sums[moment][cell] += cells.sums[moment][slot];
  });
  return sums as Record<CellMoment, Float64Array>;
}

interface Rows {
  readonly p: Float64Array;
  readonly y: Uint8Array;
}

/** Probabilities like those of a network: many near 1, some on edges; outcomes that are rarer than they say. */
function draw(random: Random, n: number): Rows {
  const p = Float64Array.from({ length: n }, () => {
    const u = random.uniform();
    if (u < 0.1) return Math.round(random.uniform() * 20) / 20;
    return u < 0.4 ? random.uniform() : 1 - 0.6 * random.uniform() ** 3;
  });
  return { p, y: Uint8Array.from(p, (q) => (random.uniform() < 0.9 * q + 0.02 ? 1 : 0)) };
}

function close(found: { value: number; lower: number; upper: number }, expected: typeof found, tolerance = 1e-9): void {
  expect(Math.abs(found.value - expected.value)).toBeLessThan(tolerance);
  expect(Math.abs(found.lower - expected.lower)).toBeLessThan(tolerance);
  expect(Math.abs(found.upper - expected.upper)).toBeLessThan(tolerance);
}

describe("calibrationSummary", () => {
  it.each([1, 2, 7, 40, 300, 5000])("calibrationSummary(sums, groups) of %i rows is the metrics of the rows", (n) => {
    const random = createRandom(n);
    for (let round = 0; round < 20; round++) {
      const { p, y } = draw(random, n);
      const found = calibrationSummary(sumsOf(p, y), fine);
      const top = topLabelPairs({ probabilities: p, outcomes: y });
      const within = { min: 0, max: 1 };
      expect(found.n).toBe(n);
      expect(found.effectiveN).toBe(n);
      close(found.rate, accuracy(y));
      close(found.accuracy, accuracy(top.outcomes));
      close(found.meanProbability, meanEstimate(p, { metric: "mean" }, within), 1e-7);
      close(found.meanConfidence, meanEstimate(top.probabilities, { metric: "mean" }, within), 1e-7);
      close(found.gap, meanCalibrationGap(p, y), 1e-8);
      close(found.ece, debiasedCalibrationError(p, y), 1e-8);
      expect(found.plugInEce).toBeCloseTo(expectedCalibrationError(p, y).value, 10);
      expect(found.tooHigh).toBeCloseTo(overconfidence(p, y).value, 10);
      expect(found.tooLow).toBeCloseTo(underconfidence(p, y).value, 10);
      expect(found.brier.value).toBeCloseTo(brierScore(p, y).value, 10);
    }
  });

  it("calibrationSummary(sums, groups) takes the spread of the Brier score and the slope from the means of the groups", () => {
    const { p, y } = draw(createRandom(3), 4000);
    const { brier, slope } = calibrationSummary(sumsOf(p, y), fine);
    close(brier, brierScore(p, y), 2e-5);
    if (typeof slope === "string") throw new Error(slope);
    const exact = coxCalibration(p, y).slope;
    expect(Math.abs(slope.value - exact.value)).toBeLessThan(0.05 * (exact.upper - exact.lower));
    expect(Math.abs(slope.upper - exact.upper)).toBeLessThan(0.05 * (exact.upper - exact.lower));
  });

  it("calibrationSummary(sums, groups) has the slope of coxCalibration where every cell is a point", () => {
    const random = createRandom(4);
    const p = Float64Array.from({ length: 3000 }, () => (1 + Math.floor(random.uniform() * 239)) / 240);
    const y = Uint8Array.from(p, (q) => (random.uniform() < q * q ? 1 : 0));
    const { slope } = calibrationSummary(sumsOf(p, y), fine);
    if (typeof slope === "string") throw new Error(slope);
    close(slope, coxCalibration(p, y).slope, 1e-8);
  });

  it("calibrationSummary(sums, groups) of groups of many cells keeps what lies in bins", () => {
    const starts = [0, ...Array.from({ length: 59 }, (_, k) => timeGrid.cellOf((k + 1) / 60) + 1), timeGrid.size - 1];
    const { p, y } = draw(createRandom(5), 3000);
    const sums = sumsOf(p, y);
    const grouped = Object.fromEntries(
      cellMoments.map((moment) => [
        moment,
        Float64Array.from(starts, (from, g) =>
          sums[moment].slice(from, starts[g + 1] ?? timeGrid.size).reduce((sum, value) => sum + value, 0),
        ),
      ]),
    ) as Record<CellMoment, Float64Array>;
    const a = calibrationSummary(sums, fine);
    const b = calibrationSummary(grouped, groupsOf(starts));
    close(b.ece, a.ece, 1e-8);
    close(b.gap, a.gap, 1e-8);
    expect(b.brier.value).toBeCloseTo(a.brier.value, 12);
  });

  it("calibrationSummary(sums, groups) of rows that all weigh 2 has the numbers and intervals of rows that weigh 1", () => {
    const { p, y } = draw(createRandom(6), 500);
    const one = calibrationSummary(sumsOf(p, y), fine);
    const two = calibrationSummary(sumsOf(p, y, new Float64Array(500).fill(2)), fine);
    expect(two.effectiveN).toBeCloseTo(500, 8);
    for (const name of ["rate", "accuracy", "gap", "ece", "brier", "meanProbability", "meanConfidence"] as const)
      close(two[name], one[name]);
    expect(two.noiseFloor).toBeCloseTo(one.noiseFloor, 10);
    if (typeof one.slope === "string" || typeof two.slope === "string") throw new Error("no slope");
    close(two.slope, one.slope, 1e-7);
  });

  it("calibrationSummary(sums, groups) of weighted rows has the values of the rows and intervals nearly as wide", () => {
    const random = createRandom(7);
    const { p, y } = draw(random, 5000);
    const weights = Float64Array.from(p, () => 1 / (0.2 + 0.8 * random.uniform()));
    const found = calibrationSummary(sumsOf(p, y, weights), fine);
    const gap = meanCalibrationGap(p, y, { weights });
    const ece = debiasedCalibrationError(p, y, { weights });
    expect(found.gap.value).toBeCloseTo(gap.value, 10);
    expect(found.ece.value).toBeCloseTo(ece.value, 10);
    expect(found.brier.value).toBeCloseTo(brierScore(p, y, { weights }).value, 10);
    expect((found.gap.upper - found.gap.lower) / (gap.upper - gap.lower)).toBeCloseTo(1, 2);
    expect((found.ece.upper - found.ece.lower) / (ece.upper - ece.lower)).toBeCloseTo(1, 2);
    close(found.rate, accuracy(y, { weights }));
  });

  it("calibrationSummary(sums, groups) says why there is no slope", () => {
    const slopeOf = (p: number[], y: number[]): unknown =>
      calibrationSummary(sumsOf(Float64Array.from(p), Uint8Array.from(y)), fine).slope;
    const repeat = (n: number, f: (k: number) => number): number[] => Array.from({ length: n }, (_, k) => f(k));
    expect(
      slopeOf(
        repeat(100, (k) => k / 100),
        repeat(100, () => 1),
      ),
    ).toBe("the slope needs 20 outcomes of each kind, there are 0 of the rarer");
    expect(
      slopeOf(
        repeat(100, (k) => k / 100),
        repeat(100, (k) => (k < 19 ? 1 : 0)),
      ),
    ).toBe("the slope needs 20 outcomes of each kind, there are 19 of the rarer");
    expect(
      slopeOf(
        repeat(100, () => 0.7),
        repeat(100, (k) => k % 2),
      ),
    ).toBe("the slope needs confidences that differ, all are nearly equal");
    expect(
      slopeOf(
        repeat(100, (k) => k / 100),
        repeat(100, (k) => (k < 50 ? 0 : 1)),
      ),
    ).toBe("the confidences separate the outcomes, so that no slope is the best");
  });

  it("calibrationSummary(sums, groups) refuses sums without weight, of another size, and a level that is none", () => {
    const { p, y } = draw(createRandom(9), 10);
    const sums = sumsOf(p, y);
    const empty = sumsOf(new Float64Array(0), new Uint8Array(0));
    expect(() => calibrationSummary(empty, fine)).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => calibrationSummary(sums, fine, 1)).toThrow("level must be in (0, 1), got 1");
    const short = { ...fine, bin: fine.bin.slice(1) };
    expect(() => calibrationSummary(sums, short)).toThrow("there are 518 groups but 519 sums");
  });
});

/** Least p-value of a simulation that misses more often than it should. */
const BAND = 1e-3;

/** P(at least this many misses | each happens with probability `rate`), exact. */
const tail = (misses: number, rounds: number, rate: number): number =>
  misses === 0 ? 1 : regularizedBeta(rate, misses, rounds - misses + 1);

/** Scores on 24 points and the true rate at each: the truth of every number is known. */
const points = Array.from({ length: 24 }, (_, k) => 0.03 + 0.04 * k);
const truths: Record<string, (p: number) => number> = {
  "over-confident": (p) => 0.8 * p + 0.05,
  timid: (p) => p ** 2 / (p ** 2 + (1 - p) ** 2),
  calibrated: (p) => p,
};

function trueNumbers(truth: (p: number) => number): Record<"rate" | "gap" | "brier" | "ece", number> {
  const byBin = new Float64Array(15);
  for (const p of points) byBin[Math.ceil(p * 15) - 1] += (p - truth(p)) / points.length;
  const mean = (f: (p: number) => number): number => points.reduce((sum, p) => sum + f(p), 0) / points.length;
  return {
    rate: mean(truth),
    gap: mean((p) => p - truth(p)),
    brier: mean((p) => truth(p) * (1 - p) ** 2 + (1 - truth(p)) * p ** 2),
    ece: byBin.reduce((sum, gap) => sum + Math.abs(gap), 0),
  };
}

const pointGroups: CellGroups = {
  bin: Int16Array.from(points, (p) => Math.ceil(p * 15) - 1),
  bins: 15,
  positive: Uint8Array.from(points, (p) => (p >= 0.5 ? 1 : 0)),
};

/** Sums of n rows drawn from the points, each point a group. */
function drawSums(truth: (p: number) => number, n: number, random: Random): GroupSums {
  const count = new Float64Array(points.length);
  const positives = new Float64Array(points.length);
  for (let i = 0; i < n; i++) {
    const k = Math.floor(random.uniform() * points.length);
    count[k]++;
    if (random.uniform() < truth(points[k])) positives[k]++;
  }
  const p = count.map((c, k) => c * points[k]);
  return {
    count,
    positives,
    weight: count,
    weightPositive: positives,
    squared: count,
    squaredPositive: positives,
    p,
    pPositive: positives.map((c, k) => c * points[k]),
    pp: p.map((c, k) => c * points[k]),
    loss: new Float64Array(points.length),
  };
}

/** Slope of the logistic regression on the whole population. */
function trueSlope(truth: (p: number) => number): number {
  const weights = points.flatMap((p) => [1 - truth(p), truth(p)]);
  const p = points.flatMap((q) => [q, q]);
  const y = points.flatMap(() => [0, 1]);
  const { slope } = coxCalibration(Float64Array.from(p), Uint8Array.from(y), { weights: Float64Array.from(weights) });
  return slope.value;
}

describe("intervals of calibrationSummary", () => {
  it.each(Object.keys(truths).flatMap((name) => [150, 1000].map((n) => ({ name, n }))))(
    "calibrationSummary(sums, groups) of $n $name rows misses the truth no more often than it says",
    ({ name, n }) => {
      const rounds = 800;
      const truth = truths[name];
      const random = createRandom(n + name.length);
      const expected = { ...trueNumbers(truth), slope: trueSlope(truth) };
      const misses = { rate: 0, gap: 0, brier: 0, ece: 0, slope: 0 };
      for (let round = 0; round < rounds; round++) {
        const found: CalibrationSummary = calibrationSummary(drawSums(truth, n, random), pointGroups);
        for (const key of ["rate", "gap", "brier", "ece", "slope"] as const) {
          const interval = found[key];
          if (typeof interval === "string") throw new Error(interval);
          if (!(interval.lower <= expected[key] && expected[key] <= interval.upper)) misses[key]++;
        }
      }
      const allowed = { rate: 0.055, gap: 0.055, brier: 0.055, ece: 0.07, slope: 0.07 };
      for (const key of ["rate", "gap", "brier", "ece", "slope"] as const)
        expect(tail(misses[key], rounds, allowed[key]), `${key} missed ${misses[key]} of ${rounds}`).toBeGreaterThan(
          BAND,
        );
    },
  );
});

describe("summaryVerdict", () => {
  it("summaryVerdict(summary, evidence) is the verdict of the report, in nine of ten cases even where it is close", () => {
    let same = 0;
    let cases = 0;
    for (const [k, n] of [100, 400, 2000, 10_000].entries())
      for (const shift of [0, 0.03, 0.1]) {
        const random = createRandom(100 + k);
        const confidences = Float64Array.from({ length: n }, () => 1 - 0.5 * random.uniform() ** 2);
        const correct = Uint8Array.from(confidences, (q) => (random.uniform() < q - shift ? 1 : 0));
        const { verdict } = report(
          { task: "confidence", rows: n, confidences, correct, classNames: [], segments: [] },
          { version: "0", source: { name: "", rows: n, skipped: [], columns: {}, approximate: false, notes: [] } },
        );
        const found = summaryVerdict(calibrationSummary(sumsOf(confidences, correct), fine), {
          label: "confidence",
          pValue: calibrationEvidence(confidences, correct),
        });
        cases++;
        if (found.status === verdict.status) same++;
        expect(found.sentence).toMatch(/^(These|No sign|Too few|Do not)/);
      }
    expect(same / cases).toBeGreaterThanOrEqual(0.9);
  });
});
