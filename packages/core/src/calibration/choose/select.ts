import { type DependentRows, type MeanAndError, pairedMean } from "./paired-mean.ts";
import { blendedBrier, blendedLogLoss, type RowEvidence, rowLogLoss } from "./row-evidence.ts";

/** What cross-validation says of one candidate. */
export interface CandidateEvidence {
  readonly logLoss: number;
  /** Log loss minus that of the best candidate, row by row. */
  readonly excess: MeanAndError;
  /** Log loss before minus after: positive is better. */
  readonly gain: MeanAndError;
}

/** The outcome of a choice. */
export interface Selection {
  /** Position of the chosen candidate; -1 leaves the scores alone. */
  readonly chosen: number;
  /** Position of the candidate with the lowest log loss; -1 where all were refused. */
  readonly best: number;
  /** Share of the chosen map in its blend with the scores as they are, in (0, 1]; 0 where they are left alone. */
  readonly weight: number;
  /** By candidate; null where refused. */
  readonly evidence: readonly (CandidateEvidence | null)[];
  /** Log loss and Brier score before minus after for the chosen blend; null where the scores are left alone. */
  readonly gain: { readonly logLoss: MeanAndError; readonly brier: MeanAndError } | null;
}

/** What a choice is made from. */
export interface SelectionInput {
  readonly before: RowEvidence;
  /** What the chosen map is blended with. Default `before`. */
  readonly lean?: RowEvidence;
  /** By candidate, identity not among them. */
  readonly held: readonly (RowEvidence | null)[];
  /** By candidate. */
  readonly simplicity: readonly number[];
  /** The rows whose evidence counts. */
  readonly sample: DependentRows;
}

/** Steps in which the share of the chosen map is weighed. */
const STEPS = 20;
/** A gain of so many standard errors lets the chosen map stand alone, and so does a share from `ALONE` on. */
const PLAIN_GAIN = 3;
const ALONE = 0.95;

/**
 * Chooses among candidates by their out-of-fold predictions.
 *
 * 1. Of the candidates whose log loss exceeds the lowest by at most one standard error of the paired difference, the
 *    simplest. Identity does not take part: at small n it is within one error of everything, and would forgo real gains.
 * 2. The chosen map is blended with the scores as they are. Its share is the mean of the posterior under a uniform prior,
 *    the out-of-fold predictions being the data: a half where they say nothing, near 1 where they speak for the map. A
 *    map whose gain is three standard errors above nothing stands alone.
 * 3. The scores are left alone where the blend gains nothing in log loss, and the share is halved until it loses nothing
 *    in Brier score. A score of exactly 0 or 1 is no candidate for being left alone: no number of rows shows certainty;
 *    `lean` keeps such scores off 0 and 1.
 *
 * Source: one standard error: Breiman et al. (1984), "Classification and regression trees", section 3.4.3; the share is
 * the Bayesian estimate of a mixing weight, as in stacking (Wolpert 1992; Yao et al. 2018, Bayesian Analysis 13).
 */
export function select({ before, lean = before, held, simplicity, sample }: SelectionInput): Selection {
  const losses = held.map((e) => (e === null ? Infinity : pairedMean((row) => rowLogLoss(e.truth[row]), sample).mean));
  const best = losses.reduce((low, loss, c) => (loss < (losses[low] ?? Infinity) ? c : low), -1);
  const reference = held[best];
  if (sample.rows.length === 0 && held.some((e) => e !== null)) return withoutEvidence(held, simplicity);
  if (!reference) return { chosen: -1, best: -1, weight: 0, evidence: held.map(() => null), gain: null };
  const evidence = held.map((e, c): CandidateEvidence | null =>
    e === null
      ? null
      : {
          logLoss: losses[c],
          excess: pairedMean((row) => rowLogLoss(e.truth[row]) - rowLogLoss(reference.truth[row]), sample),
          gain: pairedMean((row) => rowLogLoss(before.truth[row]) - rowLogLoss(e.truth[row]), sample),
        },
  );
  const chosen = evidence.reduce(
    (simplest, e, c) =>
      e !== null && e.excess.mean <= e.excess.error && simplicity[c] < simplicity[simplest] ? c : simplest,
    best,
  );
  const candidate = held[chosen] ?? reference;
  const alone = evidence[chosen]?.gain;
  const left = { chosen: -1, best, weight: 0, evidence, gain: null };
  const gainOf = (weight: number) => ({
    logLoss: pairedMean((row) => rowLogLoss(before.truth[row]) - blendedLogLoss(weight, candidate, lean, row), sample),
    brier: pairedMean((row) => before.brier[row] - blendedBrier(weight, candidate, lean, row), sample),
  });
  const isPlain = alone !== undefined && alone.mean >= PLAIN_GAIN * alone.error;
  let weight = isPlain ? 1 : posteriorShare(candidate, lean, sample);
  let gain = gainOf(weight);
  if (!(gain.logLoss.mean > 0) && !hasCertainty(before, sample)) return left;
  while (gain.brier.mean < 0 && weight > 0.5 ** 4) {
    weight /= 2;
    gain = gainOf(weight);
  }
  if (gain.brier.mean < 0 && !hasCertainty(before, sample)) return left;
  return { chosen, best, weight, evidence, gain };
}

/** Nothing is known yet: the simplest candidate with the share of the prior, a half. */
function withoutEvidence(held: SelectionInput["held"], simplicity: readonly number[]): Selection {
  const chosen = held.reduce(
    (simplest, e, c) => (e !== null && !(simplicity[c] >= simplicity[simplest]) ? c : simplest),
    -1,
  );
  return { chosen, best: chosen, weight: 0.5, evidence: held.map(() => null), gain: null };
}

/** Whether some score is exactly 0 or 1: wrong once, it costs an infinite log loss. */
export function hasCertainty({ truth }: RowEvidence, { rows }: DependentRows): boolean {
  return rows.some((row) => truth[row] === 0 || truth[row] === 1);
}

/** Posterior mean of the share of the candidate in a mixture with the scores as they are; uniform prior, trapezoid rule. */
function posteriorShare(candidate: RowEvidence, lean: RowEvidence, sample: DependentRows): number {
  const logs = Array.from({ length: STEPS + 1 }, (_, k) => {
    const { mean, units } = pairedMean((row) => -blendedLogLoss(k / STEPS, candidate, lean, row), sample);
    return mean * units;
  });
  const top = logs.reduce((a, b) => Math.max(a, b));
  let total = 0;
  let moment = 0;
  logs.forEach((log, k) => {
    const mass = Math.exp(log - top) * (k === 0 || k === STEPS ? 0.5 : 1);
    total += mass;
    moment += (mass * k) / STEPS;
  });
  const share = moment / total;
  return share >= ALONE ? 1 : share;
}
