import { InputError } from "../../errors.ts";
import { checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { normalCdf } from "../../special/normal.ts";
import type { RegressionMap } from "../regression-calibrator.ts";

type LevelsMap = Extract<RegressionMap, { kind: "levels" }>;

/** A level of the forecast this near to 0 or 1 says nothing any more that a double can hold. */
const NEAREST = 1e-15;

/**
 * The level at which a forecast has to be read so that the wanted share of outcomes is below it: the wanted quantile of the
 * probability integral transforms of the rows.
 *
 * Isotonic recalibration fits the share of transforms ≤ p as a monotone function R of p, which the empirical distribution
 * is already; a quantile at `level` is then the forecast's quantile at R⁻¹(level). Between order statistics the transform is
 * linear, the k-th smallest standing at k/(n + 1), which makes the expected coverage exact; below the first and above the
 * last it runs to 0 and 1.
 *
 * @param scores normal scores of the outcomes under their forecasts
 * @param levels wanted levels, ascending in (0, 1)
 * @throws {InputError} `too-few` for fewer than two rows of weight; `incompatible` where outcomes are so far outside that
 *   no level of the forecast reaches them
 *
 * Source: Kuleshov, Fenner and Ermon (2018), "Accurate uncertainties for deep learning using calibrated regression", ICML.
 */
export function fitIsotonicLevels(scores: Float64Array, levels: readonly number[], weights?: Float64Array): LevelsMap {
  const { totalWeight, effectiveN } = checkSample(scores.length, weights ? { weights } : {});
  const order = argsort(scores).filter((row) => !weights || weights[row] > 0);
  if (order.length < 2)
    throw new InputError("too-few", `levels are learned from at least 2 rows of weight, got ${order.length}`);
  const share = (row: number): number => (weights ? weights[row] : 1) / totalWeight;
  const stretch = effectiveN / (effectiveN + 1);
  const first = stretch * share(order[0]);
  const from: number[] = [];
  let k = 0;
  let place = first;
  let before = 0;
  let reached = 0;
  for (const level of levels) {
    while (k < order.length && place < level) {
      before = place;
      reached = normalCdf(scores[order[k]]);
      k++;
      if (k < order.length) place += stretch * share(order[k]);
    }
    const isLast = k === order.length;
    const next = isLast ? 1 : normalCdf(scores[order[k]]);
    const at = isLast ? 1 : place;
    from.push(at > before ? reached + ((level - before) / (at - before)) * (next - reached) : next);
  }
  const off = from.findIndex((level) => !(level >= NEAREST && level <= 1 - NEAREST));
  if (off >= 0)
    throw new InputError(
      "incompatible",
      `outcomes lie too far outside: the quantile at ${levels[off]} would be the forecast's at ${Number(from[off].toPrecision(3))}`,
      off,
    );
  return { kind: "levels", levels, from };
}
