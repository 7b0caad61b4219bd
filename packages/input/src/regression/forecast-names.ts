/** What a column of a forecast is for. */
export type ForecastRole = "prediction" | "sigma" | "lower" | "upper" | "outcome";

/**
 * Column names that are recognised without a flag, in lower case with `.`, `-` and spaces as `_`. With the names of
 * quantiles (`q0.05`, `quantile_0.9`) this is the whole of what Candor guesses about forecasts.
 */
export const forecastNames: Readonly<Record<ForecastRole, readonly string[]>> = {
  prediction: [
    "prediction",
    "predictions",
    "predicted",
    "pred",
    "forecast",
    "y_pred",
    "y_hat",
    "yhat",
    "mean",
    "mu",
    "point",
    "fitted",
    "predicted_mean",
    "pred_mean",
    "prediction_mean",
  ],
  sigma: [
    "sigma",
    "std",
    "sd",
    "stdev",
    "stddev",
    "std_dev",
    "standard_deviation",
    "y_std",
    "pred_std",
    "pred_sd",
    "predicted_std",
    "prediction_std",
  ],
  lower: ["lower", "lwr", "low", "lo", "lower_bound", "y_lower", "yhat_lower", "pred_lower", "prediction_lower"],
  upper: ["upper", "upr", "high", "hi", "upper_bound", "y_upper", "yhat_upper", "pred_upper", "prediction_upper"],
  outcome: [
    "y",
    "y_true",
    "ytrue",
    "outcome",
    "observed",
    "obs",
    "actual",
    "truth",
    "true_value",
    "target",
    "label",
    "labels",
    "response",
    "ground_truth",
    "groundtruth",
    "gt",
  ],
};
