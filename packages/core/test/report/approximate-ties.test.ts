import { describe, expect, it } from "vitest";
import { accumulate, approximateReport, createAccumulator, type ReportDocument, report } from "../../src/index.ts";
import { binary, sample } from "./samples.ts";

const version = "0.0.0";
const source = { name: "test", rows: 0, skipped: [], columns: {}, notes: [] };

function fromCells(predictions: Parameters<typeof accumulate>[1]): ReportDocument {
  const sums = createAccumulator(predictions.task);
  accumulate(sums, predictions);
  return approximateReport(sums, { version, source });
}

/** 1500 rows with eleven different probabilities. */
function tied(): ReturnType<typeof binary> {
  const base = sample("binary", 1500);
  if (base.task !== "binary") throw new TypeError("not binary");
  return binary(
    Array.from(base.probabilities, (p) => Math.round(p * 10) / 10),
    [...base.outcomes],
  );
}

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
    const [spread] = fromCells(sample("binary", 1500)).source.notes;
    expect(spread).toMatch(/cells of width 0\.00014 or less, the AUROC is within 0\.0000\d+\.$/);
  });
});
