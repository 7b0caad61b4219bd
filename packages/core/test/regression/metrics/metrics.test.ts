import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Estimate } from "../../../src/estimate.ts";
import { matrix } from "../../../src/matrix.ts";
import { createRandom } from "../../../src/random/random.ts";
import { meanAbsoluteCalibrationError } from "../../../src/regression/metrics/calibration-error.ts";
import { forecastBias } from "../../../src/regression/metrics/forecast-bias.ts";
import { gaussianCrps } from "../../../src/regression/metrics/gaussian-crps.ts";
import { gaussianLogLoss } from "../../../src/regression/metrics/gaussian-log-loss.ts";
import { gaussianCheckScore } from "../../../src/regression/metrics/gaussian-quantile-scores.ts";
import { intervalCoverage } from "../../../src/regression/metrics/interval-coverage.ts";
import { intervalScore } from "../../../src/regression/metrics/interval-score.ts";
import { meanAbsoluteError } from "../../../src/regression/metrics/mean-absolute-error.ts";
import { meanWidth } from "../../../src/regression/metrics/mean-width.ts";
import { expectedMiscalibrationArea, miscalibrationArea } from "../../../src/regression/metrics/miscalibration-area.ts";
import { outcomeLine } from "../../../src/regression/metrics/outcome-line.ts";
import { meanPinballLoss, pinballLoss } from "../../../src/regression/metrics/pinball-loss.ts";
import { pitRanges, pitValues } from "../../../src/regression/metrics/pit.ts";
import { pitHistogram } from "../../../src/regression/metrics/pit-histogram.ts";
import { pitTest } from "../../../src/regression/metrics/pit-test.ts";
import { quantileCoverage } from "../../../src/regression/metrics/quantile-coverage.ts";
import { quantileCrps } from "../../../src/regression/metrics/quantile-crps.ts";
import { quantileCalibrationCurve, USUAL_LEVELS } from "../../../src/regression/metrics/quantile-curve.ts";
import { rSquared } from "../../../src/regression/metrics/r-squared.ts";
import { rootMeanSquaredError } from "../../../src/regression/metrics/root-mean-squared-error.ts";
import { sharpness } from "../../../src/regression/metrics/sharpness.ts";
import { weightedIntervalScore } from "../../../src/regression/metrics/weighted-interval-score.ts";
import { commonQuantiles } from "../../../src/regression/recalibrate/common-losses.ts";
import { normalCase } from "../cases.ts";

const near = (value: number, expected: number, tolerance = 1e-12): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));

const point = Float64Array.of(1, 2, 3, 4, 5, 6);
const sigma = Float64Array.of(1, 2, 1, 2, 1, 2);
const outcomes = Float64Array.of(1.5, 1, 3.25, 6, 4, 6.5);
const forecast = { kind: "point-and-sigma", point, sigma } as const;
const levels = [0.1, 0.5, 0.9];
const quantiles = commonQuantiles(forecast, levels);

/** Every metric as a function of rows and options, to hold them all against the same rules. */
const metrics: Readonly<Record<string, (rows: readonly number[], weights?: Float64Array) => Estimate>> =
  Object.fromEntries(
    Object.entries({
      forecastBias: (r, o) => forecastBias(r.point, r.outcomes, o),
      meanAbsoluteError: (r, o) => meanAbsoluteError(r.point, r.outcomes, o),
      rootMeanSquaredError: (r, o) => rootMeanSquaredError(r.point, r.outcomes, o),
      rSquared: (r, o) => rSquared(r.point, r.outcomes, o),
      "rSquared correlation": (r, o) => rSquared(r.point, r.outcomes, { ...o, convention: "correlation" }),
      "outcomeLine slope": (r, o) => outcomeLine(r.point, r.outcomes, o).slope,
      "outcomeLine intercept": (r, o) => outcomeLine(r.point, r.outcomes, o).intercept,
      pinballLoss: (r, o) => pinballLoss(r.point, r.outcomes, 0.3, o),
      meanPinballLoss: (r, o) => meanPinballLoss(levels, r.quantiles, r.outcomes, o),
      quantileCrps: (r, o) => quantileCrps(levels, r.quantiles, r.outcomes, o),
      weightedIntervalScore: (r, o) => weightedIntervalScore(levels, r.quantiles, r.outcomes, o).score,
      intervalScore: (r, o) => intervalScore(r.point, r.high, r.outcomes, 0.8, o),
      intervalCoverage: (r, o) => intervalCoverage(r.point, r.high, r.outcomes, o),
      meanWidth: (r, o) => meanWidth(r.point, r.high, o),
      quantileCoverage: (r, o) => quantileCoverage(r.point, r.outcomes, o),
      gaussianCrps: (r, o) => gaussianCrps(r.point, r.sigma, r.outcomes, o),
      gaussianLogLoss: (r, o) => gaussianLogLoss(r.point, r.sigma, r.outcomes, o),
      gaussianCheckScore: (r, o) => gaussianCheckScore(r.point, r.sigma, r.outcomes, o),
      sharpness: (r, o) => sharpness(r.sigma, o),
      miscalibrationArea: (r, o) => miscalibrationArea(r.forecast, r.outcomes, o),
      "miscalibrationArea of quantiles": (r, o) =>
        miscalibrationArea({ kind: "quantiles", levels, values: r.quantiles }, r.outcomes, o),
      meanAbsoluteCalibrationError: (r, o) => meanAbsoluteCalibrationError(r.forecast, r.outcomes, o),
    } satisfies Record<string, (rows: ReturnType<typeof take>, options: { weights?: Float64Array }) => Estimate>).map(
      ([name, metric]) => [
        name,
        (rows: readonly number[], weights?: Float64Array) => metric(take(rows), weights ? { weights } : {}),
      ],
    ),
  );

