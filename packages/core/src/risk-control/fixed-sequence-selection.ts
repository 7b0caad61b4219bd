import { InputError } from "../errors.ts";
import { binomialPValue } from "./bounds/binomial-p-value.ts";
import { clopperPearsonUpper } from "./bounds/clopper-pearson.ts";
import {
  acceptedAt,
  checkSelectionTarget,
  type RankedErrors,
  rankErrors,
  type Selection,
  type SelectionTarget,
  selectionAt,
} from "./selection.ts";

/** Choices of `fixedSequenceSelection`. */
export interface FixedSequenceOptions extends SelectionTarget {
  /**
   * Where the sequence starts: at the strictest threshold that accepts enough rows for a proof if none of them is wrong
   * (`label-free`, which looks at confidences only), or at the strictest of all. Default `label-free`.
   */
  readonly start?: "label-free" | "strictest";
  /**
   * Candidates, chosen without looking at the outcomes. Default: the 0 %, 1 %, …, 99 % quantiles of the confidences.
   */
  readonly thresholds?: Float64Array;
}

/**
 * Selection by fixed-sequence testing: thresholds from the strictest to the laxest, each tested exactly at the full
 * `failure`, until one fails.
 *
 * @param confidence n finite scores; higher is surer
 * @param isError n outcomes: 1 where the prediction is wrong
 * @returns the laxest threshold before the first failure
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`
 *
 * Source: Angelopoulos, Bates, Candès, Jordan and Lei (2025), "Learn then test", Annals of Applied Statistics 19, with
 * the binomial p-value given the number of rows accepted.
 */
export function fixedSequenceSelection(
  confidence: Float64Array,
  isError: Uint8Array,
  options: FixedSequenceOptions,
): Selection {
  const { maxError, failure, start = "label-free", thresholds } = options;
  checkSelectionTarget(options);
  if (start !== "label-free" && start !== "strictest")
    throw new InputError("unknown-option", `start must be label-free or strictest, got ${String(start)}`);
  const ranked = rankErrors(confidence, isError);
  const candidates = thresholds === undefined ? percentiles(ranked) : thresholds.slice().sort();
  const fewest = start === "label-free" ? fewestWithoutError(maxError, failure) : 1;
  let best: number | null = null;
  let upper: number | null = null;
  for (let i = candidates.length - 1; i >= 0; i--) {
    const accepted = acceptedAt(ranked, candidates[i]);
    if (accepted < fewest) continue;
    const errors = ranked.errors[accepted];
    if (!(binomialPValue(errors, accepted, maxError) <= failure)) break;
    best = candidates[i];
    upper = clopperPearsonUpper(errors, accepted, failure);
  }
  return selectionAt(ranked, best, upper);
}

/** The fewest rows that prove the target when none of them is wrong. */
function fewestWithoutError(maxError: number, failure: number): number {
  const about = Math.ceil(Math.log(failure) / Math.log1p(-maxError));
  return binomialPValue(0, about, maxError) <= failure ? about : about + 1;
}

/** Quantiles 0, 0.01, …, 0.99 with linear interpolation (type 7), ascending. */
function percentiles({ n, confidence }: RankedErrors): Float64Array {
  return Float64Array.from({ length: 100 }, (_, i) => {
    const place = i * (n - 1);
    const below = Math.floor(place / 100);
    const lower = confidence[n - 1 - below];
    const rest = (place % 100) / 100;
    return rest === 0 ? lower : lower + rest * (confidence[n - 2 - below] - lower);
  });
}
