import { type DependentRows, type MeanAndError, pairedMean } from "../../calibration/choose/paired-mean.ts";

/** What held-out rows say of one method. */
export interface MethodEvidence {
  readonly loss: number;
  /** Loss minus that of the best, row by row. */
  readonly excess: MeanAndError;
  /** Loss before minus after: positive is better. */
  readonly gain: MeanAndError;
}

/** The outcome of a choice. */
export interface MethodChoice {
  /** Position of the chosen method; -1 leaves the forecasts as they are. */
  readonly chosen: number;
  /** Position of the method with the lowest loss; -1 where all were refused. */
  readonly best: number;
  readonly evidence: readonly (MethodEvidence | null)[];
}

/** What a choice is made from. */
export interface MethodChoiceInput {
  readonly before: Float64Array;
  /** By method; null where refused. */
  readonly held: readonly (Float64Array | null)[];
  readonly simplicity: readonly number[];
  readonly sample: DependentRows;
  /** Rows show that the forecasts are not calibrated: a gain need not be proven then. */
  readonly isMiscalibrated: boolean;
  /** Forecasts of a single number: any uncertainty is better than none. */
  readonly needsOne: boolean;
}

/**
 * The simplest method that helps and whose held-out loss is within one standard error of the lowest. A method helps where
 * it gains more than one standard error, or gains at all and the forecasts are shown to be miscalibrated. Where none helps
 * the forecasts stay as they are.
 *
 * Source: the one-standard-error rule of Breiman et al. (1984), "Classification and regression trees", section 3.4.3.
 */
export function selectMethod(input: MethodChoiceInput): MethodChoice {
  const { before, held, simplicity, sample, isMiscalibrated, needsOne } = input;
  if (sample.rows.length === 0)
    return { chosen: needsOne ? held.findIndex((h) => h !== null) : -1, best: -1, evidence: held.map(() => null) };
  const losses = held.map((h) => (h === null ? Infinity : pairedMean((row) => h[row], sample).mean));
  const best = losses.reduce((low, loss, m) => (loss < (losses[low] ?? Infinity) ? m : low), -1);
  const lowest = held[best];
  if (!lowest) return { chosen: -1, best: -1, evidence: held.map(() => null) };
  const evidence = held.map((h, m): MethodEvidence | null =>
    h === null
      ? null
      : {
          loss: losses[m],
          excess: pairedMean((row) => h[row] - lowest[row], sample),
          gain: pairedMean((row) => before[row] - h[row], sample),
        },
  );
  const helps = (m: number): boolean => {
    const gain = evidence[m]?.gain;
    if (!gain) return false;
    return needsOne || isHelp(gain, losses[m] + gain.mean, isMiscalibrated);
  };
  const chosen = evidence.reduce(
    (found, e, m) =>
      e !== null && e.excess.mean <= e.excess.error && helps(m) && simplicity[m] < (simplicity[found] ?? Infinity)
        ? m
        : found,
    helps(best) ? best : -1,
  );
  return { chosen, best, evidence };
}

/** A gain that is a smaller part of the loss comes from rounding. */
const ROUNDING = 1e-12;

/** Whether a difference of losses is no more than rounding. */
export function isRounding(difference: number, loss: number): boolean {
  return Math.abs(difference) <= ROUNDING * loss;
}

/**
 * Whether a gain is more than chance, or than nothing where the forecasts are shown to be miscalibrated.
 *
 * @param loss of the forecasts as they are
 */
export function isHelp(gain: MeanAndError, loss: number, isMiscalibrated: boolean): boolean {
  return !isRounding(gain.mean, loss) && (gain.mean > gain.error || (isMiscalibrated && gain.mean > 0));
}
