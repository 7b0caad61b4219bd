import { InputError } from "../errors.ts";
import { checkSample } from "../intervals/sample.ts";
import { midRanks } from "../kernels/ranks.ts";
import { accuracy } from "../metrics/ranking/accuracy.ts";
import { auroc } from "../metrics/ranking/auroc.ts";
import { aurocDifference } from "../metrics/ranking/auroc-difference.ts";
import { aurc } from "../metrics/selective/aurc.ts";
import { riskAtCoverage } from "../metrics/selective/operating-point.ts";
import { aurcDifference } from "./aurc-difference.ts";
import { comparisonSentence } from "./comparison-sentence.ts";
import { crossFittedQuality, type JudgedRows } from "./cross-fitted-quality.ts";
import { mapScore } from "./map-score.ts";
import { type ScoreChoice, scoreChoiceText, scoreMember } from "./score-choice.ts";
import type { ComparedScore, ScoreComparison } from "./score-comparison.ts";

/** A score to compare. */
export interface ScoreCandidate {
  readonly choice: ScoreChoice;
  /** One per row, as the score is; larger is surer. */
  readonly scores: Float64Array;
  /** Classes of the outputs; 2 where there are none. */
  readonly classes: number;
}

/** Options of `compareScores`. */
export interface CompareScoresOptions {
  /** Nominal coverage of the intervals. Default 0.95; those of differences hold together. */
  readonly level?: number;
  /** Share of the rows that the selective error is taken at. Default 0.8. */
  readonly coverage?: number;
  /** Of the folds. Default 0. */
  readonly seed?: number;
}

/** Rows from which, and up to which, every score is calibrated on other folds. */
const LEAST_CALIBRATED = 100;
const MOST_CALIBRATED = 1_000_000;
/** Rows of the rarer of right and wrong that such a calibration needs. */
const LEAST_OF_EACH = 10;

/**
 * Scores of the same predictions against each other: which ranks right above wrong best, and which one to use.
 *
 * The best AUROC is chosen on the rows that also judge it, so the paired intervals of all differences hold together over all
 * pairs of scores (Bonferroni). What is recommended is the first score, in the order given, that the best is not shown to
 * beat.
 *
 * @param candidates at least two, simpler ones first
 * @param rows whether each prediction was right, with weights, groups and times where there are any
 * @throws {InputError} `too-few` for fewer than two scores; `one-class` where all predictions are right, or all wrong;
 *   `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: DeLong et al. (1988) for paired AUROCs; the paired influence function for areas under the risk-coverage curve.
 */
export function compareScores(
  candidates: readonly ScoreCandidate[],
  rows: JudgedRows,
  options: CompareScoresOptions = {},
): ScoreComparison {
  const { level = 0.95, coverage = 0.8, seed = 0 } = options;
  if (candidates.length < 2)
    throw new InputError("too-few", `a comparison needs at least two scores, got ${candidates.length}`);
  const { correct, weights } = rows;
  refuseOneOutcome(correct, weights);
  const plain = { level, ...(weights ? { weights } : {}) };
  const sample = checkSample(correct.length, plain);
  const ranks = candidates.map(({ scores }) => midRanks(scores));
  const own = candidates.map(({ scores }) => ({
    auroc: auroc(scores, correct, plain),
    aurc: aurc(scores, correct, { ...plain, convention: "expected-ties" }),
    selectiveError: riskAtCoverage(scores, correct, coverage, plain),
  }));
  const best = own.reduce((top, { auroc: { value } }, k) => (value > own[top].auroc.value ? k : top), 0);

  const comparisons = (candidates.length * (candidates.length - 1)) / 2;
  const together = { ...plain, level: 1 - (1 - level) / comparisons };
  const simultaneous = { simultaneous: "bonferroni", comparisons, together: level };
  const { reason, quality } = calibration(candidates, rows, { seed, level });

  const compared = candidates.map(({ choice, scores }, k): ComparedScore => {
    const { title, isProbability } = scoreMember(choice.name);
    const same = ranks.findIndex((other, j) => j < k && equal(other, ranks[k]));
    const toBest = k === best ? null : aurocDifference(ranks[best], ranks[k], correct, together);
    const area = k === best ? null : aurcDifference(scores, candidates[best].scores, correct, together);
    return {
      name: scoreChoiceText(choice),
      title,
      isProbability,
      ...own[k],
      calibrated: quality[k],
      aurocToBest: toBest && { ...toBest, spec: { ...toBest.spec, ...simultaneous } },
      aurcToBest: area && { ...area, spec: { ...area.spec, ...simultaneous } },
      sameOrderAs: same < 0 ? null : scoreChoiceText(candidates[same].choice),
      isShownWorse: toBest !== null && toBest.lower > 0,
    };
  });
  const recommended = compared.find(({ isShownWorse }) => !isShownWorse) ?? compared[best];
  const scores = compared
    .map((score, order) => ({ score, order }))
    .sort((a, b) => b.score.auroc.value - a.score.auroc.value || a.order - b.order)
    .map(({ score }) => score);
  return {
    n: sample.n,
    effectiveN: sample.effectiveN,
    accuracy: accuracy(correct, plain),
    level,
    coverage,
    scores,
    recommended: recommended.name,
    sentence: comparisonSentence(compared, compared[best], recommended),
    notes: reason === null ? [] : [reason],
  };
}

function refuseOneOutcome(correct: Uint8Array, weights: Float64Array | undefined): void {
  const seen = [false, false];
  for (let i = 0; i < correct.length; i++) if (!weights || weights[i] > 0) seen[correct[i]] = true;
  if (seen[0] && seen[1]) return;
  throw new InputError(
    "one-class",
    `scores are compared by how they rank right above wrong predictions, but every prediction is ${seen[1] ? "right" : "wrong"}`,
  );
}

function equal(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

interface Calibration {
  /** Why nothing was calibrated; null where it was. */
  readonly reason: string | null;
  readonly quality: readonly ComparedScore["calibrated"][];
}

function calibration(
  candidates: readonly ScoreCandidate[],
  rows: JudgedRows,
  options: { readonly seed: number; readonly level: number },
): Calibration {
  const n = rows.correct.length;
  let right = 0;
  for (let i = 0; i < n; i++) right += rows.correct[i];
  const none = (reason: string): Calibration => ({ reason, quality: candidates.map(() => null) });
  if (n < LEAST_CALIBRATED || Math.min(right, n - right) < LEAST_OF_EACH)
    return none("too few rows to calibrate the scores on other rows and compare the log loss");
  if (n > MOST_CALIBRATED)
    return none(`the scores are not calibrated and compared by log loss on more than ${MOST_CALIBRATED} rows`);
  try {
    return {
      reason: null,
      quality: candidates.map(({ choice, scores, classes }) =>
        crossFittedQuality(mapScore(scores, scoreMember(choice.name).map, classes), rows, options),
      ),
    };
  } catch (error) {
    if (InputError.is(error) && error.code === "too-few")
      return none(`the scores are not calibrated and compared by log loss: ${error.message}`);
    throw error;
  }
}
