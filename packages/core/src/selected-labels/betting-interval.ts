import { InputError } from "../errors.ts";
import type { Interval } from "../intervals/proportion.ts";
import { propensityWeights } from "./selected-labels.ts";

/** Options of `bettingShareInterval`. */
export interface BettingShareOptions {
  /** Two-sided coverage, in (0, 1). Default 0.95. */
  readonly level?: number;
  /**
   * The smallest propensity that any row could have had, in (0, 1]; fixed before the draw. Default: the smallest among the
   * rows, which makes the guarantee approximate.
   */
  readonly smallest?: number;
}

/** Stakes as parts of the largest one allowed, evenly spaced in their logarithm. */
const STAKES: Float64Array = Float64Array.from({ length: 32 }, (_, j) => 0.98 * 10 ** ((-3.5 * j) / 31));

/**
 * Interval of a share from selected labels that holds for every number of labels, however uneven their propensities.
 *
 * Among rows that were drawn independently of each other, Σw(y − θ) is a fair game at the true θ, w = 1/propensity, and each
 * term is bounded. The interval holds every θ against which a gambler would not have multiplied the capital by more than
 * 2/(1 − level) with constant stakes, averaged over a grid of them. It needs no order of the rows and no normal
 * approximation, and is wider than that of `selectedMean`.
 *
 * @param outcomes n values, 0 or 1
 * @param propensities n values in (0, 1]
 * @returns covers at least at the level for rows drawn by `poissonSample` with a `smallest` fixed before
 * @throws {InputError} `empty`, `shape-mismatch`; `out-of-range`, `not-finite` with the row
 *
 * Source: Waudby-Smith and Ramdas (2024), JRSS B 86(1), section 4, with constant stakes mixed over a grid; the ratio by
 * conditioning on being drawn.
 */
export function bettingShareInterval(
  outcomes: Uint8Array,
  propensities: Float64Array,
  options: BettingShareOptions = {},
): Interval {
  const { level = 0.95, smallest } = options;
  if (outcomes.length === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  const failure = (1 - level) / 2;
  const bound = 1 / smallestOf(propensities, smallest);
  const upper = 1 - bettingLower(outcomes, propensities, 0, bound, failure);
  return { lower: bettingLower(outcomes, propensities, 1, bound, failure), upper };
}

/**
 * Upper bound of the share of rows with outcome 0 (errors), from selected labels, that holds with probability 1 − failure.
 *
 * @throws {InputError} as `bettingShareInterval`
 *
 * Source: as `bettingShareInterval`.
 */
export function bettingErrorUpper(
  outcomes: Uint8Array,
  propensities: Float64Array,
  failure: number,
  smallest?: number,
): number {
  if (outcomes.length === 0) return 1;
  if (!(failure > 0 && failure < 1)) throw new InputError("out-of-range", `failure must be in (0, 1), got ${failure}`);
  return 1 - bettingLower(outcomes, propensities, 1, 1 / smallestOf(propensities, smallest), failure);
}

function smallestOf(propensities: Float64Array, given: number | undefined): number {
  let least = 1;
  for (const p of propensities) if (p < least) least = p;
  if (given === undefined) return least;
  if (!(given > 0 && given <= least))
    throw new InputError("out-of-range", `smallest must be in (0, ${least}], the smallest propensity, got ${given}`);
  return given;
}

/** Lower bound of the share of rows whose outcome is `hit`. */
function bettingLower(
  outcomes: Uint8Array,
  propensities: Float64Array,
  hit: 0 | 1,
  bound: number,
  failure: number,
): number {
  const weights = propensityWeights(propensities, outcomes.length);
  const groups = new Map<number, { hits: number; misses: number }>();
  for (let i = 0; i < outcomes.length; i++) {
    const group = groups.get(weights[i]) ?? { hits: 0, misses: 0 };
    if (outcomes[i] === hit) group.hits++;
    else group.misses++;
    groups.set(weights[i], group);
  }
  const sizes = Array.from(groups, ([weight, { hits, misses }]) => ({ part: weight / bound, hits, misses }));
  const goal = -Math.log(failure);
  const isRuledOut = (share: number): boolean => {
    const logs = STAKES.map((stake) => {
      let wealth = 0;
      for (const { part, hits, misses } of sizes)
        wealth +=
          (hits > 0 ? hits * Math.log1p(stake * part * (1 / share - 1)) : 0) +
          (misses > 0 ? misses * Math.log1p(-stake * part) : 0);
      return wealth;
    });
    const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
    let sum = 0;
    for (const log of logs) sum += Math.exp(log - most);
    return most + Math.log(sum / STAKES.length) > goal;
  };
  let lower = 0;
  let upper = 1;
  while (upper - lower > 1e-12) {
    const middle = (lower + upper) / 2;
    if (isRuledOut(middle)) lower = middle;
    else upper = middle;
  }
  return lower;
}
