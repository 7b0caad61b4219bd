import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyBinaryMap } from "../../../src/calibration/apply-binary.ts";
import { fitBeta } from "../../../src/calibration/binary/beta.ts";
import { fitHistogramBinning } from "../../../src/calibration/binary/histogram-binning.ts";
import { fitIsotonic } from "../../../src/calibration/binary/isotonic.ts";
import { fitPlatt } from "../../../src/calibration/binary/platt.ts";
import { fitQuadratic } from "../../../src/calibration/binary/quadratic.ts";
import { fitTemperature } from "../../../src/calibration/binary/temperature.ts";
import type { BinaryMap } from "../../../src/calibration/binary-map.ts";
import type { CalibrationFit } from "../../../src/calibration/fit.ts";
import { type CellMethod, cellMethods, fitFromCells } from "../../../src/calibration/from-cells/fit-from-cells.ts";
import { addToCells, type Cells, createCells, mergeCells } from "../../../src/cells/cells.ts";
import { InputError } from "../../../src/errors.ts";
import { createRandom } from "../../../src/random/random.ts";

interface Rows {
  readonly scores: Float64Array;
  readonly outcomes: Uint8Array;
  readonly weights?: Float64Array;
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Rows whose log-odds are normal, with a truth that a Platt map describes. */
function normalRows(n: number, centre: number, spread: number, seed: number): Rows {
  const random = createRandom(seed);
  const scores = new Float64Array(n);
  const outcomes = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const logit = centre + spread * random.normal();
    scores[i] = logistic(logit);
    outcomes[i] = random.uniform() < logistic(0.2 + 0.8 * logit) ? 1 : 0;
  }
  return { scores, outcomes };
}

function cellsOf({ scores, outcomes, weights }: Rows): Cells {
  const cells = createCells();
  addToCells(cells, scores, outcomes, weights);
  return cells;
}

/** The same method on all rows. */
function exactFit(method: CellMethod, { scores, outcomes, weights }: Rows): CalibrationFit<BinaryMap> {
  const options = weights ? { weights } : {};
  switch (method) {
    case "platt":
      return fitPlatt(scores, outcomes, options);
    case "platt-smoothed":
      return fitPlatt(scores, outcomes, { ...options, targets: "smoothed" });
    case "platt-score":
      return fitPlatt(scores, outcomes, { ...options, input: "score" });
    case "temperature":
      return fitTemperature(scores, outcomes, options);
    case "beta-abm":
      return fitBeta(scores, outcomes, options);
    case "beta-am":
      return fitBeta(scores, outcomes, { ...options, variant: "am" });
    case "beta-ab":
      return fitBeta(scores, outcomes, { ...options, variant: "ab" });
    case "quadratic":
      return fitQuadratic(scores, outcomes, options);
    case "isotonic":
      return fitIsotonic(scores, outcomes, options);
    case "isotonic-linear-bounded":
      return fitIsotonic(scores, outcomes, { ...options, bounded: true });
    case "histogram-width":
      return fitHistogramBinning(scores, outcomes, { ...options, binning: "width" });
  }
}

/** Largest and mean difference at scores, with what the bound says. */
function compare(method: CellMethod, rows: Rows): { largest: number; mean: number; bound: number; meanBound: number } {
  const { fit, errorBound } = fitFromCells(cellsOf(rows), method);
  const exact = exactFit(method, rows);
  const differences = (scores: Float64Array): Float64Array => {
    const reached = applyBinaryMap(exact.map, scores);
    return applyBinaryMap(fit.map, scores).map((q, i) => Math.abs(q - reached[i]));
  };
  const atRows = differences(rows.scores);
  const grid = Float64Array.from({ length: 4001 }, (_, k) => k / 4000);
  const everywhere = method.startsWith("isotonic") ? atRows : differences(grid);
  let [sum, total] = [0, 0];
  atRows.forEach((d, i) => {
    const w = rows.weights ? rows.weights[i] : 1;
    sum += w * d;
    total += w;
  });
  return {
    largest: Math.max(
      everywhere.reduce((a, b) => Math.max(a, b), 0),
      atRows.reduce((a, b) => Math.max(a, b), 0),
    ),
    mean: sum / total,
    bound: errorBound.probability,
    meanBound: errorBound.mean,
  };
}

/** Rounding of both fits. */
const ROUNDING = 1e-9;

function expectBound(method: CellMethod, rows: Rows): void {
  const { largest, mean, bound, meanBound } = compare(method, rows);
  expect(largest, `${method}: ${largest} of ${bound}`).toBeLessThanOrEqual(bound + ROUNDING);
  expect(mean, `${method}: mean ${mean} of ${meanBound}`).toBeLessThanOrEqual(meanBound + ROUNDING);
}

