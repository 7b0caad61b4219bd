import { InputError } from "../../errors.ts";
import { applyBinaryMap } from "../apply-binary.ts";
import type { StepMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import { equalMassBins } from "./equal-mass.ts";
import { fitPlatt } from "./platt.ts";
import { poolLevels, runningTotals } from "./pool-levels.ts";
import { sortPairs } from "./sort-pairs.ts";
import { stepMap } from "./step-map.ts";

/** Options of `fitScalingBinning`. */
export interface ScalingBinningOptions extends FitOptions {
  /** 1 to 100000; equal scores may leave fewer. Default 10. */
  readonly bins?: number;
  /** Scores are taken into [clip, 1 - clip] before the logit of the scaling, 0 < clip < 0.5. Default as `fitPlatt`. */
  readonly clip?: number;
}

/**
 * Scaling-binning: Platt scaling on the log-odds, then every score is mapped to the mean scaled probability of its bin of
 * equal mass. It has few values, so that its calibration error can be measured, at less variance than histogram binning.
 *
 * @param scores n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns a step map on the unscaled score; `parameters` have `slope` and `intercept` of the scaling, and `edges`.
 *   Boundaries are halfway between scaled probabilities, which is not halfway between scores
 * @throws {InputError} as `fitPlatt` with hard targets: `one-class`, `too-few` and `incompatible` where it has no optimum;
 *   `out-of-range` for bins
 *
 * Source: Kumar, Liang & Ma (2019), "Verified uncertainty calibration", NeurIPS, section 4; as verified_calibration, all
 * three steps use all rows.
 */
export function fitScalingBinning(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: ScalingBinningOptions = {},
): CalibrationFit<StepMap> {
  const { bins = 10, ...plattOptions } = options;
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= 1e5))
    throw new InputError("out-of-range", `bins must be a whole number from 1 to 100000, got ${bins}`);
  const platt = fitPlatt(scores, outcomes, { ...plattOptions, input: "logit", targets: "hard" });
  const { slope, intercept } = platt.parameters;
  if (typeof slope !== "number" || typeof intercept !== "number")
    throw new Error("a Platt fit has a slope and an intercept");

  const pairs = sortPairs(scores, outcomes, options);
  const { x, weights } = poolLevels(pairs);
  const scaled = applyBinaryMap(platt.map, x);
  const rising = slope >= 0;
  const ascending = rising ? scaled : scaled.toReversed();
  const masses = rising ? weights : weights.toReversed();
  const groups = equalValues(ascending, masses);
  const totals = runningTotals(groups.weights);
  const { ends, edges } = equalMassBins(groups.values, totals, bins, "midpoint");

  const values = ends.map((end, b) => mean(groups.values, groups.weights, b === 0 ? 0 : ends[b - 1], end));
  const cuts = ends.slice(0, -1).map((end, b) => {
    const last = groups.ends[end - 1];
    const position = rising ? last - 1 : x.length - last;
    const below = rising ? position : position - 1;
    return unscaled(edges[b], slope, intercept, x[below], x[below + 1], x[position]);
  });
  if (!rising) {
    values.reverse();
    cuts.reverse();
  }
  return {
    method: "scaling-binning",
    map: stepMap(cuts, rising ? values : values.slice(1), values),
    parameters: { bins: values.length, edges: cuts, slope, intercept },
    certificate: platt.certificate,
    complexity: 2,
    n: pairs.sample.n,
    effectiveN: pairs.sample.effectiveN,
    notes: platt.notes,
  };
}

/** Runs of one scaled value: clipped scores, and neighbours that the scaling rounds to the same double. */
function equalValues(
  values: Float64Array,
  weights: Float64Array,
): { values: Float64Array; weights: Float64Array; ends: number[] } {
  const distinct: number[] = [];
  const masses: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (i > 0 && values[i] <= distinct[distinct.length - 1]) {
      masses[masses.length - 1] += weights[i];
      ends[ends.length - 1] = i + 1;
    } else {
      distinct.push(values[i]);
      masses.push(weights[i]);
      ends.push(i + 1);
    }
  }
  return { values: Float64Array.from(distinct), weights: Float64Array.from(masses), ends };
}

function mean(values: Float64Array, weights: Float64Array, start: number, end: number): number {
  let total = 0;
  let sum = 0;
  for (let i = start; i < end; i++) {
    total += weights[i];
    sum += weights[i] * values[i];
  }
  return Math.min(values[end - 1], Math.max(values[start], sum / total));
}

/**
 * The score that the scaling maps to `edge`, between the neighbouring scores on both sides of the boundary.
 *
 * @param belongsBelow the neighbour whose scaled probability is below the edge
 */
function unscaled(
  edge: number,
  slope: number,
  intercept: number,
  below: number,
  above: number,
  belongsBelow: number,
): number {
  const logit = (Math.log(edge) - Math.log1p(-edge) - intercept) / slope;
  const score = 1 / (1 + Math.exp(-logit));
  return score > below && score < above ? score : belongsBelow;
}
