import { InputError } from "../../errors.ts";
import type { SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { assemble, baseRate, type CorpDecomposition, recalibrated } from "./corp-parts.ts";
import { checkClip, DEFAULT_CLIP, logLosses, squaredLosses } from "./row-losses.ts";

/** Options of `corpDecomposition`. */
export interface CorpOptions extends SampleOptions {
  /** Which proper score is taken apart. Default `brier`. */
  readonly score?: "brier" | "log-loss";
  /** For `log-loss`: the forecasts are moved into [clip, 1 − clip]; the isotonic fit is not. Default 1e-15. */
  readonly clip?: number;
  /** `argsort(probabilities)`, where the caller has it already; trusted. */
  readonly order?: Uint32Array;
  /** The isotonic fit of the outcomes, one value per row, where the caller has it already; trusted. */
  readonly fitted?: Float64Array;
}

/**
 * CORP decomposition of a binary proper score: miscalibration (what isotonic recalibration would save), discrimination
 * (what the recalibrated forecast saves against the constant base rate) and uncertainty (the score of that constant).
 *
 * @param probabilities n probabilities of outcome 1, in [0, 1]; exact ties are pooled
 * @param outcomes n values, 0 or 1
 * @returns all parts ≥ 0; nats for `log-loss`. Intervals come from row-wise differences of scores. Those of
 *   miscalibration, discrimination and refinement are `approximate`: the isotonic fit is made and scored on the same
 *   rows, which raises the first two by about n^(−2/3) and lowers refinement as much; a calibrated forecast is at the
 *   edge of the range, where no normal interval covers
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Dimitriadis, Gneiting and Jordan (2021), "Stable reliability diagrams for probabilistic classifiers", PNAS
 * 118(8).
 */
export function corpDecomposition(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: CorpOptions = {},
): CorpDecomposition {
  const { score = "brier", clip = DEFAULT_CLIP, order } = options;
  if (score !== "brier" && score !== "log-loss")
    throw new InputError("unknown-option", `score must be "brier" or "log-loss", got ${JSON.stringify(score)}`);
  checkClip(clip);
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const base = baseRate(outcomes, sample);
  const fitted = options.fitted ?? recalibrated(probabilities, outcomes, sample, order);
  const constant = new Float64Array(probabilities.length).fill(base);
  const rows =
    score === "brier"
      ? {
          forecast: squaredLosses(probabilities, outcomes),
          fitted: squaredLosses(fitted, outcomes),
          constant: squaredLosses(constant, outcomes),
        }
      : {
          forecast: logLosses(probabilities, outcomes, clip, sample.weights),
          fitted: logLosses(fitted, outcomes, 0, sample.weights),
          constant: logLosses(constant, outcomes, 0, sample.weights),
        };
  return assemble(rows, { score, ties: "exact", ...(score === "log-loss" ? { clip } : {}) }, options);
}
