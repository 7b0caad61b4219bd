import type { ForecastEnsembleReport } from "../ensembles/forecast-ensemble-report.ts";
import type { Estimate, Spec, TestEstimate } from "../estimate.ts";
import type { ReportDocument } from "../report/document.ts";
import type { Forecast } from "./forecasts.ts";

/** A quantile or interval level: how often it held. */
export interface LevelCoverage {
  /** In (0, 1). */
  readonly level: number;
  /** Share of outcomes ≤ the quantile, or inside the central interval (ends included). */
  readonly observed: Estimate;
}

/** Further central intervals, one per pair of levels. */
export interface IntervalQuality {
  readonly level: number;
  /** Prediction interval coverage probability. */
  readonly coverage: Estimate;
  readonly meanWidth: Estimate;
  /** Interval (Winkler) score, negatively oriented, unit of the outcome. */
  readonly intervalScore: Estimate;
}

/** How a group of rows fares. */
export interface RegressionGroup {
  readonly by: string;
  readonly name: string;
  readonly n: number;
  /** Of the interval nearest to 90 %. */
  readonly coverage: Estimate | null;
  readonly bias: Estimate;
  readonly crps: Estimate | null;
  readonly qValue: number;
  readonly flagged: boolean;
}

/** Everything `candor report` knows of forecasts of numbers, as one JSON document. */
export interface RegressionReport {
  readonly schema: "candor.regression-report/1";
  readonly version: string;
  readonly task: "regression";
  readonly forecast: Forecast["kind"];
  readonly source: ReportDocument["source"];
  readonly n: number;
  readonly effectiveN: number;
  readonly weighted: boolean;
  /** Quantile levels of the file; empty for other kinds. */
  readonly levels: readonly number[];
  readonly metrics: {
    /** Mean of forecast − outcome; of the median for quantiles; null where there is no point. */
    readonly bias: Estimate | null;
    readonly mae: Estimate | null;
    readonly rmse: Estimate | null;
    readonly r2: Estimate | null;
    readonly crps: Estimate | null;
    readonly negativeLogLikelihood: Estimate | null;
    readonly pinball: Estimate | null;
    readonly weightedIntervalScore: Estimate | null;
    readonly wisDispersion: Estimate | null;
    readonly wisOverprediction: Estimate | null;
    readonly wisUnderprediction: Estimate | null;
    readonly miscalibrationArea: Estimate | null;
    readonly meanAbsoluteCalibrationError: Estimate | null;
    readonly rootMeanSquaredCalibrationError: Estimate | null;
    readonly sharpness: Estimate | null;
    /** Of the probability integral transform against the uniform distribution. */
    readonly pitTest: TestEstimate | null;
    /** Further metrics by name. */
    readonly [name: string]: Estimate | TestEstimate | null;
  };
  /** Quantile calibration curve: share of outcomes below each forecast quantile. */
  readonly quantileCurve: readonly LevelCoverage[];
  readonly intervals: readonly IntervalQuality[];
  /** Shares of the probability integral transform in equal bins of [0, 1], with the range a perfect forecast shows. */
  readonly pit: readonly {
    readonly from: number;
    readonly to: number;
    readonly share: number;
    readonly lower: number;
    readonly upper: number;
  }[];
  readonly segments: readonly RegressionGroup[];
  readonly overTime: readonly RegressionGroup[];
  readonly verdict: {
    readonly status:
      | "calibrated"
      | "too-narrow"
      | "too-wide"
      | "biased"
      | "miscalibrated"
      | "too-few-rows"
      | "no-uncertainty";
    readonly sentence: string;
  };
  readonly specs: Readonly<Record<string, Spec>>;
  /** Where the uncertainty of an ensemble comes from; only where members were given. */
  readonly ensemble?: ForecastEnsembleReport;
}
