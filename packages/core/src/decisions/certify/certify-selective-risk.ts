import { complement, exactDecimal } from "../../conformal/exact-decimal.ts";
import { InputError } from "../../errors.ts";
import type { Spec } from "../../estimate.ts";
import { checkSelective } from "../../metrics/selective/selective-rows.ts";
import { createRandom } from "../../random/random.ts";
import { shuffle } from "../../random/shuffle.ts";
import { clopperPearsonUpper } from "../../risk-control/bounds/clopper-pearson.ts";
import { type AcceptedRows, acceptedRows, groupsFrom, rankOutcomes } from "./accepted-rows.ts";
import { errorRateTest } from "./error-rate-test.ts";
import { missingLabels } from "./missing-labels.ts";
import { type Start, type StartPlan, startThresholds } from "./start-thresholds.ts";

/** Options of `certifySelectiveRisk`. */
export interface SelectiveRiskOptions {
  /** Largest acceptable share of errors among accepted rows, in (0, 1). */
  readonly maxError: number;
  /** One minus the probability that the true share exceeds it nevertheless, in (0, 1). */
  readonly sure: number;
  /** Which rows are the pilot. Default 0. */
  readonly seed?: number;
  /** Share of the rows that has to be accepted, in [0, 1]; less counts as not certified. Default 0: any share. */
  readonly minCoverage?: number;
  /** How the failure is spread over the starts; for studies of power. */
  readonly plan?: StartPlan;
}

/** What was certified. */
export interface CertifiedSelection {
  readonly certified: boolean;
  readonly maxError: number;
  readonly sure: number;
  readonly n: number;
  /**
   * Accept rows of at least this confidence; null where nothing could be certified. Where all rows can be accepted it is 0
   * (the lowest double where confidences are negative), so that it also accepts rows below any seen.
   */
  readonly threshold: number | null;
  /** Of all n rows: accepted ones and errors among them; 0 where nothing could be certified. */
  readonly accepted: number;
  readonly errors: number;
  readonly coverage: number;
  /**
   * Clopper–Pearson bound of the error rate at the threshold, from the tested rows at the failure that its test was
   * given: at most `maxError`. What holds with probability `sure` is `maxError`. Null where nothing could be certified.
   */
  readonly upperBound: number | null;
  readonly method: string;
  readonly seed: number;
  readonly spec: Spec;
  /** Further labels after which a certificate can be expected; null where there is one, or none ever can be expected. */
  readonly missingLabels: number | null;
}

/** Name and version of the procedure, for certificates. */
const METHOD = "fallback-sequence/1";

/** The part of the rows that only says where to start, and its largest size. */
const PILOT_SHARE = 0.04;
const PILOT_ROWS = 1000;

/**
 * The largest share of rows, taken by confidence, whose error rate is shown to be at most `maxError`.
 *
 * A seeded pilot of 4 % of the rows chooses thresholds to start from. The others are tested: from each start towards
 * lower confidence, one threshold after the other with the exact binomial test at the failure of that start, until one
 * fails. A sequence that reaches the next start hands its failure on, so that the tests that matter have nearly all of
 * it. The probability that any accepted threshold has an error rate above `maxError` is at most 1 − sure, for every
 * distribution, tied and constant confidences included: the tests of one start are in a fixed order, and the first
 * threshold that should fail is a fixed one given the pilot.
 *
 * @param confidence n finite reals; higher means surer. They must not have been fitted to these outcomes
 * @param correct n values, 0 or 1
 * @returns the threshold, what it accepts of all rows, and what is missing where there is none
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: fixed-sequence testing with several starts (Angelopoulos et al. 2021, "Learn then Test", section 4) whose shares
 * are handed on (Wiens and Dmitrienko 2005, "The fallback procedure"); the exact test of Geifman and El-Yaniv (2017).
 */
