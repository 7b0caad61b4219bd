import { describe, expect, it } from "vitest";
import {
  accumulate,
  approximateReport,
  type BinaryPredictions,
  createAccumulator,
  createRandom,
  type ReportDocument,
  report,
} from "../../src/index.ts";

const version = "0.0.0";
const source = { name: "test", rows: 0, skipped: [], columns: {}, notes: [] };

function fromCells(predictions: BinaryPredictions): ReportDocument {
  const sums = createAccumulator(predictions.task);
  accumulate(sums, predictions);
  return approximateReport(sums, { version, source });
}

/** 1500 rows of a model that says p where √p happens. */
function predictions(said: (p: number) => number): BinaryPredictions {
  const random = createRandom(1);
  const p = Float64Array.from({ length: 1500 }, () => random.uniform());
  const outcomes = Uint8Array.from(p, (value) => (random.uniform() ** 2 < value ? 1 : 0));
  const classNames = ["no", "yes"];
  return { task: "binary", rows: p.length, segments: [], classNames, probabilities: p.map(said), outcomes };
}

const spread = (): BinaryPredictions => predictions((p) => p);
/** Eleven different probabilities. */
const tied = (): BinaryPredictions => predictions((p) => Math.round(p * 10) / 10);

describe("approximateReport(sums) of tied scores", () => {
  it("approximateReport(sums) never parts the zeros and ones of one score into two bins", () => {
    const exact = report(tied(), { version, source: { ...source, approximate: false } });
    const { eceEqualMass } = fromCells(tied()).metrics;
    expect(eceEqualMass.spec.edges).toBe("ties-together");
    expect(exact.metrics.eceEqualMass.spec.edges).toBe("ties-in-file-order");
    expect(Math.abs(eceEqualMass.value - exact.metrics.eceEqualMass.value)).toBeLessThan(0.01);
  });

  it("approximateReport(sums) leaves out the monotone sweep, which needs the rows one by one", () => {
    expect(fromCells(tied()).metrics["sweepEce"]).toBeNull();
  });

  it("approximateReport(sums) says what is exact and how far the rest can be off", () => {
    const [point] = fromCells(tied()).source.notes;
    expect(point).toMatch(/log loss are exact; so are the other probabilities/);
    const [rounded] = fromCells(spread()).source.notes;
    expect(rounded).toMatch(/cells of width 0\.00014 or less, the AUROC is within 0\.0000\d+\.$/);
  });
});
