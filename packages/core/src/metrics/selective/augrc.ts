import type { Estimate, Spec } from "../../estimate.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import type { RankedOptions, TieGroups } from "../ranking/tie-groups.ts";
import { weighted } from "../weighted.ts";
import { AUGRC_SHAPE, areaEstimate, excessEstimate, lossSummary } from "./area-interval.ts";
import { excessVariance } from "./excess-variance.ts";
import { type GroupInfluence, influenceVariance } from "./group-influence.ts";
import { type Correctness, checkSelective, lossGroups, optimalGroups } from "./selective-rows.ts";

/**
 * Area under the generalised risk-coverage curve: the share of all rows that are accepted and wrong, averaged over how
 * many are accepted.
 *
 * @param confidence n finite reals; higher means surer
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @returns a number in [0, ½], lower is better; equals (1 − AUROC)·a·(1 − a) + (1 − a)²/2 with accuracy a and the AUROC of
 *   confidence against correctness. Interval: influence function of the V-statistic, otherwise as that of `aurc`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Traub et al. (2024), "Overcoming common flaws in the evaluation of selective classification systems", NeurIPS.
 */
export function augrc(confidence: Float64Array, correct: Correctness, options: RankedOptions = {}): Estimate {
  checkSelective(confidence, correct);
  const sample = checkSample(confidence.length, options);
  const groups = lossGroups(confidence, correct, sample, options.order);
  const variance = influenceVariance(groups, augrcInfluence(groups), sample);
  return areaEstimate(
    generalisedArea(groups),
    variance,
    specOf("augrc", sample),
    sample,
    lossSummary(groups),
    AUGRC_SHAPE,
  );
}

/**
 * E-AUGRC: `augrc` minus that of the best possible order, which is (1 − a)²/2 for accuracy a.
 *
 * @returns a number ≥ 0, lower is better, 0 for a perfect order. Interval as that of `excessAurc`
 * @throws {InputError} as `augrc`
 */
export function excessAugrc(confidence: Float64Array, correct: Correctness, options: RankedOptions = {}): Estimate {
  checkSelective(confidence, correct);
  const order = options.order ?? argsort(confidence);
  const sample = checkSample(confidence.length, options);
  const groups = lossGroups(confidence, correct, sample, order);
  const excess = generalisedArea(groups) - generalisedArea(optimalGroups(correct, sample));
  const variance = excessVariance(groups, augrcInfluence, confidence, correct, order, sample);
  return excessEstimate(excess, variance, specOf("e-augrc", sample), sample, lossSummary(groups), AUGRC_SHAPE);
}

function specOf(metric: string, sample: CheckedSample): Spec {
  return { metric, convention: "fd-shifts", ties: "grouped", ...weighted(sample) };
}

function generalisedArea({ count, mass, hits, totalMass }: TieGroups): number {
  let loss = 0;
  let area = 0;
  for (let g = 0; g < count; g++) {
    area += mass[g] * (loss + hits[g] / 2);
    loss += hits[g];
  }
  return area / (totalMass * totalMass);
}

/** A row adds its loss for the share of rows that are not surer, and a place to the losses of those that are. */
function augrcInfluence(groups: TieGroups): GroupInfluence {
  const { count, mass, hits, totalMass } = groups;
  const area = generalisedArea(groups);
  const constant = new Float64Array(count);
  const slope = new Float64Array(count);
  let before = 0;
  let loss = 0;
  for (let g = 0; g < count; g++) {
    constant[g] = (loss + hits[g] / 2) / totalMass - 2 * area;
    slope[g] = (totalMass - before - mass[g] / 2) / totalMass;
    before += mass[g];
    loss += hits[g];
  }
  return { constant, slope };
}
