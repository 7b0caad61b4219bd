import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/random/random.ts";
import type { Forecast } from "../../src/regression/forecasts.ts";
import { USUAL_LEVELS } from "../../src/regression/metrics/quantile-curve.ts";
import { commonQuantiles } from "../../src/regression/recalibrate/common-losses.ts";
import { regressionReport } from "../../src/regression/report.ts";
import { countCase, type Departure, normalCase, ofForecast, origin } from "./cases.ts";

const perfect: Departure = { bias: 0, scale: 1, shape: "normal" };

function status(departure: Departure, rows = 1500, seed = 21): string {
  return regressionReport(normalCase(rows, departure, seed), origin).verdict.status;
}

describe("regressionReport", () => {
  it("regressionReport(normal forecasts) has every metric, curve, interval and bin", () => {
    const report = regressionReport(normalCase(500, perfect, 20), origin);
    const missing = Object.entries(report.metrics).filter(([, metric]) => metric === null);
    expect(missing.map(([name]) => name)).toEqual([
      "weightedIntervalScore",
      "wisDispersion",
      "wisOverprediction",
      "wisUnderprediction",
    ]);
    expect(report.quantileCurve).toHaveLength(23);
    expect(report.intervals.map(({ level }) => level)).toEqual([0.5, 0.8, 0.9, 0.95, 0.99]);
    expect(report.pit).toHaveLength(10);
    expect(report.pit.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(Object.keys(report.specs)).toContain("crps");
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("regressionReport(quantiles) names the CRPS for what it is and counts rows that cross", () => {
    const { forecast, outcomes } = normalCase(200, perfect, 22);
    const values = commonQuantiles(forecast, USUAL_LEVELS);
    values.data[0] = values.data[22] + 1;
    const { metrics, levels } = regressionReport(
      ofForecast({ kind: "quantiles", levels: USUAL_LEVELS, values }, outcomes),
      origin,
    );
    expect(levels).toEqual(USUAL_LEVELS);
    expect(metrics.crps?.spec["scale"]).toBe("2 x mean pinball loss, not the exact crps");
    expect(metrics.crps?.value).toBeCloseTo(metrics.weightedIntervalScore?.value ?? 0, 12);
    expect(metrics["crossedRows"]?.value).toBe(1 / 200);
  });

  it("regressionReport(levels without partners) leaves out what needs intervals", () => {
    const values = { data: Float64Array.of(1, 2, 2, 3, 3, 4), rows: 3, cols: 2 };
    const forecast = { kind: "quantiles", levels: [0.3, 0.8], values } as const;
    const report = regressionReport(ofForecast(forecast, Float64Array.of(1.5, 2.5, 2)), origin);
    expect(report.intervals).toEqual([]);
    expect(report.metrics.weightedIntervalScore).toBeNull();
    expect(report.metrics.bias).toBeNull();
    expect(report.metrics.pinball).not.toBeNull();
  });

  it("regressionReport(predictions) finds the state that was made", () => {
    expect(status(perfect)).toBe("calibrated");
    expect(status({ ...perfect, scale: 0.6 })).toBe("too-narrow");
    expect(status({ ...perfect, scale: 2 })).toBe("too-wide");
    expect(status({ ...perfect, bias: 0.5 })).toBe("biased");
    expect(status({ ...perfect, bias: -0.5 })).toBe("biased");
    expect(status({ bias: 0, scale: 1, shape: "skewed" })).toBe("too-wide");
    expect(status(perfect, 12)).toBe("too-few-rows");
  });

  it("regressionReport(predictions) finds levels that are off where the 90 % interval is right", () => {
    const random = createRandom(28);
    const rows = 2000;
    // Laplace errors whose central 90 % are those of a standard normal: the central 50 % then hold 61 %.
    const outcomes = Float64Array.from({ length: rows }, () => {
      const u = random.uniform() - 0.5;
      return (-Math.sign(u) * Math.log(1 - 2 * Math.abs(u)) * 1.6448536) / Math.log(10);
    });
    const forecast = { kind: "point-and-sigma", point: new Float64Array(rows), sigma: outcomes.map(() => 1) } as const;
    const { verdict } = regressionReport(ofForecast(forecast, outcomes), origin);
    expect(verdict.status).toBe("miscalibrated");
    expect(verdict.sentence).toMatch(/as promised, but the 50 % intervals in 6\d % \(\d+ to \d+ %\)\.$/);
  });

  it("regressionReport(interval without middle) finds on which side outcomes lie", () => {
    const { forecast, outcomes } = normalCase(1500, { ...perfect, bias: 1 }, 23);
    const values = commonQuantiles(forecast, [0.05, 0.95]);
    const ends = (k: number): Float64Array => Float64Array.from(outcomes, (_, i) => values.data[2 * i + k]);
    const interval: Forecast = { kind: "interval", lower: ends(0), upper: ends(1), level: 0.9, point: null };
    const { verdict, metrics, levels } = regressionReport(ofForecast(interval, outcomes), origin);
    expect(verdict.sentence).toMatch(
      /^The forecasts are too high: \d+ % of outcomes are below the intervals and \d+ % above them\. The 90 % intervals hold the outcome in 7\d % of rows/,
    );
    expect(metrics.crps).toBeNull();
    expect(levels).toEqual([]);
  });

  it("regressionReport(perfect forecasts) accuses about one in twenty, with or without few rows", () => {
    let accused = 0;
    const runs = 200;
    for (let k = 0; k < runs; k++)
      if (!["calibrated", "too-few-rows"].includes(status(perfect, k % 2 ? 60 : 600, 30_000 + k))) accused++;
    // 99.9 % band of Bin(200, 0.06): at most 25.
    expect(accused).toBeLessThanOrEqual(25);
  }, 20_000);

  it("regressionReport(perfect forecasts of counts) does not accuse them of ties, and still sees a shift", () => {
    for (const mean of [0.5, 2, 8]) {
      const counts = countCase(2000, mean, 5);
      const { verdict, metrics } = regressionReport(counts, origin);
      expect(verdict.status).toBe("calibrated");
      expect(metrics.pitTest?.pValue).toBeGreaterThan(0.01);
      const shifted = { ...counts, outcomes: counts.outcomes.map((y) => y + Math.ceil(2 * mean)) };
      expect(regressionReport(shifted, origin).verdict.sentence).toContain("too low");
    }
    const exact = normalCase(500, { bias: 0, scale: 1, shape: "normal" }, 1);
    if (exact.forecast.kind !== "point-and-sigma") throw new Error("expected normal forecasts");
    const { verdict } = regressionReport({ ...exact, outcomes: exact.forecast.point }, origin);
    expect(verdict.status).toBe("too-wide");
    expect(verdict.sentence).not.toContain("too high");
  });

  it("regressionReport(predictions) flags the segment and the weeks that depart, and no others", () => {
    const good = normalCase(900, perfect, 24);
    const bad = normalCase(300, { bias: 0.8, scale: 0.7, shape: "normal" }, 25);
    if (good.forecast.kind !== "point-and-sigma" || bad.forecast.kind !== "point-and-sigma") throw new Error("normal");
    const join = (a: Float64Array, b: Float64Array): Float64Array => Float64Array.from([...a, ...b]);
    const outcomes = join(good.outcomes, bad.outcomes);
    const forecast = {
      kind: "point-and-sigma",
      point: join(good.forecast.point, bad.forecast.point),
      sigma: join(good.forecast.sigma, bad.forecast.sigma),
    } as const;
    const codes = Int32Array.from({ length: 1200 }, (_, i) => Math.floor(i / 300));
    const { segments, overTime } = regressionReport(
      {
        ...ofForecast(forecast, outcomes),
        segments: [{ name: "site", codes, values: ["a", "b", "c", "d"] }],
        time: { name: "week", values: Float64Array.from(codes), kind: "number" },
      },
      origin,
    );
    expect(segments.map(({ by, name, n, flagged }) => [by, name, n, flagged])).toEqual([
      ["site", "a", 300, false],
      ["site", "b", 300, false],
      ["site", "c", 300, false],
      ["site", "d", 300, true],
    ]);
    expect(overTime.map(({ name, flagged }) => [name, flagged])).toEqual([
      ["0", false],
      ["1", false],
      ["2", false],
      ["3", true],
    ]);
    expect(segments[3].bias.value).toBeGreaterThan(0);
    expect(segments[3].coverage?.value).toBeLessThan(0.7);
  });

  it("regressionReport(single numbers) says that they carry no uncertainty, and which way they are off", () => {
    const { outcomes } = normalCase(300, perfect, 26);
    const report = regressionReport(ofForecast({ kind: "point", point: outcomes.map((y) => y + 1) }, outcomes), origin);
    expect(report.verdict).toEqual({
      status: "no-uncertainty",
      sentence:
        "The forecasts are single numbers and do not say how far off they may be. On average they miss by 1 (1 to 1) and are too high by 1.",
    });
    expect([report.quantileCurve, report.intervals, report.pit]).toEqual([[], [], []]);
  });

  it("regressionReport(predictions) refuses columns that do not go together", () => {
    const good = normalCase(5, perfect, 27);
    expect(() => regressionReport({ ...good, rows: 4 }, origin)).toThrow(
      "the predictions say 4 rows but there are 5 outcomes",
    );
    expect(() =>
      regressionReport({ ...good, segments: [{ name: "site", codes: new Int32Array(2), values: ["a"] }] }, origin),
    ).toThrow("there are 5 rows but 2 values of site");
  });
});