function take(rows: readonly number[]) {
  const pick = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]);
  const chosen = { point: pick(point), sigma: pick(sigma), outcomes: pick(outcomes) };
  const own = { kind: "point-and-sigma", point: chosen.point, sigma: chosen.sigma } as const;
  const high = chosen.point.map((p, i) => p + chosen.sigma[i]);
  return { ...chosen, high, forecast: own, quantiles: commonQuantiles(own, levels) };
}

describe("gaussianLogLoss", () => {
  it("gaussianLogLoss(point, sigma, outcomes) names the row whose sigma is too small for its error", () => {
    const [zero, sigma] = [new Float64Array(2), Float64Array.of(1, 1e-300)];
    expect(() => gaussianLogLoss(zero, sigma, Float64Array.of(0, 0.5))).toThrow(
      expect.objectContaining({
        code: "not-finite",
        index: 1,
        message: "the log loss at row 1 is too large for a double: outcome 0.5, point 0, sigma 1e-300",
      }),
    );
  });
});

describe("all metrics of forecasts of numbers", () => {
  it.each(Object.entries(metrics))("%s counts a row of weight 2 twice and one of weight 0 not at all", (_, metric) => {
    const { value } = metric([0, 1, 2, 3, 4, 5], Float64Array.of(2, 1, 0, 1, 3, 1));
    near(value, metric([0, 0, 1, 3, 4, 4, 4, 5]).value);
  });
  it.each(Object.entries(metrics))("%s has a spec, and an interval around its value", (_, metric) => {
    const { value, lower, upper, level, n, spec } = metric([0, 1, 2, 3, 4, 5]);
    expect(spec.metric).not.toBe("");
    expect([level, n]).toEqual([0.95, 6]);
    expect(lower).toBeLessThanOrEqual(value);
    expect(upper).toBeGreaterThanOrEqual(value);
    expect(metric([0, 1, 2, 3, 4, 5], Float64Array.of(1, 1, 1, 1, 1, 2)).spec["weighted"]).toBe(true);
  });
});

describe("identities", () => {
  it("weightedIntervalScore(…) is the sum of its parts and twice the mean pinball loss", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(...new Array(6).fill(0).map(() => fc.double({ min: -100, max: 100, noNaN: true }))), {
          minLength: 1,
          maxLength: 20,
        }),
        (rows) => {
          const values = matrix(Float64Array.from(rows.flatMap((row) => row.slice(0, 5))), rows.length, 5);
          const truth = Float64Array.from(rows, (row) => row[5]);
          const at = [0.05, 0.25, 0.5, 0.75, 0.95];
          const { score, dispersion, overprediction, underprediction } = weightedIntervalScore(at, values, truth);
          near(score.value, dispersion.value + overprediction.value + underprediction.value);
          near(score.value, quantileCrps(at, values, truth).value);
          near(score.value, 2 * meanPinballLoss(at, values, truth).value);
        },
      ),
    );
  });
  it("gaussianCrps(…) is near twice the pinball loss over 99 levels", () => {
    const crps = gaussianCrps(point, sigma, outcomes).value;
    near(2 * gaussianCheckScore(point, sigma, outcomes).value, crps, 0.02);
  });
  it("miscalibrationArea(…) is exact where the curve crosses the diagonal", () => {
    const values = matrix(Float64Array.of(0, 2), 1, 2);
    const crossing = { kind: "quantiles", levels: [0.25, 0.75], values } as const;
    near(miscalibrationArea(crossing, Float64Array.of(1)).value, (2 * (0.25 * 0.25)) / 2 + (2 * (0.25 * 0.25)) / 2);
  });
  it("miscalibrationArea(…) of a perfect forecast is expectedMiscalibrationArea(n) on average", () => {
    let sum = 0;
    const runs = 200;
    for (let k = 0; k < runs; k++) {
      const perfect = normalCase(400, { bias: 0, scale: 1, shape: "normal" }, 300 + k);
      sum += miscalibrationArea(perfect.forecast, perfect.outcomes).value / runs;
    }
    near(sum / expectedMiscalibrationArea(400), 1, 0.1);
  });
});

