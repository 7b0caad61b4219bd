import { bettingLower } from "../../risk-control/bounds/betting-lower.ts";
import { clopperPearsonUpper } from "../../risk-control/bounds/clopper-pearson.ts";
import { errorRateTest } from "./error-rate-test.ts";
import type { ErrorTest, RankedLabels } from "./lowest-threshold.ts";

/** Tests of the weighted error rate of the rows from each threshold on. */
export interface WeightedErrorTests {
  /** With the outcomes that these rows have, or would have. */
  of(outcomes: Uint8Array): ErrorTest;
  /** Upper bound of the error rate from threshold k on, at a failure in (0, 1). */
  upper(k: number, failure: number): number;
}

/** Rates of errors, as parts of the target, at which one of the stakes makes the capital grow fastest. */
const RATES: readonly number[] = [0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.97];

/**
 * Tests of an error rate above a target: the exact binomial one where all rows from a threshold on weigh the same, else a bet
 * (`bettingLower`). Stakes are the fastest, by Kelly (1956), at some error rates, if every row had the mean weight of a row
 * drawn by weight; like everything but the capital they follow from the weights alone.
 *
 * @param target in (0, 1)
 * @param largest weight that any row could have had, at least those of the rows
 */
export function weightedErrorTests(rows: RankedLabels, target: number, largest: number): WeightedErrorTests {
  const { weights, ends, outcomes } = rows;
  const differing = weights.findIndex((weight) => weight !== weights[0]);
  const isCounted = (k: number): boolean => differing === -1 || ends[k] <= differing;
  const counted = errorRateTest(target);
  const stakes = stakesFor(weights, largest);
  return {
    of(outcomes) {
      const errors = errorsFrom(outcomes, ends);
      const capital = capitalFrom(outcomes, rows, target, largest, stakes);
      return (k, failure, times) =>
        isCounted(k)
          ? counted.shows(Math.ceil(times * errors[k]), Math.floor(times * ends[k]), failure)
          : logMean(capital.map((logs) => times * logs[k])) > -Math.log(failure);
    },
    upper(k, failure) {
      const end = ends[k];
      const own = outcomes.subarray(0, end);
      if (isCounted(k)) return clopperPearsonUpper(errorsFrom(own, Uint32Array.of(end))[0], end, failure);
      return 1 - bettingLower(own, weights.subarray(0, end), 1, { largest, failure, stakes });
    },
  };
}

function stakesFor(weights: Float64Array, largest: number): Float64Array {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  const part = squares / sum / largest;
  return Float64Array.from(new Set(RATES.map((rate) => Math.min(0.98, (1 - rate) / part))));
}

function errorsFrom(outcomes: Uint8Array, ends: Uint32Array): Float64Array {
  let errors = 0;
  let i = 0;
  return Float64Array.from(ends, (end) => {
    for (; i < end; i++) errors += 1 - outcomes[i];
    return errors;
  });
}

/** Logarithm of the capital from each threshold on, for every stake. */
function capitalFrom(
  outcomes: Uint8Array,
  { weights, ends }: RankedLabels,
  target: number,
  largest: number,
  stakes: Float64Array,
): Float64Array[] {
  const gain = 1 / (1 - target) - 1;
  return Array.from(stakes, (stake) => {
    let wealth = 0;
    let i = 0;
    return Float64Array.from(ends, (end) => {
      for (; i < end; i++) {
        const part = (stake * weights[i]) / largest;
        wealth += Math.log1p(outcomes[i] === 1 ? part * gain : -part);
      }
      return wealth;
    });
  });
}

/** Logarithm of the mean of exponentials. */
function logMean(logs: readonly number[]): number {
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0);
  return most + Math.log(sum / logs.length);
}
