import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accumulate,
  approximateReport,
  createAccumulator,
  createRandom,
  type GroupReport,
  matrix,
  type Predictions,
  type ReportDocument,
  report,
} from "../../src/index.ts";
import { checkDocument, differences } from "./document-checks.ts";
import { confidence, multiclass, sample } from "./samples.ts";

const source: ReportDocument["source"] = {
  name: "scores.csv",
  rows: 10,
  skipped: [],
  columns: {},
  approximate: false,
  notes: [],
};
const options = { version: "0.0.0", source };
const tasks = ["binary", "multiclass", "confidence"] as const;

/** The rows from start to end of predictions. */
function slice<T extends Predictions>(all: T, start: number, end: number): T {
  const segments = all.segments.map((column) => ({ ...column, codes: column.codes.slice(start, end) }));
  const common = {
    ...all,
    rows: end - start,
    segments,
    ...(all.weights ? { weights: all.weights.slice(start, end) } : {}),
    ...(all.time ? { time: { ...all.time, values: all.time.values.slice(start, end) } } : {}),
  };
  if (all.task === "binary")
    return { ...common, probabilities: all.probabilities.slice(start, end), outcomes: all.outcomes.slice(start, end) };
  if (all.task === "confidence")
    return { ...common, confidences: all.confidences.slice(start, end), correct: all.correct.slice(start, end) };
  const { data, cols } = all.probabilities;
  const probabilities = matrix(data.slice(start * cols, end * cols), end - start, cols);
  return { ...common, probabilities, labels: all.labels.slice(start, end) };
}

/** The report of predictions that come in batches which end at the given rows. */
function streamed(predictions: Predictions, ends: readonly number[] = []): ReportDocument {
  const sums = createAccumulator(predictions.task);
  let start = 0;
  for (const end of [...new Set([...ends, predictions.rows])].sort((a, b) => a - b)) {
    if (end <= start || end > predictions.rows) continue;
    accumulate(sums, slice(predictions, start, end));
    start = end;
  }
  return approximateReport(sums, options);
}

const groupKeys = (groups: readonly GroupReport[]): unknown[] =>
  groups.map(({ by, name, n, flagged }) => ({ by, name, n, flagged }));

