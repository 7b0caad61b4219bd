import { rankLabels, thresholdSearch } from "../decisions/certify/lowest-threshold.ts";
import { weightedErrorTests } from "../decisions/certify/weighted-error-tests.ts";
import { InputError } from "../errors.ts";
import type { Estimate } from "../estimate.ts";
import { regularizedBetaInverse } from "../special/regularized-beta.ts";
import { smallestOf } from "./betting-interval.ts";
import { checkSelection, propensityWeights, type SelectedLabels, type SelectedOptions } from "./selected-labels.ts";
import { type SelectedMeanOptions, selectedMean } from "./selected-mean.ts";
import { optionsOf, subsetWhere } from "./subsets.ts";

/** What acting from a threshold on would mean. */
export interface SelectedOperatingPoint {
  /** Act where the confidence is at least this. */
  readonly threshold: number;
  /** Share of all rows that would be acted on; of the population where it is known, else estimated. */
  readonly coverage: number;
  /** Labels among them. */
  readonly labels: number;
  /** Share of errors among them; `null` where no label lies there. */
  readonly error: Estimate | null;
}

/**
 * Share of errors among the rows acted on from a threshold on, from selected labels.
 *
 * @param threshold in [0, 1]; rows with a confidence of at least this are acted on
 * @returns `error` is a ratio of two estimates, with the interval of `selectedMean` on these rows
 * @throws {InputError} as `selectedMean`; `out-of-range` for the threshold
 */
export function selectedOperatingPoint(
  labels: SelectedLabels,
  threshold: number,
  options: SelectedMeanOptions = {},
): SelectedOperatingPoint {
  const { size, weights, totalWeight } = checkSelection(labels, options);
  if (!(threshold >= 0 && threshold <= 1))
    throw new InputError("out-of-range", `the threshold must be in [0, 1], got ${threshold}`);
  const subset = subsetWhere(labels, options, (f) => f >= threshold);
  const { rows, population } = subset;
  let weight = 0;
  for (const i of rows) weight += weights[i];
  const coverage = size === undefined ? weight / totalWeight : (population?.length ?? 0) / size;
  if (rows.length === 0) return { threshold, coverage, labels: 0, error: null };
  const right = selectedMean(subset.labels, { ...optionsOf(options, subset), metric: "error-rate" });
  const { power: _, ...estimate } = right;
  const error = { ...estimate, value: 1 - right.value, lower: 1 - right.upper, upper: 1 - right.lower };
  return { threshold, coverage, labels: rows.length, error };
}

/** Options of `selectedThreshold`. */
export interface SelectedThresholdOptions extends SelectedOptions {
  /** Largest share of errors among the rows acted on, in (0, 1). */
  readonly target: number;
  /** Probability with which it holds, in (0, 1). Default 0.95. */
  readonly sure?: number;
  /** `betting` holds for every number of labels; `asymptotic` is closer and needs some 30 effective labels. Default `betting`. */
  readonly bound?: "betting" | "asymptotic";
  /** Smallest propensity a row could have had, for `betting`; see `bettingShareInterval`. */
  readonly smallest?: number;
}

/** A threshold whose error was bounded. */
export interface SelectedThreshold extends SelectedOperatingPoint {
  /** Upper bound of the share of errors among the rows acted on. */
  readonly errorUpper: number;
  readonly target: number;
  readonly sure: number;
  readonly bound: "betting" | "asymptotic";
}

/**
 * The lowest threshold whose errors are bounded by a target, from selected labels.
 *
 * At most 40 thresholds are tested in sequences (`thresholdSearch`).
 *
 * @returns `null` where none passes: too few labels, or too many errors
 * @throws {InputError} as `checkSelection`; `out-of-range` for target and sure
 *
 * Source: as `thresholdSearch` and `bettingLower`.
 */
export function selectedThreshold(labels: SelectedLabels, options: SelectedThresholdOptions): SelectedThreshold | null {
  const { target, sure = 0.95, bound = "betting", smallest } = options;
  checkSelection(labels, options);
  for (const [name, x] of [
    ["target", target],
    ["sure", sure],
  ] as const)
    if (!(x > 0 && x < 1)) throw new InputError("out-of-range", `${name} must be in (0, 1), got ${x}`);
  const failure = 1 - sure;
  const weights = propensityWeights(labels.propensities);
  const largest = 1 / smallestOf(labels.propensities, smallest);
  const rows = rankLabels(labels.confidences, labels.outcomes, weights);
  const { ends } = rows;
  const tests = weightedErrorTests(rows, target, largest);
  const nearUpper = (outcomes: Uint8Array, k: number, level: number): number =>
    asymptoticUpper(outcomes.subarray(0, ends[k]), rows.weights.subarray(0, ends[k]), level);
  const search = thresholdSearch(
    rows,
    target,
    bound === "betting" ? tests.of : (outcomes) => (k, level) => nearUpper(outcomes, k, level) <= target,
  );
  const found = search(failure);
  if (found === undefined) return null;
  const { k, failure: level } = found;
  const threshold = rows.thresholds[k];
  const errorUpper = bound === "betting" ? Math.min(target, tests.upper(k, level)) : nearUpper(rows.outcomes, k, level);
  return { ...selectedOperatingPoint(labels, threshold, options), errorUpper, target, sure, bound };
}

/** Clopper–Pearson at the rows of which a plain share would vary as much, with one more error of the usual weight. */
function asymptoticUpper(outcomes: Uint8Array, weights: Float64Array, failure: number): number {
  let w = 0;
  let ww = 0;
  let www = 0;
  let errors = 0;
  let errorSquares = 0;
  for (let i = 0; i < weights.length; i++) {
    w += weights[i];
    ww += weights[i] ** 2;
    www += weights[i] ** 3;
    if (outcomes[i] === 0) {
      errors += weights[i];
      errorSquares += weights[i] ** 2;
    }
  }
  const extra = www / ww;
  const value = (errors + extra) / (w + extra);
  const all = ww + extra * extra;
  const variance = ((errorSquares + extra * extra) * (1 - 2 * value) + value * value * all) / (w + extra) ** 2;
  if (!(value < 1 && variance > 0)) return 1;
  const rows = (value * (1 - value)) / variance;
  return regularizedBetaInverse(1 - failure, value * rows, (1 - value) * rows);
}
