import type { Estimate } from "../../estimate.ts";
import { checkSample } from "../../intervals/sample.ts";
import type { RankedOptions, TieGroups } from "../ranking/tie-groups.ts";
import { weighted } from "../weighted.ts";
import { AURC_SHAPE, areaEstimate, lossSummary } from "./area-interval.ts";
import { continuousArea } from "./aurc-areas.ts";
import { aurcInfluence, influenceVariance } from "./group-influence.ts";
import { type Correctness, checkSelective, lossGroups } from "./selective-rows.ts";

/**
 * Achievable AURC: the area of the best curve that thresholds and random choices between them can reach, the lower convex
 * hull of accepted loss over coverage (for 0/1 correctness the ROC hull).
 *
 * @param confidence n finite reals; higher means surer
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @returns a number in [0, 1], lower is better. Interval as that of `aurc`, but `approximate`: the hull is chosen on the
 *   same rows, so the value is too low by O(n^(−2/3)), and about half a standard error in simulation
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Traub et al. (2024), "Overcoming common flaws in the evaluation of selective classification systems", NeurIPS,
 * and fd-shifts, which leaves graded losses without a hull.
 */
export function achievableAurc(confidence: Float64Array, correct: Correctness, options: RankedOptions = {}): Estimate {
  checkSelective(confidence, correct);
  const sample = checkSample(confidence.length, options);
  const hull = pooled(lossGroups(confidence, correct, sample, options.order));
  const spec = {
    metric: "achievable-aurc",
    convention: "fd-shifts",
    ties: "grouped",
    interpolation: "non-linear",
    ...weighted(sample),
  };
  const variance = influenceVariance(hull, aurcInfluence(hull), sample);
  return areaEstimate(continuousArea(hull), variance, spec, sample, lossSummary(hull), {
    ...AURC_SHAPE,
    kind: "approximate",
  });
}

/** Neighbouring groups merged until the risk of a group never falls with falling confidence. */
function pooled(groups: TieGroups): TieGroups {
  const { count } = groups;
  const mass = groups.mass.slice(0, count);
  const hits = groups.hits.slice(0, count);
  const squares = groups.squares.slice(0, count);
  const squaredHits = groups.squaredHits.slice(0, count);
  const squaredHits2 = groups.squaredHits2.slice(0, count);
  const parts = [mass, hits, squares, squaredHits, squaredHits2];
  let last = -1;
  for (let g = 0; g < count; g++) {
    last++;
    for (let k = 0; k < parts.length; k++) parts[k][last] = parts[k][g];
    while (last > 0 && hits[last - 1] * mass[last] >= hits[last] * mass[last - 1]) {
      for (let k = 0; k < parts.length; k++) parts[k][last - 1] += parts[k][last];
      last--;
    }
  }
  return { ...groups, count: last + 1, mass, hits, squares, squaredHits, squaredHits2 };
}