describe("approximateReport", () => {
  for (const task of tasks)
    for (const isWeighted of [false, true])
      it(`approximateReport(sums) of ${isWeighted ? "weighted " : ""}${task} predictions is report(predictions) where it says so`, () => {
        const predictions = sample(task, 3000, { isWeighted, kind: isWeighted ? "number" : "date", seed: 5 });
        const exact = report(predictions, options);
        const near = streamed(predictions, [700, 1500, 1501]);
        checkDocument(near);
        const same = (a: unknown, b: unknown, tolerance = 1e-9): void => {
          expect(differences(a, b, tolerance)).toEqual([]);
        };
        same(near.n, exact.n);
        same(near.effectiveN, exact.effectiveN);
        expect(near.weighted).toBe(isWeighted);
        same(near.accuracy, exact.accuracy);
        same(near.baseRate, exact.baseRate);
        same(near.meanConfidence, exact.meanConfidence, 1e-6);
        same(near.histogram, exact.histogram);
        same(near.reliability.bins, exact.reliability.bins);
        for (const name of ["ece", "eceLeft", "ece10", "mce", "l2CalibrationError"]) {
          const [a, b] = [near.metrics[name], exact.metrics[name]];
          same(a?.value, b?.value);
          same(a?.spec, b?.spec);
          same([a?.lower, a?.upper, a?.effectiveN, a?.n], [b?.lower, b?.upper, b?.effectiveN, b?.n], 1e-4);
        }
        for (const name of ["brier", "logLoss"] as const) {
          same(near.metrics[name].value, exact.metrics[name].value);
          same(near.metrics[name].spec, exact.metrics[name].spec);
          same(near.metrics[name].lower, exact.metrics[name].lower, task === "multiclass" ? 1e-9 : 1e-5);
        }
        if (task !== "confidence") {
          same(near.metrics.classwiseEce?.value, exact.metrics.classwiseEce?.value);
          same(near.metrics.classwiseEce?.spec, exact.metrics.classwiseEce?.spec);
        }
        for (const name of ["auroc", "smoothEce", "eceDebiased", "ks", "coxSlope", "augrc", "spiegelhalter"])
          same(near.metrics[name]?.value, exact.metrics[name]?.value, 2e-3);
        same(near.noiseFloor.value, exact.noiseFloor.value, 1e-3);

        expect(groupKeys(near.segments)).toEqual(groupKeys(exact.segments));
        expect(groupKeys(near.perClass)).toEqual(groupKeys(exact.perClass));
        expect(groupKeys(near.overTime)).toEqual(groupKeys(exact.overTime));
        for (const groups of ["segments", "perClass", "overTime"] as const)
          near[groups].forEach((group, k) => {
            same(group.ece.value, exact[groups][k].ece.value);
            same(group.accuracy, exact[groups][k].accuracy);
            same(group.gap, exact[groups][k].gap, 1e-4);
            same(group.pValue, exact[groups][k].pValue, 1e-3);
          });
        expect(near.verdict.status).toBe(exact.verdict.status);
        expect(near.source.approximate).toBe(true);
        expect(near.source.notes.at(-1)).toContain("Computed from cells in one pass");
      });

  it("approximateReport(sums) does not depend on how the rows were divided into batches", () => {
    const predictions = tasks.map((task, k) => sample(task, 300, { isWeighted: task === "binary", seed: 11 + k }));
    const whole = predictions.map((each) => streamed(each));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 299 }), { maxLength: 6 }), (ends) => {
        predictions.forEach((each, k) => {
          expect(differences(streamed(each, ends), whole[k], 1e-9)).toEqual([]);
        });
      }),
      { numRuns: 10 },
    );
  });

  it("approximateReport(sums) of scores with one decimal is exact in what depends on ranks too", () => {
    const random = createRandom(3);
    const scores = Array.from({ length: 500 }, () => random.integer(11) / 10);
    const correct = scores.map((p) => (random.uniform() < p ** 2 ? 1 : 0));
    const predictions = confidence(scores, correct);
    const exact = report(predictions, options);
    const near = streamed(predictions, [100, 350]);
    for (const name of ["auroc", "smoothEce", "aurcExpectedTies", "augrc", "eceDebiased", "ks", "kuiper", "coxSlope"]) {
      const [a, b] = [near.metrics[name], exact.metrics[name]];
      expect(differences(a, b, 1e-7)).toEqual([]);
    }
    expect(differences(near.decompositions.brierCorp, exact.decompositions.brierCorp, 1e-7)).toEqual([]);
  });

  it("approximateReport(sums) of more than 100 classes has no classwise error", () => {
    const rows = Array.from({ length: 8 }, (_, i) => Array.from({ length: 101 }, (_, k) => (k === i ? 0.5 : 0.005)));
    const predictions = multiclass(rows, [0, 1, 2, 3, 4, 5, 6, 100]);
    expect(streamed(predictions).metrics.classwiseEce).toBeNull();
    expect(report(predictions, options).metrics.classwiseEce).not.toBeNull();
  });

  it("approximateReport(sums) takes log losses from logits where there are any", () => {
    const predictions = sample("multiclass", 200);
    if (predictions.task !== "multiclass") throw new Error("expected multiclass predictions");
    const { data, rows, cols } = predictions.probabilities;
    const withLogits = { ...predictions, logProbabilities: matrix(data.map(Math.log), rows, cols) };
    const sums = createAccumulator("multiclass");
    accumulate(sums, withLogits);
    const near = approximateReport(sums, options).metrics.logLoss;
    const exact = report(withLogits, options).metrics.logLoss;
    expect(near.spec).toEqual(exact.spec);
    expect(differences(near, exact, 1e-9)).toEqual([]);
  });

  it("approximateReport(sums) of no rows refuses; accumulate refuses another task", () => {
    expect(() => approximateReport(createAccumulator("binary"), options)).toThrow(
      expect.objectContaining({ code: "empty" }),
    );
    expect(() => accumulate(createAccumulator("binary"), confidence([0.5], [1]))).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
  });
});
