import { InputError } from "../errors.ts";
import type { Interval } from "../intervals/proportion.ts";
import { bettingLower } from "../risk-control/bounds/betting-lower.ts";
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
  const weights = propensityWeights(propensities, outcomes.length);
  const terms = { largest: 1 / smallestOf(propensities, smallest), failure };
  return { lower: bettingLower(outcomes, weights, 1, terms), upper: 1 - bettingLower(outcomes, weights, 0, terms) };
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
  const weights = propensityWeights(propensities, outcomes.length);
  return 1 - bettingLower(outcomes, weights, 1, { largest: 1 / smallestOf(propensities, smallest), failure });
}

/**
 * The smallest propensity that a row could have had.
 *
 * @throws {InputError} `out-of-range` for one above that of a row
 */
export function smallestOf(propensities: Float64Array, given: number | undefined): number {
  let least = 1;
  for (const p of propensities) if (p < least) least = p;
  if (given === undefined) return least;
  if (!(given > 0 && given <= least))
    throw new InputError("out-of-range", `smallest must be in (0, ${least}], the smallest propensity, got ${given}`);
  return given;
}
