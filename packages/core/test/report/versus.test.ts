import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/report/versus.json" with { type: "json" };
import { aurocDifference, expectedCalibrationError, matrixFromRows, versusReport } from "../../src/index.ts";
import { binary, confidence, multiclass } from "./samples.ts";

const names = { self: "A", other: "B" };
const near = (value: number, expected: number, relative = 1e-10): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(expected)));

describe("versusReport", () => {
  it("versusReport(self, other, names, { level }) has SciPy's paired t intervals", () => {
    for (const { self, other, y, level, metrics } of table.cases) {
      const found = versusReport(binary(self, y), binary(other, y), names, { level });
      for (const [name, expected] of Object.entries(metrics)) {
        const metric = found.metrics[name];
        near(metric.self, expected.self);
        near(metric.other, expected.other);
        near(metric.difference.value, expected.other - expected.self);
        near(metric.difference.lower, expected.lower);
        near(metric.difference.upper, expected.upper);
        expect(metric.difference.spec).toMatchObject({ direction: "other minus self", paired: true });
      }
      expect(found.metrics["ece"].difference.interval).toBe("approximate");
      expect(found.metrics["ece"].self).toBeCloseTo(
        expectedCalibrationError(Float64Array.from(self), Uint8Array.from(y)).value,
        12,
      );
      const auroc = aurocDifference(Float64Array.from(other), Float64Array.from(self), Uint8Array.from(y), { level });
      expect(found.metrics["auroc"].difference).toEqual(auroc);
    }
  });

  it("versusReport(self, other, names) says in a sentence which model is better at what", () => {
    const n = 400;
    const y = Array.from({ length: n }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const good = y.map((outcome) => (outcome === 1 ? 0.8 : 0.1));
    const poor = y.map((_, i) => (i % 3 === 0 ? 0.9 : 0.5));
    const { sentence } = versusReport(binary(good, y), binary(poor, y), names);
    expect(sentence).toBe("A has the lower Brier score, log loss and calibration error on these rows.");
    expect(versusReport(binary(poor, y), binary(good, y), names).sentence).toMatch(/^B has the lower Brier score,/);
    expect(versusReport(binary(good, y), binary(good, y), names)).toMatchObject({
      name: "B",
      n,
      sentence: "These rows do not tell A and B apart on log loss, Brier score or calibration error.",
    });
    const constant = y.map(() => 0.25);
    expect(versusReport(binary(good, y), binary(constant, y), names).sentence).toBe(
      "A has the lower Brier score and log loss, B the lower calibration error.",
    );
  });

  it("versusReport(self, other, names) of one outcome only leaves out the AUROC", () => {
    const { metrics } = versusReport(binary([0.8, 0.7], [1, 1]), binary([0.6, 0.7], [1, 1]), names);
    expect(Object.keys(metrics)).toEqual(["accuracy", "brier", "logLoss", "ece"]);
  });

  it("versusReport(self, other, names) compares classes by name and confidences by row", () => {
    const rows = [
      [0.7, 0.2, 0.1],
      [0.1, 0.6, 0.3],
      [0.3, 0.3, 0.4],
    ];
    const other = {
      ...multiclass(rows, [0, 1, 1]),
      probabilities: matrixFromRows(rows.map((r) => [r[1], r[0], r[2]])),
    };
    const swapped = { ...other, classNames: ["b", "a", "c"], labels: Int32Array.of(1, 0, 0) };
    const { metrics, n } = versusReport(multiclass(rows, [0, 1, 1]), swapped, names);
    expect(n).toBe(3);
    for (const name of ["accuracy", "brier", "logLoss", "ece"])
      expect(metrics[name].difference.value).toBeCloseTo(0, 14);
    expect(metrics["auroc"]).toBeUndefined();
    const pair = versusReport(confidence([0.9, 0.8], [1, 0]), confidence([0.7, 0.6], [0, 0]), names);
    expect(pair.metrics["accuracy"]).toMatchObject({ self: 0.5, other: 0 });
  });

  it("versusReport(self, other, names) weighs rows with the weights of the first", () => {
    const y = [1, 0, 1];
    const self = { ...binary([0.9, 0.4, 0.6], y), weights: Float64Array.of(1, 2, 5) };
    const { metrics } = versusReport(self, binary([0.5, 0.5, 0.5], y), names);
    expect(metrics["brier"].self).toBeCloseTo((0.01 + 2 * 0.16 + 5 * 0.16) / 8, 14);
    expect(metrics["brier"].other).toBeCloseTo(0.25, 14);
    expect(metrics["brier"].difference.effectiveN).toBeCloseTo(64 / 30, 12);
  });

  it("versusReport(self, other, names) refuses other tasks, other numbers of rows, other labels", () => {
    const a = binary([0.5, 0.6], [0, 1]);
    const refused = (code: string, index?: number) =>
      expect.objectContaining(index === undefined ? { code } : { code, index });
    expect(() => versusReport(a, confidence([0.5, 0.6], [0, 1]), names)).toThrow(refused("incompatible"));
    expect(() => versusReport(a, binary([0.5], [0]), names)).toThrow(refused("shape-mismatch"));
    expect(() => versusReport(a, binary([0.5, 0.6], [0, 0]), names)).toThrow(refused("incompatible", 1));
    expect(() => versusReport(a, { ...a, classNames: ["no", "maybe"] }, names)).toThrow(
      'row 2 has label "yes" in one file and "maybe" in the other',
    );
    const rows = [
      [0.5, 0.3, 0.2],
      [0.5, 0.3, 0.2],
    ];
    expect(() => versusReport(multiclass(rows, [0, 1]), multiclass(rows, [0, 2]), names)).toThrow(
      refused("incompatible", 1),
    );
  });
});
