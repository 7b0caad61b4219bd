import { poolLevels, runningTotals } from "../binary/pool-levels.ts";
import { sortPairs } from "../binary/sort-pairs.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { BinaryCalibrationData } from "../calibration-data.ts";
import type { CalibrationFit } from "../fit.ts";

/** The smallest and the largest probability that rows support, 0 < least ≤ most < 1. */
export interface CertaintyBounds {
  readonly least: number;
  readonly most: number;
}

function hasCertainScore({ scores, weights }: BinaryCalibrationData): boolean {
  for (let i = 0; i < scores.length; i++)
    if ((scores[i] === 0 || scores[i] === 1) && !(weights && weights[i] === 0)) return true;
  return false;
}

/**
 * How far from 0 and 1 the probabilities of a map have to stay where some scores are exactly 0 or 1. Such a score has no
 * log-odds: where a clip puts it instead, 13.8 logits out, a straight line or a parabola says what no row has shown.
 *
 * The frequency of positives is looked at in every tail of the scores and at every score, with half a row of either outcome
 * added: 120 of 120 is 120.5/121. Between the smallest and the largest of them, and the smallest and the largest score inside
 * (0, 1), probabilities are free.
 *
 * @param data scores in [0, 1]; weights that are all integers are counts of rows, others sum to the effective number of rows
 * @returns null where no score with weight is exactly 0 or 1
 *
 * Source: Krichevsky and Trofimov (1981), "The performance of universal encoding", IEEE Trans. Inf. Theory 27 (the half rows).
 */
export function certaintyBounds(data: BinaryCalibrationData): CertaintyBounds | null {
  if (!hasCertainScore(data)) return null;
  const { scores, outcomes, weights, merged } = data;
  const {
    x,
    weights: mass,
    positives,
  } = poolLevels(sortPairs(scores, outcomes, { ...(weights ? { weights } : {}), ...(merged ? { merged } : {}) }));
  const rows = runningTotals(mass);
  const hits = runningTotals(positives);
  let [least, most] = [1, 0];
  const look = (n: number, positive: number): void => {
    const share = (positive + 0.5) / (n + 1);
    if (share < least) least = share;
    if (share > most) most = share;
  };
  const m = x.length;
  for (let i = 0; i < m; i++) {
    look(mass[i], positives[i]);
    look(rows[i + 1], hits[i + 1]);
    look(rows[m] - rows[i], hits[m] - hits[i]);
    if (x[i] > 0 && x[i] < 1) {
      if (x[i] < least) least = x[i];
      if (x[i] > most) most = x[i];
    }
  }
  return { least, most };
}

/** Leaves a probability between the bounds alone and takes one beyond them to the nearer: a map of probabilities. */
export function boundedIdentity({ least, most }: CertaintyBounds): BinaryMap {
  return least < most
    ? { kind: "interpolated", x: [least, most], y: [least, most] }
    : { kind: "interpolated", x: [least], y: [least] };
}

/** Whether a map takes logarithms of scores. */
function readsLogOdds(map: BinaryMap): boolean {
  if (map.kind === "logistic") return map.terms.some(({ feature }) => feature !== "one" && feature !== "score");
  return map.kind === "spline";
}

/**
 * A fit whose probabilities stay within the bounds of its data. Maps that take no logarithm, and data without a score of
 * exactly 0 or 1, are left as they are.
 */
export function withinBounds(fit: CalibrationFit<BinaryMap>, data: BinaryCalibrationData): CalibrationFit<BinaryMap> {
  const bounds = readsLogOdds(fit.map) ? certaintyBounds(data) : null;
  if (bounds === null) return fit;
  const { least, most } = bounds;
  const note = `Some scores are exactly 0 or 1: probabilities stay between ${least.toPrecision(2)} and 1 - ${(1 - most).toPrecision(2)}, as far as the rows go.`;
  return {
    ...fit,
    map: { kind: "chain", maps: [fit.map, boundedIdentity(bounds)] },
    parameters: { ...fit.parameters, least, most },
    notes: [...fit.notes, note],
  };
}
