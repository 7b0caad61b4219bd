import { InputError } from "../../errors.ts";
import { checkSample } from "../../intervals/sample.ts";
import type { CurvePoint } from "../../report/document.ts";
import { checkScores } from "./check-scores.ts";
import { type CurveOptions, checkMaxPoints } from "./roc-curve.ts";
import { thinCurve } from "./thin-curve.ts";
import { tieGroups } from "./tie-groups.ts";

/**
 * Precision (`y`) over recall (`x`), one point per threshold.
 *
 * @param scores n finite reals; higher means more likely positive
 * @param outcomes n values, 0 or 1; 1 must occur with some weight
 * @returns from the highest score down; a row is called positive when its score is at least `threshold`. No artificial
 *   point at recall 0 is added
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `one-class` without a positive
 */
export function precisionRecallCurve(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: CurveOptions = {},
): CurvePoint[] {
  const maxPoints = checkMaxPoints(options);
  checkScores(scores, outcomes);
  const sample = checkSample(scores.length, options);
  const groups = tieGroups(scores, outcomes, sample, options.order);
  if (!(groups.totalHits > 0)) throw new InputError("one-class", "no outcome with weight is 1, at least one is needed");
  const x = new Float64Array(groups.count);
  const y = new Float64Array(groups.count);
  let mass = 0;
  let hits = 0;
  for (let g = 0; g < groups.count; g++) {
    mass += groups.mass[g];
    hits += groups.hits[g];
    x[g] = hits / groups.totalHits;
    y[g] = hits / mass;
  }
  return Array.from(thinCurve(x, y, new Uint8Array(groups.count), maxPoints), (g) => ({
    x: x[g],
    y: y[g],
    threshold: scores[groups.rows[g]],
  }));
}
