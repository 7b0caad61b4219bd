import { describe, expect, it } from "vitest";
import { gaussianCrps } from "../../../src/regression/metrics/gaussian-crps.ts";
import { expectedMiscalibrationArea, miscalibrationArea } from "../../../src/regression/metrics/miscalibration-area.ts";
import { applyRegressionCalibrator } from "../../../src/regression/recalibrate/apply-calibrator.ts";
import { fitRegression } from "../../../src/regression/recalibrate/fit-regression.ts";
import { hundredCases, normalCase, origin } from "../cases.ts";

const CALIBRATION = 800;
const TEST = 2000;

describe("fitRegression on a hundred forecasts that are biased, scaled or skewed", () => {
  it("fitRegression(predictions, options) makes the miscalibration area on new rows smaller in every case", () => {
    const failures: string[] = [];
    hundredCases().forEach((departure, k) => {
      const { calibrator, method } = fitRegression(normalCase(CALIBRATION, departure, 1000 + k), origin);
      const { forecast, outcomes } = normalCase(TEST, departure, 5000 + k);
      const before = miscalibrationArea(forecast, outcomes).value;
      const after = miscalibrationArea(applyRegressionCalibrator(calibrator, forecast), outcomes).value;
      if (!(after < before)) failures.push(`case ${k} ${JSON.stringify(departure)} ${method}: ${before} to ${after}`);
    });
    expect(failures).toEqual([]);
  }, 60_000);

  it("fitRegression(predictions, options) does not harm a calibrated forecast beyond noise", () => {
    let identities = 0;
    let worse = 0;
    for (let k = 0; k < 30; k++) {
      const calibrated = { bias: 0, scale: 1, shape: "normal" } as const;
      const { calibrator, method } = fitRegression(normalCase(CALIBRATION, calibrated, 9000 + k), origin);
      const { forecast, outcomes } = normalCase(TEST, calibrated, 9500 + k);
      const after = applyRegressionCalibrator(calibrator, forecast);
      if (method === "identity") {
        identities++;
        expect(after).toBe(forecast);
        continue;
      }
      expect(miscalibrationArea(after, outcomes).value).toBeLessThan(
        3 * (expectedMiscalibrationArea(TEST) + expectedMiscalibrationArea(CALIBRATION)),
      );
      if (after.kind !== "point-and-sigma" || forecast.kind !== "point-and-sigma") continue;
      const loss = gaussianCrps(forecast.point, forecast.sigma, outcomes).value;
      worse = Math.max(worse, gaussianCrps(after.point, after.sigma, outcomes).value / loss - 1);
    }
    expect(identities).toBeGreaterThanOrEqual(24);
    expect(worse).toBeLessThan(0.01);
  }, 60_000);
});
