import { clopperPearson, type Interval, wilson } from "../../intervals/proportion.ts";
import { type CheckedSample, checkSample, isUnweighted } from "../../intervals/sample.ts";
import type { RiskCoveragePoint } from "../../report/document.ts";
import { type CurveOptions, checkMaxPoints } from "../ranking/roc-curve.ts";
import { thinCurve } from "../ranking/thin-curve.ts";
import { type Correctness, checkSelective, lossGroups } from "./selective-rows.ts";

/** A point of the risk-coverage curve. */
export interface SelectivePoint extends RiskCoveragePoint {
  /** Share of all rows that are accepted and wrong: coverage × risk. */
  readonly generalisedRisk: number;
}

/**
 * The risk-coverage curve: for each threshold, how much is accepted and how much of that is wrong.
 *
 * @param confidence n finite reals; higher means surer
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @returns by ascending coverage, one point per distinct confidence (equal confidences cannot be parted), thinned evenly in
 *   coverage to `maxPoints`; the last has coverage 1. lower/upper: pointwise interval of the risk, Clopper–Pearson for
 *   unweighted 0/1 rows, else Wilson at the effective n of the accepted rows
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: El-Yaniv and Wiener (2010), JMLR 11; generalised risk: Traub et al. (2024), NeurIPS.
 */
export function riskCoverageCurve(
  confidence: Float64Array,
  correct: Correctness,
  options: CurveOptions = {},
): SelectivePoint[] {
  const maxPoints = checkMaxPoints(options);
  checkSelective(confidence, correct);
  const sample = checkSample(confidence.length, options);
  const groups = lossGroups(confidence, correct, sample, options.order);
  const { count } = groups;
  const mass = new Float64Array(count);
  const loss = new Float64Array(count);
  const squares = new Float64Array(count);
  for (let g = 0; g < count; g++) {
    mass[g] = groups.mass[g] + (g > 0 ? mass[g - 1] : 0);
    loss[g] = groups.hits[g] + (g > 0 ? loss[g - 1] : 0);
    squares[g] = groups.squares[g] + (g > 0 ? squares[g - 1] : 0);
  }
  const total = mass[count - 1];
  const kept = thinCurve(mass, new Float64Array(count), new Uint8Array(count), maxPoints);
  const exact = isUnweighted(sample) && correct instanceof Uint8Array;
  return Array.from(kept, (g) => {
    const risk = Math.min(1, loss[g] / mass[g]);
    return {
      coverage: mass[g] / total,
      risk,
      ...riskInterval(loss[g], mass[g], squares[g], exact, sample),
      threshold: confidence[groups.rows[g]],
      generalisedRisk: loss[g] / total,
    };
  });
}

/** Interval of a mean loss in [0, 1] among accepted rows. */
export function riskInterval(
  loss: number,
  mass: number,
  squares: number,
  exact: boolean,
  { level }: CheckedSample,
): Interval {
  return exact ? clopperPearson(loss, mass, level) : wilson(Math.min(1, loss / mass), (mass * mass) / squares, level);
}
