import { InputError } from "../../errors.ts";
import { checkSelective } from "../../metrics/selective/selective-rows.ts";
import {
  type CertifiedSelection,
  checkShare,
  finiteThreshold,
  type SelectiveRiskOptions,
} from "./certify-selective-risk.ts";
import { type RankedLabels, rankLabels, type ThresholdSearch, thresholdSearch } from "./lowest-threshold.ts";
import { weightedErrorTests } from "./weighted-error-tests.ts";

/** Name and version of the procedure, for certificates. */
export const WEIGHTED_METHOD = "weighted-sequence/1";

type WeightedRiskOptions = Pick<SelectiveRiskOptions, "maxError" | "sure" | "minCoverage">;

/**
 * The largest share of rows, taken by confidence, whose weighted error rate is shown to be at most `maxError`, of rows that
 * weigh differently.
 *
 * At most 40 thresholds are tested in sequences (`thresholdSearch`). A test is a bet against an error rate above
 * `maxError`, or the exact binomial test where all rows from a threshold on weigh the same. Both hold for every number of rows
 * that were drawn independently of each other.
 *
 * @param confidence n finite reals; higher means surer. They must not have been fitted to these outcomes
 * @param correct n values, 0 or 1
 * @param weights n values > 0: one over the probability with which each row was chosen, or how often rows like it come
 * @returns as `certifySelectiveRisk`; `coverage` counts weights, `accepted` and `errors` count rows
 * @throws {InputError} as `certifySelectiveRisk`
 *
 * Source: as `thresholdSearch` and `bettingLower`.
 * Accuracy: the heaviest of these rows counts as the heaviest there can be, and the thresholds are those of these rows; both
 * are fixed without outcomes. In simulations the certificate fails no more often than promised.
 */
export function certifyWeightedRisk(
  confidence: Float64Array,
  correct: Uint8Array,
  weights: Float64Array,
  options: WeightedRiskOptions,
): CertifiedSelection {
  const { maxError, sure, minCoverage = 0 } = options;
  checkSelective(confidence, correct);
  checkShare(maxError, "maxError");
  checkShare(sure, "sure");
  checkWeights(weights, confidence.length);
  const failure = 1 - sure;
  const n = confidence.length;
  const largest = weights.reduce((a, b) => Math.max(a, b), 0);
  const rows = rankLabels(confidence, correct, weights);
  const { thresholds, ends } = rows;
  const coverages = coveragesOf(rows);
  const tests = weightedErrorTests(rows, maxError, largest);
  const search = thresholdSearch(rows, maxError, tests.of);
  const reached = search(failure);
  const shared = { maxError, sure, n, method: WEIGHTED_METHOD, seed: 0 };
  const spec = {
    metric: "selective-risk",
    procedure: WEIGHTED_METHOD,
    test: "exact-binomial or betting",
    tested: thresholds.length,
    maxError,
    sure,
    minCoverage,
  };
  if (reached === undefined || coverages[reached.k] < minCoverage) {
    const times = timesNeeded(search, failure, (k) => coverages[k] >= minCoverage);
    const none = { threshold: null, accepted: 0, errors: 0, coverage: 0, upperBound: null };
    const missingLabels = times === null ? null : Math.max(1, Math.ceil((times - 1) * n));
    return { ...shared, spec, certified: false, ...none, missingLabels };
  }
  const { k, failure: level } = reached;
  return {
    ...shared,
    spec,
    certified: true,
    threshold: finiteThreshold(ends[k] === n ? -Infinity : thresholds[k], confidence),
    accepted: ends[k],
    errors: rows.outcomes.subarray(0, ends[k]).reduce((errors, outcome) => errors + 1 - outcome, 0),
    coverage: coverages[k],
    upperBound: Math.min(maxError, tests.upper(k, level)),
    missingLabels: null,
  };
}

/** Share of the weight from each threshold on. */
function coveragesOf({ weights, ends }: RankedLabels): Float64Array {
  let sum = 0;
  let i = 0;
  const sums = Float64Array.from(ends, (end) => {
    for (; i < end; i++) sum += weights[i];
    return sum;
  });
  return sums.map((own) => own / sum);
}

function checkWeights(weights: Float64Array, rows: number): void {
  if (weights.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${weights.length} weights`);
  const at = weights.findIndex((w) => !(w > 0 && w < Infinity));
  if (at >= 0) throw new InputError("out-of-range", `weight ${weights[at]} at row ${at} is no number above 0`, at);
}

/** More labels than this many times those at hand are not proposed. */
const MOST_TIMES = 1e5;

/** How many times as many rows like these would do; null where no number would. */
function timesNeeded(search: ThresholdSearch, failure: number, isEnough: (k: number) => boolean): number | null {
  const would = (times: number): boolean => {
    const reached = search(failure, times);
    return reached !== undefined && isEnough(reached.k);
  };
  let low = 1;
  let high = 1;
  while (!would(high)) {
    if (high >= MOST_TIMES) return null;
    low = high;
    high *= 2;
  }
  while (high - low > 0.01 * high) {
    const middle = (low + high) / 2;
    if (would(middle)) high = middle;
    else low = middle;
  }
  return high;
}
