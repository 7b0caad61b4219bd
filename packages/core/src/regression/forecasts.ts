import type { Matrix } from "../matrix.ts";
import type { SegmentColumn, TimeColumn } from "../report/predictions.ts";

/** What a model says about a number before it is known. */
export type Forecast =
  /** A number only. */
  | { readonly kind: "point"; readonly point: Float64Array }
  /** A mean and a standard deviation > 0 (or any scale of the error, in the unit of the outcome). */
  | { readonly kind: "point-and-sigma"; readonly point: Float64Array; readonly sigma: Float64Array }
  /** One column per level, levels ascending in (0, 1); rows may cross, which reports say. */
  | { readonly kind: "quantiles"; readonly levels: readonly number[]; readonly values: Matrix }
  /** A central interval meant to hold the outcome with probability `level`, with the point where there is one. */
  | {
      readonly kind: "interval";
      readonly lower: Float64Array;
      readonly upper: Float64Array;
      readonly level: number;
      readonly point: Float64Array | null;
    };

/** Checked forecasts of numbers with what came. */
export interface RegressionPredictions {
  readonly task: "regression";
  readonly rows: number;
  readonly forecast: Forecast;
  /** What came: finite, in the unit of the forecasts. */
  readonly outcomes: Float64Array;
  /** One weight per row, ≥ 0; absent means all equal. */
  readonly weights?: Float64Array;
  readonly segments: readonly SegmentColumn[];
  readonly groups?: SegmentColumn;
  readonly time?: TimeColumn;
}