describe("fitFromCells(cells, method)", () => {
  it.each(cellMethods)("fitFromCells(cells, %s) is within its bound of the fit on all rows", (method) => {
    for (const [centre, spread] of [
      [0, 1.5],
      [3, 1.5],
      [0, 6],
    ])
      expectBound(method, normalRows(50_000, centre, spread, 1));
  });

  it.each([
    ["platt", 1e-5],
    ["temperature", 1e-5],
    ["beta-abm", 1e-4],
    ["quadratic", 1e-4],
    ["platt-score", 1e-6],
  ] as const)("fitFromCells(cells, %s) has a bound that is small at 1e5 rows", (method, size) => {
    expect(fitFromCells(cellsOf(normalRows(100_000, 0, 1.5, 2)), method).errorBound.probability).toBeLessThan(size);
  });

  it("fitFromCells(cells, isotonic) has a mean bound below 1 % at 1e5 rows, and 0 where scores are multiples of 1/7200", () => {
    const rows = normalRows(100_000, 0, 1.5, 3);
    expect(fitFromCells(cellsOf(rows), "isotonic").errorBound.mean).toBeLessThan(0.01);
    const stated = { ...rows, scores: rows.scores.map((p) => Math.round(p * 20) / 20) };
    const { errorBound, fit } = fitFromCells(cellsOf(stated), "isotonic");
    expect(errorBound.probability).toBeLessThan(1e-15);
    expect(fit.map).toEqual(fitIsotonic(stated.scores, stated.outcomes).map);
  });

  it("fitFromCells(cells, histogram-width) is the map of all rows", () => {
    const rows = normalRows(5000, 0, 2, 4);
    for (const bins of [1, 10, 15, 100]) {
      const { fit } = fitFromCells(cellsOf(rows), "histogram-width", { bins });
      const exact = fitHistogramBinning(rows.scores, rows.outcomes, { binning: "width", bins });
      expect(fit.map).toEqual(exact.map);
    }
  });

  it("fitFromCells(cells, method) holds its bound for outcomes that depend on the place within a cell", () => {
    for (const seed of [5, 6, 7]) {
      const random = createRandom(seed);
      const scores = new Float64Array(40_000);
      const outcomes = new Uint8Array(40_000);
      for (let i = 0; i < scores.length; i++) {
        const cell = 1 + Math.floor(7198 * random.uniform() ** 2);
        const inside = seed === 5 ? (random.uniform() < 0.5 ? 0.001 : 0.999) : random.uniform();
        scores[i] = (cell + inside) / 7200;
        const truth = seed === 7 ? (inside < 0.5 ? 0.9 : 0.1) : inside > 0.5 ? 0.8 : 0.3;
        outcomes[i] = random.uniform() < 0.7 * scores[i] + 0.3 * truth ? 1 : 0;
      }
      for (const method of cellMethods) expectBound(method, { scores, outcomes });
    }
  });

  it("fitFromCells(cells, method) holds its bound where scores pile up beyond the clip and in the last cells", () => {
    const random = createRandom(8);
    const scores = Float64Array.from({ length: 20_000 }, () => {
      const tail = 10 ** (-8 * random.uniform());
      return random.uniform() < 0.5 ? tail : 1 - tail;
    });
    const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < 0.1 + 0.8 * p ? 1 : 0));
    for (const method of cellMethods) expectBound(method, { scores, outcomes });
  });

  it("fitFromCells(cells, method) holds its bound on any few rows", () => {
    const pair = fc.record({
      score: fc.oneof(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 40 }).map((k) => 0.5 + k * 1e-5),
      ),
      outcome: fc.integer({ min: 0, max: 1 }),
      weight: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(pair, { minLength: 4, maxLength: 60 }), fc.constantFrom(...cellMethods), (pairs, method) => {
        const countsRows = method === "platt-smoothed" || method === "isotonic-linear-bounded";
        const weights = countsRows ? {} : { weights: Float64Array.from(pairs, ({ weight }) => weight) };
        const rows = {
          scores: Float64Array.from(pairs, ({ score }) => score),
          outcomes: Uint8Array.from(pairs, ({ outcome }) => outcome),
          ...weights,
        };
        try {
          exactFit(method, rows);
          fitFromCells(cellsOf(rows), method);
        } catch (error) {
          if (!InputError.is(error)) throw error;
          return;
        }
        expectBound(method, rows);
      }),
      { numRuns: 300 },
    );
  });

  it("fitFromCells(cells, method) of merged halves is that of the whole", () => {
    const rows = normalRows(4000, 1, 2, 9);
    const half = (from: number): Cells =>
      cellsOf({ scores: rows.scores.slice(from, from + 2000), outcomes: rows.outcomes.slice(from, from + 2000) });
    const whole = fitFromCells(cellsOf(rows), "platt").fit;
    const merged = fitFromCells(mergeCells(half(0), half(2000)), "platt").fit;
    expect(merged.n).toBe(4000);
    expect(Math.abs(Number(merged.parameters["slope"]) - Number(whole.parameters["slope"]))).toBeLessThan(1e-9);
  });

  it("fitFromCells(cells, beta-abm) holds its bound where a coefficient is at 0", () => {
    const random = createRandom(10);
    const scores = Float64Array.from({ length: 30_000 }, () => random.uniform());
    const outcomes = Uint8Array.from(scores, (p) =>
      random.uniform() < logistic(-1 - Math.log1p(-p) - 0.4 * Math.log(p)) ? 1 : 0,
    );
    const { fit } = fitFromCells(cellsOf({ scores, outcomes }), "beta-abm");
    expect(fit.parameters["a"]).toBe(0);
    expectBound("beta-abm", { scores, outcomes });
  });

  it("fitFromCells(cells, method) refuses what the method refuses, empty cells and what it cannot bound", () => {
    const one = cellsOf({ scores: Float64Array.of(0.2, 0.6), outcomes: Uint8Array.of(1, 1) });
    expect(() => fitFromCells(one, "platt")).toThrow(expect.objectContaining({ code: "one-class" }));
    expect(() => fitFromCells(createCells(), "platt")).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => fitFromCells(one, "histogram-width", { bins: 7 })).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
    const weighted = { ...normalRows(100, 0, 1, 11), weights: new Float64Array(100).fill(0.5) };
    for (const method of ["platt-smoothed", "isotonic-linear-bounded"] as const)
      expect(() => fitFromCells(cellsOf(weighted), method)).toThrow(expect.objectContaining({ code: "incompatible" }));
  });
});
