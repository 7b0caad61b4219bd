import { describe, expect, it } from "vitest";
import { applyBinaryMap } from "../../../src/calibration/apply-binary.ts";
import { openCalibrator } from "../../../src/calibration/artefact/open-calibrator.ts";
import type { BinaryMap } from "../../../src/calibration/binary-map.ts";
import type { BinaryCalibrationData, MulticlassCalibrationData } from "../../../src/calibration/calibration-data.ts";
import type { FitDocumentOptions } from "../../../src/calibration/choose/assemble-document.ts";
import { namedBinaryCandidate } from "../../../src/calibration/choose/binary-candidates.ts";
import {
  accumulateFit,
  approximateFit,
  createFitAccumulator,
  type FitAccumulatorOptions,
} from "../../../src/calibration/choose/fit-accumulator.ts";
import { fitDocumentFromCells } from "../../../src/calibration/choose/fit-from-cells-document.ts";
import { fitDocument } from "../../../src/calibration/choose/make-fit-document.ts";
import type { FitDocument } from "../../../src/calibration/fit-document.ts";
import { addToCells, createCells } from "../../../src/cells/cells.ts";
import { matrix } from "../../../src/matrix.ts";
import { createRandom } from "../../../src/random/random.ts";

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Scores whose log-odds are off by the given map. */
function simulated(
  rows: number,
  seed: number,
  truth: (logit: number) => number = (logit) => logistic(0.3 + 0.6 * logit),
): BinaryCalibrationData {
  const random = createRandom(seed);
  const scores = new Float64Array(rows);
  const outcomes = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const logit = 1.8 * random.normal();
    scores[i] = logistic(logit);
    outcomes[i] = random.uniform() < truth(logit) ? 1 : 0;
  }
  return { scoreKind: "probability", rows, scores, outcomes, segments: [], classNames: ["no", "yes"] };
}

function weighted(data: BinaryCalibrationData): BinaryCalibrationData {
  const random = createRandom(99);
  const weights = Float64Array.from({ length: data.rows }, () => Math.floor(4 * random.uniform()) / 2);
  return { ...data, weights };
}

function optionsFor(method: string, rows: number): FitDocumentOptions {
  const source = { name: "a.csv", rows, skipped: [], columns: {}, approximate: false, notes: ["as read"] };
  return { version: "0.1.0", name: "a.csv", source, method };
}

/** The rows in batches of 7000. */
function fitted(data: BinaryCalibrationData, method: string, sampleRows = 5000): FitDocument {
  const sums = createFitAccumulator({ sampleRows });
  const batch = 7000;
  for (let from = 0; from < data.rows; from += batch) {
    const until = Math.min(data.rows, from + batch);
    const { weights } = data;
    accumulateFit(sums, {
      ...data,
      rows: until - from,
      scores: data.scores.subarray(from, until),
      outcomes: data.outcomes.subarray(from, until),
      ...(weights ? { weights: weights.subarray(from, until) } : {}),
    });
  }
  return approximateFit(sums, optionsFor(method, data.rows));
}

function mapOf({ calibrator }: FitDocument): BinaryMap {
  if (calibrator.scoreKind !== "probability" && calibrator.scoreKind !== "confidence") throw new Error("many classes");
  return calibrator.map;
}

function difference(one: BinaryMap, other: BinaryMap, scores: Float64Array): number {
  const values = applyBinaryMap(other, scores);
  return applyBinaryMap(one, scores).reduce((most, p, i) => Math.max(most, Math.abs(p - values[i])), 0);
}

const largeRows = simulated(200_000, 1);
const largeWeighted = weighted(largeRows);