export function certifySelectiveRisk(
  confidence: Float64Array,
  correct: Uint8Array,
  options: SelectiveRiskOptions,
): CertifiedSelection {
  const { maxError, sure, seed = 0, minCoverage = 0, plan } = options;
  checkSelective(confidence, correct);
  checkShare(maxError, "maxError");
  checkShare(sure, "sure");
  if (!(minCoverage >= 0 && minCoverage <= 1))
    throw new InputError("out-of-range", `minCoverage must be in [0, 1], got ${minCoverage}`);
  const n = confidence.length;
  const rest = complement(exactDecimal(sure, "sure"));
  const failure = Number(rest.numerator) / Number(rest.denominator);
  const pilotSize = Math.min(PILOT_ROWS, Math.floor(PILOT_SHARE * n));
  const ranked = rankOutcomes(confidence, correct, shuffledRows(n, seed).subarray(0, pilotSize));
  const pilot = acceptedRows(ranked, 1);
  const tested = acceptedRows(ranked, 0);
  const starts = startThresholds(pilot, tested.total, maxError, failure, minCoverage, plan);
  const reached = walk(tested, starts, maxError, failure);
  const threshold = reached === undefined ? null : finiteThreshold(reached.threshold, confidence);
  const all = threshold === null ? undefined : countFrom(confidence, correct, threshold);
  const isEnough = all !== undefined && all.rows / n >= minCoverage;
  return {
    certified: isEnough,
    maxError,
    sure,
    n,
    threshold: isEnough ? threshold : null,
    accepted: isEnough ? all.rows : 0,
    errors: isEnough ? all.errors : 0,
    coverage: isEnough ? all.rows / n : 0,
    upperBound: isEnough && reached ? clopperPearsonUpper(reached.errors, reached.rows, reached.failure) : null,
    method: METHOD,
    seed,
    spec: {
      metric: "selective-risk",
      procedure: METHOD,
      test: "exact-binomial",
      pilot: pilotSize,
      maxError,
      sure,
      minCoverage,
      seed,
    },
    missingLabels: isEnough
      ? null
      : missingLabels(acceptedRows(ranked), { maxError, failure, minCoverage, pilotShare: PILOT_SHARE }),
  };
}

function shuffledRows(n: number, seed: number): Uint32Array {
  const rows = new Uint32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  return shuffle(rows, createRandom(seed));
}

interface Reached {
  readonly threshold: number;
  readonly rows: number;
  readonly errors: number;
  readonly failure: number;
}

/** The lowest threshold that any of the sequences accepts. */
function walk(rows: AcceptedRows, starts: readonly Start[], risk: number, failure: number): Reached | undefined {
  const test = errorRateTest(risk);
  let reached: Reached | undefined;
  let handedOn = 0;
  for (let j = 0; j < starts.length; j++) {
    const level = failure * Math.min(1, starts[j].share + handedOn);
    const begin = groupsFrom(rows, starts[j].threshold);
    const end = j + 1 < starts.length ? groupsFrom(rows, starts[j + 1].threshold) : rows.confidences.length;
    let groups = begin;
    let passes = begin > 0 && test.shows(rows.errors[begin - 1], rows.rows[begin - 1], level);
    if (passes) {
      while (groups < end && test.shows(rows.errors[groups], rows.rows[groups], level)) groups++;
      passes = groups === end;
      reached = {
        threshold: groups === begin ? starts[j].threshold : rows.confidences[groups - 1],
        rows: rows.rows[groups - 1],
        errors: rows.errors[groups - 1],
        failure: level,
      };
    }
    handedOn = passes ? handedOn + starts[j].share : 0;
  }
  return reached;
}

/** The threshold as a number that JSON holds: what accepts every row is 0 for confidences that are not negative. */
export function finiteThreshold(threshold: number, confidence: Float64Array): number {
  if (threshold !== -Infinity) return threshold;
  return confidence.every((value) => value >= 0) ? 0 : -Number.MAX_VALUE;
}

function countFrom(confidence: Float64Array, correct: Uint8Array, threshold: number): { rows: number; errors: number } {
  let rows = 0;
  let errors = 0;
  for (let i = 0; i < confidence.length; i++) {
    if (confidence[i] < threshold) continue;
    rows++;
    errors += 1 - correct[i];
  }
  return { rows, errors };
}

/** @throws {InputError} `out-of-range` for what is no share */
export function checkShare(value: number, name: string): void {
  if (!(value > 0 && value < 1))
    throw new InputError("out-of-range", `${name} must be in (0, 1), such as 0.05 for 5 %, got ${value}`);
}
