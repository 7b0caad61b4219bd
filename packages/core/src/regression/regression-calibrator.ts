import type { Estimate, Spec } from "../estimate.ts";
import type { ReportDocument } from "../report/document.ts";
import type { Forecast } from "./forecasts.ts";
import type { RegressionReport } from "./regression-report.ts";

/** What is done to a forecast. */
export type RegressionMap =
  | { readonly kind: "identity" }
  /**
   * point + shift, sigma × scale. Of a point alone: sigma = scale. Of quantiles and intervals: middle + shift + scale ×
   * (end − middle), the middle being the median, or that of the interval.
   */
  | { readonly kind: "shift-and-scale"; readonly shift: number; readonly scale: number }
  /** Read the forecast's quantile function at `from(level)` instead of at the level: both ascending in [0, 1]. */
  | { readonly kind: "levels"; readonly levels: readonly number[]; readonly from: readonly number[] }
  /** quantile at each level (or the point) + shift of that level, then put in order. */
  | { readonly kind: "quantile-shifts"; readonly levels: readonly number[]; readonly shifts: readonly number[] }
  /** One map after the other. */
  | { readonly kind: "chain"; readonly maps: readonly RegressionMap[] };

/** A fitted repair of forecasts. Plain JSON. */
export interface RegressionCalibrator {
  readonly schema: "candor.regression-calibrator/1";
  readonly version: string;
  readonly created: string | null;
  readonly forecast: Forecast["kind"];
  /** Of quantile forecasts and intervals; empty for others. */
  readonly levels: readonly number[];
  readonly method: string;
  readonly map: RegressionMap;
  readonly n: number;
  readonly effectiveN: number;
  readonly spec: Spec;
  readonly data: { readonly name: string; readonly fingerprint: string };
  readonly fingerprint: string;
}

/** A method that was tried. */
export interface RegressionCandidate {
  readonly method: string;
  readonly label: string;
  /** Held-out CRPS (or pinball loss) minus that of the best, with the interval of the paired difference. */
  readonly excess: Estimate | null;
  readonly loss: number | null;
  readonly chosen: boolean;
  readonly reason: string;
}

/** Everything `candor fit` knows of forecasts of numbers. */
export interface RegressionFitDocument {
  readonly schema: "candor.regression-fit/1";
  readonly version: string;
  readonly source: ReportDocument["source"];
  readonly n: number;
  readonly method: string;
  readonly label: string;
  readonly reason: string;
  readonly verdict: {
    readonly status: "improved" | "likely-improved" | "identity" | "worse" | "too-few-rows";
    readonly sentence: string;
  };
  /** On held-out folds; `before` on the same rows. */
  readonly before: RegressionReport;
  readonly after: RegressionReport;
  /** before − after on the same rows: positive is better. */
  readonly improvement: { readonly loss: Estimate; readonly miscalibrationArea: Estimate | null };
  readonly candidates: readonly RegressionCandidate[];
  readonly validation: {
    readonly scheme: "random" | "grouped" | "time";
    readonly folds: number;
    readonly seed: number;
  };
  readonly warnings: readonly string[];
  readonly calibrator: RegressionCalibrator;
}
