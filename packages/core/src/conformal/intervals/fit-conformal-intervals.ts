import type { RegressionPredictions } from "../../regression/forecasts.ts";
import { sealConformal } from "../artefact/seal-conformal.ts";
import type { ConformalEvaluation, ConformalIntervals } from "../conformal-document.ts";
import { evaluateIntervals } from "./evaluate-intervals.ts";
import { fitIntervals, type IntervalsOptions } from "./fit-intervals.ts";

/** Choices of `fitConformalIntervals`. */
export interface ConformalIntervalsOptions extends IntervalsOptions {
  /** Version of Candor that makes the document. */
  readonly version: string;
  /** Where the calibration rows come from. */
  readonly source: ConformalIntervals["source"];
  /** ISO 8601. Default: null. */
  readonly created?: string | null;
  /** Rows to evaluate the intervals on. Default: none. */
  readonly test?: RegressionPredictions;
}

/**
 * Prediction intervals with a guarantee: an interval made by the result holds a new outcome with probability ≥ level,
 * whatever the model and the distribution, where new rows are exchangeable with the calibration rows.
 *
 * With `weights`, calibration rows count as much as they are likelier among new rows than among themselves (covariate
 * shift); rows of weight 0 are absent. With `by`, the guarantee holds for each group apart; groups without calibration
 * rows, like groups with too few, get the whole line.
 *
 * @param predictions calibration rows, which the model has not seen, n ≥ 1
 * @param options see there; `interval`, `level`, `version` and `source` are required. Two-sided methods need 2 / (1 − level) − 1 rows for finite ends, others
 * level / (1 − level)
 * @returns the sealed document, with `test` its evaluation as well. Quantiles are null where infinite; negative quantiles of the `cqr` methods make intervals narrower than the forecast's
 * @throws {InputError} `empty`; `unknown-option`; `incompatible` where the forecast lacks what the method needs or a column of `by` is missing;
 * `not-finite`, `out-of-range` with the row: points of `gamma` and sigmas must be > 0. So must the widths of `cqr-r` and the
 * halves of `cqr-m`, but where few are not, their rows count as missed and the warnings say so
 *
 * Source: Lei et al. (2018), JASA 113 (split, normalised); Romano, Patterson and Candès (2019), NeurIPS 32 (cqr,
 * cqr-asymmetric: their theorem 2); Kivaranovic, Johnson and Leeb (2020), AISTATS (cqr-r); Sesia and Candès (2020),
 * Stat 9 (cqr-m); Cordier et al. (2023), COPA (gamma); Vovk et al. (2018) (predictive-system); Tibshirani et al. (2019), NeurIPS 32 (weights);
 * Vovk, Gammerman and Shafer (2005), section 4.5 (by).
 */
export function fitConformalIntervals(
  predictions: RegressionPredictions,
  options: ConformalIntervalsOptions,
): ConformalIntervals {
  const { version, source, created = null, test } = options;
  const fit = fitIntervals(predictions, options);
  const evaluation = test === undefined ? null : evaluateIntervals(fit, test);
  return sealConformal({
    ...fit,
    version,
    source,
    created,
    ...(evaluation === null ? {} : evaluationFields(evaluation)),
  });
}

/**
 * The document with what test rows say, sealed anew.
 *
 * @param document from `fitConformalIntervals` or `openConformal`
 * @param evaluation from `evaluateIntervals`
 */
export function withIntervalEvaluation(
  document: ConformalIntervals,
  evaluation: ConformalEvaluation,
): ConformalIntervals {
  const { fingerprint: _, ...draft } = document;
  return sealConformal({ ...draft, ...evaluationFields(evaluation) });
}

function evaluationFields(
  evaluation: ConformalEvaluation,
): Pick<ConformalIntervals, "coverage" | "meanSize" | "evaluation"> {
  return { coverage: evaluation.coverage.value, meanSize: evaluation.meanSize?.value ?? null, evaluation };
}
