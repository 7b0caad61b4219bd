import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../weighted.ts";
import { checkClip, DEFAULT_CLIP, logLosses } from "./row-losses.ts";

/** Options of log losses from probabilities. */
export interface LogLossOptions extends SampleOptions {
  /** Probabilities are moved into [clip, 1 − clip] first. In [0, 0.5); default 1e-15. */
  readonly clip?: number;
}

/**
 * Log loss of a binary forecast: the mean of −ln of the probability given to what happened.
 *
 * @param probabilities n probabilities of outcome 1, in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns nats per row, ≥ 0, lower is better; ln 2 is what a constant ½ scores. Student-t interval of the mean
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`; `out-of-range`, also for an infinite loss with `clip: 0`
 *
 * Source: Good (1952), "Rational decisions", JRSS B 14.
 */
export function logLoss(probabilities: Float64Array, outcomes: Uint8Array, options: LogLossOptions = {}): Estimate {
  const { clip = DEFAULT_CLIP } = options;
  checkClip(clip);
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const spec = { metric: "log-loss", task: "binary", input: "probabilities", unit: "nats", clip, ...weighted(sample) };
  return meanEstimate(logLosses(probabilities, outcomes, clip, options.weights), spec, { ...options, min: 0 });
}