describe("approximateFit(sums, options)", () => {
  it.each(["platt", "temperature", "beta", "quadratic", "histogram-width", "isotonic", "isotonic-linear-bounded"])(
    "approximateFit(sums, { method: %s }) of 200 000 rows is within its bound of the fit on all rows",
    (method) => {
      const document = fitted(largeRows, method);
      const { spec, n } = document.calibrator;
      expect({ from: spec["fittedFrom"], n, all: document.n }).toEqual({ from: "cells", n: 200_000, all: 200_000 });
      expect(document.validation.heldOut).toBe(5000);
      const exact = namedBinaryCandidate(method, {}).fit(largeRows);
      const far = difference(mapOf(document), exact.map, largeRows.scores);
      expect(far).toBeLessThanOrEqual(Number(spec["errorBound"]) + 1e-9);
      if (!method.startsWith("isotonic")) expect(Number(spec["errorBound"])).toBeLessThan(1e-4);
    },
  );

  it.each(["platt", "beta", "isotonic"])(
    "approximateFit(sums, { method: %s }) of 200 000 weighted rows, some without weight, is within its bound",
    (method) => {
      const document = fitted(largeWeighted, method);
      const exact = namedBinaryCandidate(method, {}).fit(largeWeighted);
      const { spec } = document.calibrator;
      const withWeight = largeWeighted.weights?.filter((weight) => weight > 0).length;
      expect(document.n).toBe(withWeight);
      expect(Math.abs(document.effectiveN / exact.effectiveN - 1)).toBeLessThan(1e-12);
      expect(difference(mapOf(document), exact.map, largeRows.scores)).toBeLessThanOrEqual(
        Number(spec["errorBound"]) + 1e-9,
      );
    },
  );

  it("approximateFit(sums, options) names the same data as a fit of all rows, and opens", () => {
    for (const data of [simulated(3000, 2), weighted(simulated(3000, 2))]) {
      const document = fitted(data, "platt");
      const exact = fitDocument(data, optionsFor("platt", data.rows));
      expect(document.calibrator.data).toEqual(exact.calibrator.data);
      expect(openCalibrator(JSON.parse(JSON.stringify(document.calibrator)))).toEqual(document.calibrator);
    }
  });

  it("approximateFit(sums, options) proves as a fit of all rows where the sample holds them all", () => {
    const data = simulated(3000, 3);
    const document = fitted(data, "platt", 3000);
    const { before, after, improvement, validation, candidates } = fitDocument(data, optionsFor("platt", 3000));
    expect(document).toMatchObject({ before, after, improvement, validation });
    expect(document.candidates.map(({ method }) => method)).toEqual(candidates.map(({ method }) => method));
    expect(document.source.approximate).toBe(true);
  });

  it("approximateFit(sums, options) says what was done, with the bound", () => {
    const { source, warnings, calibrator } = fitted(largeRows, "platt");
    expect(source.notes).toEqual([
      "as read",
      "The method was chosen and proven on 5,000 of 200,000 rows, drawn at random; from cells, it was fitted to all rows.",
      expect.stringContaining("differs by at most"),
    ]);
    expect(warnings).toEqual([]);
    expect(Object.keys(calibrator.spec)).toEqual(expect.arrayContaining(["errorBound", "meanErrorBound"]));
    const rough = fitted(largeRows, "isotonic");
    expect(rough.warnings[0]).toContain("differs from that of isotonic regression on all rows by at most");
  });

  it("approximateFit(sums, { method: auto }) chooses among what cells can fit", () => {
    const document = fitted(simulated(100_000, 4), "auto", 20_000);
    expect(document.candidates.map(({ method }) => method)).toEqual([
      "identity",
      "temperature",
      "platt",
      "quadratic",
      "beta",
      "isotonic-linear-bounded",
    ]);
    expect(document.method).toBe("platt");
    expect(document.verdict.status).toBe("improved");
    expect(document.improvement.logLoss.lower).toBeGreaterThan(0);
    const free = fitted(weighted(simulated(20_000, 4)), "auto").candidates.at(-1);
    expect(free?.reason).toBe("not tried: half rows count rows, and these cells hold weighted rows");
    expect(document.calibrator.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
  });

  it("approximateFit(sums, { method: auto }) takes a free shape where the truth has one, and never reaches 0 or 1", () => {
    const steps = (logit: number): number =>
      [0.02, 0.4, 0.35, 0.9, 0.97][Math.min(4, Math.max(0, Math.floor(logit + 2.5)))];
    const document = fitted(simulated(100_000, 5, steps), "auto", 20_000);
    expect(document.method).toBe("isotonic-linear-bounded");
    for (const p of applyBinaryMap(mapOf(document), Float64Array.of(0, 1e-9, 1 - 1e-9, 1))) {
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThan(1);
    }
  });

  it("approximateFit(sums, { method: auto }) leaves right scores alone, and says nothing of a bound", () => {
    const document = fitted(simulated(30_000, 8, logistic), "auto", 30_000);
    expect(document.method).toBe("identity");
    expect(document.calibrator.spec).not.toHaveProperty("errorBound");
    expect(document.source.notes).toContain("The method was chosen and proven on all 30,000 rows.");
  });

  it("approximateFit(sums, { method }) fits the sample alone where cells cannot, and warns", () => {
    const data = simulated(20_000, 6);
    const document = fitted(data, "histogram-mass");
    expect(document.warnings[0]).toBe(
      "Only 5,000 of 20,000 rows, drawn at random, were used: no bound is known for histogram-mass from cells.",
    );
    expect(document.n).toBe(5000);
    expect(document.calibrator.spec).toMatchObject({ fittedFrom: "sample", rowsSeen: 20_000 });
    expect(document.source.approximate).toBe(true);
    const smoothed = fitted(weighted(data), "platt-smoothed");
    expect(smoothed.warnings[0]).toContain("smoothed targets count rows, and these cells hold weighted rows");
    const all = fitted(simulated(3000, 6), "histogram-mass");
    expect(all.warnings.join()).not.toContain("drawn at random");
    expect(all.source.approximate).toBe(false);
  });

  it("approximateFit(sums, options) holds groups and times out of the sample, and corrects segments by it", () => {
    const data = simulated(8000, 7);
    const codes = Int32Array.from({ length: data.rows }, (_, i) => i % 40);
    const outcomes = data.outcomes.map((y, i) => (i % 40 < 20 && i % 5 === 0 ? 1 : y));
    const segment = { name: "half", codes: codes.map((code) => (code < 20 ? 0 : 1)), values: ["a", "b"] };
    const rich = {
      ...data,
      outcomes,
      groups: { name: "patient", codes, values: Array.from({ length: 40 }, (_, k) => `p${k}`) },
      segments: [segment],
    };
    const document = inOneBatch(rich);
    expect(document.validation).toMatchObject({ scheme: "grouped", by: "patient", folds: 5 });
    expect(document.segments.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(document.calibrator.segments?.columns).toEqual(["half"]);
    expect(document.source.notes).toContain("Corrections by segment rest on the same rows.");
    const time = { name: "day", kind: "number" as const, values: Float64Array.from(codes) };
    const { groups: _, ...rest } = rich;
    expect(inOneBatch({ ...rest, time }).validation).toMatchObject({ scheme: "time", by: "day" });
  });

  it("approximateFit(sums, options) of classes keeps what it may, and fits that", () => {
    const data = classRows(5000);
    const of = (room: FitAccumulatorOptions): FitDocument => {
      const sums = createFitAccumulator(room);
      accumulateFit(sums, data);
      return approximateFit(sums, optionsFor("temperature", data.rows));
    };
    const all = of({});
    expect(all).toEqual(fitDocument(data, optionsFor("temperature", data.rows)));
    const some = of({ classRows: 2000 });
    expect(some.n).toBe(2000);
    expect(some.warnings[0]).toBe(
      "Only 2,000 of 5,000 rows, drawn at random, were used: a fit of several classes needs its rows in memory.",
    );
    expect(some.calibrator.data.fingerprint).toBe(all.calibrator.data.fingerprint);
    expect(some.calibrator.spec).toMatchObject({ fittedFrom: "sample", rowsSeen: 5000 });
    expect(of({ classValues: 3000 }).n).toBe(1000);
  });

  it("approximateFit(sums, options) refuses nothing at all, an unknown method and what the method refuses", () => {
    const nothing = createFitAccumulator();
    expect(() => approximateFit(nothing, optionsFor("auto", 0))).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => fitted(simulated(300, 9), "plat")).toThrow(expect.objectContaining({ code: "unknown-option" }));
    const apart = simulated(300, 9);
    const separated = { ...apart, outcomes: Uint8Array.from(apart.scores, (p) => (p > 0.5 ? 1 : 0)) };
    expect(() => fitted(separated, "platt")).toThrow("separated");
    const one = { ...apart, outcomes: new Uint8Array(300).fill(1) };
    expect(() => fitted(one, "platt")).toThrow(expect.objectContaining({ code: "one-class" }));
  });
});

function inOneBatch(data: BinaryCalibrationData): FitDocument {
  const sums = createFitAccumulator();
  accumulateFit(sums, data);
  return approximateFit(sums, optionsFor("platt", data.rows));
}

function classRows(rows: number): MulticlassCalibrationData {
  const random = createRandom(12);
  const logits = matrix(
    Float64Array.from({ length: 3 * rows }, () => 2 * random.normal()),
    rows,
    3,
  );
  const labels = Int32Array.from({ length: rows }, (_, i) => {
    const exps = Array.from(logits.data.subarray(3 * i, 3 * i + 3), (z) => Math.exp(z / 2));
    let left = random.uniform() * exps.reduce((sum, e) => sum + e, 0);
    let label = 0;
    while (label < 2 && left > exps[label]) left -= exps[label++];
    return label;
  });
  return { scoreKind: "logits", clip: null, rows, logits, labels, segments: [], classNames: ["a", "b", "c"] };
}

describe("fitDocumentFromCells({ cells, sample }, options)", () => {
  it("fitDocumentFromCells({ cells, sample }, options) names the cells where no rows are named", () => {
    const sample = simulated(2000, 10);
    const cells = createCells();
    addToCells(cells, sample.scores, sample.outcomes);
    const { data } = fitDocumentFromCells({ cells, sample }, optionsFor("platt", 2000)).calibrator;
    expect(data.fingerprint).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(data.fingerprint).not.toBe(fitDocument(sample, optionsFor("platt", 2000)).calibrator.data.fingerprint);
    addToCells(cells, Float64Array.of(0.5), Uint8Array.of(1));
    const more = fitDocumentFromCells({ cells, sample }, optionsFor("platt", 2001));
    expect(more.calibrator.data.fingerprint).not.toBe(data.fingerprint);
    expect(more.n).toBe(2001);
  });
});