describe("the probability integral transform", () => {
  const steps = {
    kind: "quantiles",
    levels: [0.25, 0.5, 0.75],
    values: matrix(Float64Array.of(0, 0, 5, 0, 1, 2), 2, 3),
  } as const;

  it("pitRanges(quantiles, outcomes) are the levels on both sides, wider where the outcome equals quantiles", () => {
    const { lower, upper } = pitRanges(steps, Float64Array.of(0, 1.5));
    expect([...lower]).toEqual([0, 0.5]);
    expect([...upper]).toEqual([0.75, 0.75]);
    expect([...pitValues({ lower, upper })]).toEqual([0.375, 0.625]);
    const random = createRandom(1);
    for (const [i, u] of pitValues({ lower, upper }, random).entries()) {
      expect(u).toBeGreaterThanOrEqual(lower[i]);
      expect(u).toBeLessThanOrEqual(upper[i]);
    }
  });
  it("pitHistogram(ranges) spreads ranges over bins and sums to 1", () => {
    const bins = pitHistogram(pitRanges(steps, Float64Array.of(0, 1.5)), { bins: 4 });
    expect(bins.map(({ share }) => share)).toEqual([1 / 6, 1 / 6, 1 / 6 + 1 / 2, 0]);
    expect(bins.every(({ lower, upper }) => lower <= 0.25 && upper >= 0.25)).toBe(true);
  });
  it("pitTest(forecast, outcomes) rejects a perfect forecast at 5 % in about 5 % of samples, and never much more", () => {
    const rejected = { normal: 0, quantiles: 0, interval: 0 };
    const runs = 400;
    for (let k = 0; k < runs; k++) {
      const { forecast: own, outcomes: truth } = normalCase(100, { bias: 0, scale: 1, shape: "normal" }, 8000 + k);
      const values = commonQuantiles(own, USUAL_LEVELS);
      const ends = commonQuantiles(own, [0.05, 0.95]);
      if (pitTest(own, truth).pValue <= 0.05) rejected.normal++;
      if (pitTest({ kind: "quantiles", levels: USUAL_LEVELS, values }, truth).pValue <= 0.05) rejected.quantiles++;
      if (pitTest({ kind: "quantiles", levels: [0.05, 0.95], values: ends }, truth).pValue <= 0.05) rejected.interval++;
    }
    // 99.9 % band of Bin(400, 0.05): 8 to 36.
    expect(rejected.normal).toBeGreaterThanOrEqual(8);
    for (const count of Object.values(rejected)) expect(count).toBeLessThanOrEqual(36);
  });
  it("pitTest(forecast, outcomes) sees forecasts that are too narrow, too wide, and biased", () => {
    for (const departure of [
      { bias: 0, scale: 0.5, shape: "normal" },
      { bias: 0, scale: 2, shape: "normal" },
      { bias: 0.5, scale: 1, shape: "normal" },
    ] as const) {
      const { forecast: own, outcomes: truth } = normalCase(300, departure, 4);
      expect(pitTest(own, truth).pValue).toBeLessThan(1e-4);
    }
  });
});

describe("quantileCalibrationCurve", () => {
  it("quantileCalibrationCurve(forecast, outcomes) is the same from a normal forecast and from its quantiles", () => {
    const { forecast: own, outcomes: truth } = normalCase(200, { bias: 0.2, scale: 0.8, shape: "normal" }, 7);
    const values = commonQuantiles(own, USUAL_LEVELS);
    const shares = (curve: ReturnType<typeof quantileCalibrationCurve>): number[] => curve.map((c) => c.observed.value);
    expect(shares(quantileCalibrationCurve(own, truth))).toEqual(
      shares(quantileCalibrationCurve({ kind: "quantiles", levels: USUAL_LEVELS, values }, truth)),
    );
  });
});

describe("refusals", () => {
  it.each([
    ["a sigma of zero", "out-of-range", () => gaussianCrps(point, new Float64Array(6), outcomes)],
    ["outcomes of another length", "shape-mismatch", () => meanAbsoluteError(point, Float64Array.of(1))],
    ["no rows", "empty", () => forecastBias(new Float64Array(0), new Float64Array(0))],
    [
      "an infinite forecast",
      "not-finite",
      () => meanAbsoluteError(Float64Array.of(1, Infinity), Float64Array.of(1, 2)),
    ],
    ["levels that do not ascend", "out-of-range", () => meanPinballLoss([0.5, 0.1, 0.9], quantiles, outcomes)],
    ["a level of 1", "out-of-range", () => intervalScore(point, point, outcomes, 1)],
    ["equal outcomes", "incompatible", () => rSquared(point, new Float64Array(6).fill(2))],
    ["single numbers", "incompatible", () => miscalibrationArea({ kind: "point", point }, outcomes)],
    ["more columns than levels", "shape-mismatch", () => quantileCrps([0.5], quantiles, outcomes)],
  ])("metrics refuse %s with %s", (_, code, call) => {
    expect(call).toThrow(expect.objectContaining({ name: "InputError", code }));
  });
  it("metrics name the row of what is not finite", () => {
    expect(() => meanAbsoluteError(point, Float64Array.of(1, 2, Number.NaN, 4, 5, 6))).toThrow(
      "outcomes NaN at row 2 is not a finite number",
    );
  });
});
