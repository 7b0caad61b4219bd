import {
  cvMinmax,
  cvPlus,
  evaluateIntervals,
  fitConformalIntervals,
  fitPredictiveSystem,
  gaussianCrps,
  gaussianLogLoss,
  type Intervals,
  intervalCoverage,
  intervalScore,
  jackknifeMinmax,
  jackknifePlus,
  matrix,
  meanWidth,
  pinballLoss,
  predictIntervals,
  predictiveCrps,
  predictiveIntervals,
  predictiveProbabilities,
  type RegressionPredictions,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { diabetesRows, golden, hasDiabetes, leftOut, withQuantiles, withSigma } from "./regression-data.ts";

const source = { name: "diabetes", rows: 121, skipped: [], columns: {}, approximate: false, notes: [] };
const made = { version: "0.0.0", source };

/** Agreement to 1e-9, relative; the golden figures have 12 digits. */
function agree(what: string, value: number | null | undefined, expected: unknown): void {
  if (typeof expected !== "number") throw new Error(`no golden figure for ${what}`);
  const difference = Math.abs((value ?? Number.NaN) - expected) / Math.max(1, Math.abs(expected));
  expect(difference, `${what}: ${value} against ${expected}`).toBeLessThan(1e-9);
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function agreeOnIntervals(key: string, { lower, upper }: Intervals, outcomes: Float64Array, level: number): void {
  const figures = golden(key);
  const penalty = 2 / (1 - level);
  const width = lower.map((low, i) => (upper[i] ?? 0) - low);
  const isInside = lower.map((low, i) => ((outcomes[i] ?? 0) >= low && (outcomes[i] ?? 0) <= (upper[i] ?? 0) ? 1 : 0));
  const score = lower.map((low, i) => {
    const outcome = outcomes[i] ?? 0;
    return (width[i] ?? 0) + penalty * (Math.max(low - outcome, 0) + Math.max(outcome - (upper[i] ?? 0), 0));
  });
  agree(`${key} picp`, mean(isInside), figures["picp"]);
  agree(`${key} mpiw`, mean(width), figures["mpiw"]);
  agree(`${key} interval_score`, mean(score), figures["interval_score"]);
}

const METHODS = [
  { key: "split_abs", kind: "split", reads: withSigma },
  { key: "split_normalised", kind: "normalised", reads: withSigma },
  { key: "split_signed", kind: "split-signed", reads: withSigma },
  { key: "cqr", kind: "cqr", reads: withQuantiles },
  { key: "cqr_asym", kind: "cqr-asymmetric", reads: withQuantiles },
  { key: "cqr_r", kind: "cqr-r", reads: withQuantiles },
  { key: "cqr_m", kind: "cqr-m", reads: withQuantiles },
] as const;

describe.skipIf(!hasDiabetes)("conformal regression on the diabetes predictions", () => {
  for (const { key, kind, reads } of METHODS)
    for (const level of [0.9, 0.8])
      it(`fitConformalIntervals(...) with ${kind} gives the golden figures at level ${level}`, () => {
        const name = `${key}@${level === 0.9 ? "0.1" : "0.2"}`;
        const figures = golden(name);
        const test: RegressionPredictions = reads(diabetesRows("test"));
        const document = fitConformalIntervals(reads(diabetesRows("cal")), {
          interval: { kind },
          level,
          ...made,
          test,
        });
        const [part] = document.parts;
        expect(part).toBeDefined();
        agree("q", part?.quantile, figures["q"] ?? figures["q_lo"]);
        if (part !== undefined && "upperQuantile" in part) agree("q_hi", part.upperQuantile, figures["q_hi"]);
        agreeOnIntervals(name, predictIntervals(document, test.forecast), test.outcomes, level);
        const evaluation = evaluateIntervals(document, test);
        expect(document.evaluation).toEqual(evaluation);
        agree("coverage", evaluation.coverage.value, figures["picp"]);
        agree("mean width", evaluation.meanSize?.value, figures["mpiw"]);
        const crossed = kind === "cqr-m" ? ["The quantiles of 1 of 121 rows cross or coincide"] : [];
        expect(document.warnings.map((warning) => warning.split(":")[0])).toEqual(crossed);
        expect(evaluation.pValue ?? 1).toBeGreaterThan(0.01);
      });

  for (const level of [0.9, 0.8]) {
    const error = level === 0.9 ? "0.1" : "0.2";

    it(`jackknifePlus(...) and jackknifeMinmax(...) give the golden figures at level ${level}`, () => {
      const { residuals, predictions, outcomes, full } = leftOut("diabetes_jackknife_loo.npy");
      const plus = jackknifePlus(residuals, predictions, level);
      expect([plus.lowerRank, plus.upperRank]).toEqual([
        golden(`jackknife_plus@${error}`)["k_lo"],
        golden(`jackknife_plus@${error}`)["k_hi"],
      ]);
      agreeOnIntervals(`jackknife_plus@${error}`, plus, outcomes, level);
      agreeOnIntervals(`jackknife_minmax@${error}`, jackknifeMinmax(residuals, predictions, level), outcomes, level);

      const plain = residuals.toSorted()[plus.upperRank - 1] ?? Number.NaN;
      agree("jackknife q", plain, golden(`jackknife@${error}`)["q"]);
      const intervals = { lower: full.map((point) => point - plain), upper: full.map((point) => point + plain) };
      agreeOnIntervals(`jackknife@${error}`, intervals, outcomes, level);
    });

    it(`cvPlus(...) and cvMinmax(...) give the golden figures at level ${level}`, () => {
      const { residuals, predictions, outcomes } = leftOut("diabetes_cv5.npy");
      const folds = Int32Array.from(residuals, (_, i) => i % 5);
      const models = matrix(predictions.data.slice(0, 5 * predictions.cols), 5, predictions.cols);
      agreeOnIntervals(`cv_plus5@${error}`, cvPlus(residuals, models, folds, level), outcomes, level);
      agreeOnIntervals(`cv_minmax5@${error}`, cvMinmax(residuals, models, folds, level), outcomes, level);
      expect(cvPlus(residuals, models, folds, level).lower).toEqual(jackknifePlus(residuals, predictions, level).lower);
    });
  }

  it("gaussianCrps, gaussianLogLoss, pinballLoss and the raw interval give the golden figures", () => {
    const { y, mean: point, sigma, q05, q50, q95 } = diabetesRows("test");
    agree("crps", gaussianCrps(point, sigma, y).value, golden("gaussian_crps_mean_sigma")["value"]);
    agree("log loss", gaussianLogLoss(point, sigma, y).value, golden("gaussian_nll_mean_sigma")["value"]);
    agreeOnIntervals("raw_q05_q95", { lower: q05, upper: q95 }, y, 0.9);
    const raw = golden("raw_q05_q95");
    agree("coverage", intervalCoverage(q05, q95, y).value, raw["picp"]);
    agree("width", meanWidth(q05, q95).value, raw["mpiw"]);
    agree("score", intervalScore(q05, q95, y, 0.9).value, raw["interval_score"]);
    const losses = golden("pinball_q05_q50_q95")["value"];
    if (!Array.isArray(losses)) throw new Error("no golden losses");
    [q05, q50, q95].forEach((quantile, k) => {
      agree(`pinball ${k}`, pinballLoss(quantile, y, [0.05, 0.5, 0.95][k] ?? 0).value, losses[k]);
    });
  });

  it("predictiveIntervals(...), predictiveProbabilities(...) and predictiveCrps(...) give the golden figures", () => {
    const calibration = diabetesRows("cal");
    const test = diabetesRows("test");
    const plain = fitPredictiveSystem({ point: calibration.mean }, calibration.y);
    agreeOnIntervals("cps_interval@0.1", predictiveIntervals(plain, { point: test.mean }, 0.9), test.y, 0.9);

    const probabilities = predictiveProbabilities(plain, { point: test.mean }, test.y, 0.5);
    const expected = golden("cps_p_first5_tau0.5")["value"];
    if (!Array.isArray(expected)) throw new Error("no golden probabilities");
    expected.forEach((value, i) => {
      agree(`p ${i}`, probabilities[i], value);
    });
    const sorted = probabilities.toSorted();
    const distance = Math.max(
      ...Array.from(sorted, (p, i) => Math.max((i + 1) / sorted.length - p, p - i / sorted.length)),
    );
    agree("pit_ks_stat", distance, golden("pit_ks_stat")["value"]);

    const scores = golden("crps_cps");
    const crps = predictiveCrps(plain, { point: test.mean }, test.y);
    agree("crps", mean(crps), scores["plain_mean"]);
    const first = scores["plain_first3"];
    if (!Array.isArray(first)) throw new Error("no golden scores");
    for (const [i, value] of first.entries()) agree(`crps ${i}`, crps[i], value);

    const normalised = fitPredictiveSystem({ point: calibration.mean, sigma: calibration.sigma }, calibration.y);
    const scaled = predictiveCrps(normalised, { point: test.mean, sigma: test.sigma }, test.y);
    agree("normalised crps", mean(scaled), scores["normalised_mean"]);
    const firstScaled = scores["normalised_first3"];
    if (!Array.isArray(firstScaled)) throw new Error("no golden scores");
    for (const [i, value] of firstScaled.entries()) agree(`normalised crps ${i}`, scaled[i], value);
  });

  it("fitConformalIntervals(...) with predictive-system equals split-signed", () => {
    const rows = withSigma(diabetesRows("cal"));
    const test = withSigma(diabetesRows("test"));
    const signed = fitConformalIntervals(rows, { interval: { kind: "split-signed" }, level: 0.9, ...made });
    const system = fitConformalIntervals(rows, {
      interval: { kind: "predictive-system", isNormalised: false },
      level: 0.9,
      ...made,
    });
    expect(predictIntervals(system, test.forecast)).toEqual(predictIntervals(signed, test.forecast));
    agreeOnIntervals("cps_interval@0.1", predictIntervals(system, test.forecast), test.outcomes, 0.9);
  });
});

it.runIf(process.env["CI"] === "true" && !hasDiabetes)("conformal regression has its real data in CI", () => {
  expect(hasDiabetes, "shared/data/conformal/diabetes_predictions.csv is missing").toBe(true);
});
