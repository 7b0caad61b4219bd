import type { Matrix } from "../matrix.ts";
import { marginScore } from "../scores/margin-score.ts";
import { maximumProbability } from "../scores/maximum-probability.ts";
import { negativeEntropy } from "../scores/negative-entropy.ts";

/**
 * One minus the largest probability of each row.
 *
 * @param probabilities n × k, rows that sum to 1
 * @returns n values in [0, 1 − 1/k]; larger is less sure
 * @throws {InputError} as `maximumProbability`
 *
 * Source: Lewis and Gale (1994), "A sequential algorithm for training text classifiers", SIGIR.
 */
export function leastConfidence(probabilities: Matrix): Float64Array {
  return maximumProbability(probabilities).map((top) => 1 - top);
}

/**
 * One minus the distance between the two largest probabilities of each row.
 *
 * @param probabilities n × k, rows that sum to 1
 * @returns n values in [0, 1]; larger is less sure
 * @throws {InputError} as `marginScore`
 *
 * Source: Scheffer, Decomain and Wrobel (2001), "Active hidden Markov models for information extraction", IDA.
 */
export function marginUncertainty(probabilities: Matrix): Float64Array {
  return marginScore(probabilities).map((margin) => Math.max(0, 1 - margin));
}

/**
 * The entropy of each row.
 *
 * @param probabilities n × k, rows that sum to 1
 * @returns n values in [0, ln k], nats; larger is less sure
 * @throws {InputError} as `negativeEntropy`
 *
 * Source: Settles (2009), "Active learning literature survey", section 3.1.
 */
export function entropyUncertainty(probabilities: Matrix): Float64Array {
  return negativeEntropy(probabilities).map((negative) => Math.max(0, -negative));
}
