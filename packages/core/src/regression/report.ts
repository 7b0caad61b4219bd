import type { SampleOptions, Spec } from "../estimate.ts";
import { checkSample } from "../intervals/sample.ts";
import { codeGroups } from "../report/code-groups.ts";
import type { ReportDocument } from "../report/document.ts";
import { timeGroups } from "../report/time-groups.ts";
import { centralInterval, intervalLevels, mainLevel } from "./central-intervals.ts";
import { checkRegressionPredictions } from "./check-forecast.ts";
import type { RegressionPredictions } from "./forecasts.ts";
import { type GroupRows, regressionGroups } from "./group-report.ts";
import { intervalQuality } from "./interval-quality.ts";
import { pitRanges } from "./metrics/pit.ts";
import { pitHistogram } from "./metrics/pit-histogram.ts";
import { quantileCalibrationCurve } from "./metrics/quantile-curve.ts";
import { pointOf } from "./quantile-view.ts";
import type { RegressionReport } from "./regression-report.ts";
import { reportMetrics } from "./report-metrics.ts";
import { regressionRows } from "./row-evidence.ts";
import { shareBelow, shareWithin } from "./ties.ts";
import { regressionVerdict } from "./verdict.ts";

/** Options of `regressionReport`. */
export interface RegressionReportOptions {
  /** Version of Candor, recorded in the document. */
  readonly version: string;
  readonly source: ReportDocument["source"];
  /** Nominal coverage of the intervals around every number, in (0, 1). Default 0.95. */
  readonly level?: number;
}

/**
 * Everything there is to know of forecasts of numbers whose outcomes are known: errors, proper scores, calibration of
 * quantiles and intervals, groups, and a verdict in words.
 *
 * @param predictions point, point and sigma, quantiles or interval, with outcomes
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`
 */
export function regressionReport(
  predictions: RegressionPredictions,
  options: RegressionReportOptions,
): RegressionReport {
  checkRegressionPredictions(predictions);
  const { forecast, outcomes, weights, segments, time } = predictions;
  const { version, source, level = 0.95 } = options;
  const plain: SampleOptions = { level, ...(weights ? { weights } : {}) };
  const sample = checkSample(outcomes.length, plain);
  const metrics = reportMetrics(forecast, outcomes, plain);
  const quantileCurve = forecast.kind === "point" ? [] : quantileCalibrationCurve(forecast, outcomes, plain);
  const intervals = intervalLevels(forecast).flatMap((at) => {
    const interval = centralInterval(forecast, at);
    return interval ? [intervalQuality(interval, outcomes, plain)] : [];
  });
  const main = mainLevel(forecast);
  const mainInterval = main === undefined ? undefined : centralInterval(forecast, main);
  const middle = forecast.kind === "interval" ? undefined : pointOf(forecast);
  const evidence = regressionRows(forecast, outcomes);
  const groupsOf = (groups: readonly GroupRows[]) => regressionGroups(groups, evidence, weights, level);
  return {
    schema: "candor.regression-report/1",
    version,
    task: "regression",
    forecast: forecast.kind,
    source,
    n: sample.n,
    effectiveN: sample.effectiveN,
    weighted: weights !== undefined,
    levels: forecast.kind === "quantiles" ? forecast.levels : [],
    metrics,
    quantileCurve,
    intervals,
    pit: forecast.kind === "point" ? [] : pitHistogram(pitRanges(forecast, outcomes), { ...plain, bins: 10 }),
    segments: segments.flatMap(({ name, codes, values }) =>
      groupsOf(
        codeGroups(codes, values.length).flatMap((rows, code) =>
          rows.length > 0 ? [{ by: name, name: values[code], rows }] : [],
        ),
      ),
    ),
    overTime: time ? groupsOf(timeGroups(time).map(({ name, rows }) => ({ by: time.name, name, rows }))) : [],
    verdict: regressionVerdict({
      intervals,
      main: intervals.find((interval) => interval.level === main),
      within: mainInterval && shareWithin(mainInterval, outcomes, sample),
      belowMiddle: middle && shareBelow(middle, outcomes, sample),
      curve: quantileCurve,
      pitTest: metrics.pitTest,
      mae: metrics.mae,
      bias: metrics.bias,
    }),
    specs: specsOf(metrics),
  };
}

function specsOf(metrics: RegressionReport["metrics"]): Record<string, Spec> {
  return Object.fromEntries(Object.entries(metrics).flatMap(([name, metric]) => (metric ? [[name, metric.spec]] : [])));
}
