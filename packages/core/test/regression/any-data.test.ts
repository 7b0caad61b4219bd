import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import type { Forecast, RegressionPredictions } from "../../src/regression/forecasts.ts";
import { applyRegressionCalibrator } from "../../src/regression/recalibrate/apply-calibrator.ts";
import { fitRegression } from "../../src/regression/recalibrate/fit-regression.ts";
import { openRegressionCalibrator } from "../../src/regression/recalibrate/seal-calibrator.ts";
import { regressionReport } from "../../src/regression/report.ts";
import { origin } from "./cases.ts";

/** Few distinct values, so that ties, zero widths and crossed rows are common. */
const coarse = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constant(0),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
);

const predictions: fc.Arbitrary<RegressionPredictions> = fc
  .record({
    rows: fc.integer({ min: 1, max: 70 }),
    kind: fc.constantFrom("point", "point-and-sigma", "quantiles", "interval"),
    levels: fc.constantFrom([0.5], [0.1, 0.9], [0.05, 0.5, 0.95], [0.2, 0.3], [0.1, 0.25, 0.5, 0.75, 0.9]),
    extra: fc.constantFrom("none", "weights", "time", "groups"),
  })
  .chain(({ rows, kind, levels, extra }) =>
    fc.array(coarse, { minLength: rows * 7, maxLength: rows * 7 }).map((values) => {
      const column = (k: number): Float64Array => Float64Array.from(values.slice(k * rows, (k + 1) * rows));
      const outcomes = column(6);
      const codes = Int32Array.from({ length: rows }, (_, i) => i % 5);
      const names = ["a", "b", "c", "d", "e"];
      const forecast: Forecast =
        kind === "point"
          ? { kind: "point", point: column(0) }
          : kind === "point-and-sigma"
            ? { kind: "point-and-sigma", point: column(0), sigma: column(1).map((s) => Math.abs(s) + 0.01) }
            : kind === "interval"
              ? { kind: "interval", lower: column(0), upper: column(1), level: 0.8, point: rows % 2 ? column(2) : null }
              : {
                  kind: "quantiles",
                  levels,
                  values: {
                    data: Float64Array.from(values.slice(0, rows * levels.length)),
                    rows,
                    cols: levels.length,
                  },
                };
      return {
        task: "regression",
        rows,
        forecast,
        outcomes,
        segments: [{ name: "site", codes, values: names }],
        ...(extra === "weights" ? { weights: outcomes.map((_, i) => (i % 4 === 3 ? 0 : 1 + (i % 3))) } : {}),
        ...(extra === "time" ? { time: { name: "t", values: Float64Array.from(codes), kind: "number" as const } } : {}),
        ...(extra === "groups" ? { groups: { name: "g", codes, values: names } } : {}),
      } satisfies RegressionPredictions;
    }),
  );

/** Throws where a document holds what is not a number. */
function refuseNaN(value: unknown, path = "document"): void {
  if (typeof value === "number" && Number.isNaN(value)) throw new Error(`${path} is NaN`);
  if (typeof value === "object" && value !== null)
    for (const [key, entry] of Object.entries(value)) refuseNaN(entry, `${path}.${key}`);
}

describe("any forecasts at all", () => {
  it("regressionReport and fitRegression end in documents without NaN, or refuse in words", () => {
    fc.assert(
      fc.property(predictions, (given) => {
        refuseNaN(regressionReport(given, origin));
        try {
          const fit = fitRegression(given, origin);
          refuseNaN(fit);
          const opened = openRegressionCalibrator(JSON.parse(JSON.stringify(fit.calibrator)));
          const made = applyRegressionCalibrator(opened, given.forecast);
          refuseNaN(made.kind === "quantiles" ? { ...made, values: [...made.values.data] } : made);
          if (given.forecast.kind !== "point") expect(fit.improvement.loss.value).toBeGreaterThanOrEqual(0);
        } catch (error) {
          if (!InputError.is(error)) throw error;
          expect(error.code).toBe("too-few");
        }
      }),
      { numRuns: 150, seed: 7 },
    );
  }, 60_000);
});
