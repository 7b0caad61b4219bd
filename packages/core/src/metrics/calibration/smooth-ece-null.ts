import { InputError } from "../../errors.ts";
import type { SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { cosineForward } from "../../kernels/cosine-transform.ts";
import type { Random } from "../../random/random.ts";
import { solveFixedPoint } from "./smooth-ece.ts";
import { COARSE, fieldModes, finestSigma, planCache } from "./smooth-ece-field.ts";

/** Rows up to which outcomes are drawn one by one; above, each cell's sum of residuals is drawn as one normal. */
const ROW_BY_ROW = 4096;

/** Options of `smoothEceNull`. */
export interface SmoothEceNullOptions extends SampleOptions {
  /** Number of draws, ≥ 20. Default 100. */
  readonly draws?: number;
}

/** What a perfectly calibrated model with the same scores would show as smooth ECE. */
export interface SmoothEceNull {
  /** Expected value. */
  readonly value: number;
  /** Central range at `level`, from the order statistics of the draws. */
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  /** Original rows. */
  readonly n: number;
  /** The smooth ECE of every draw, ascending. */
  readonly draws: Float64Array;
}

/**
 * Distribution of the smooth ECE under perfect calibration, given these scores and weights.
 *
 * @param probabilities n probabilities in [0, 1]
 * @param random source of the draws
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Accuracy: scores are moved to the midpoint of their cell (1/2048 wide, 1/8192 from 100 000 rows on). Up to 4096 rows
 * outcomes are drawn from the probabilities; above, sums of residuals per cell are drawn as normals. The mean of 100
 * draws has a standard error of about 3 % of itself.
 */
export function smoothEceNull(
  probabilities: Float64Array,
  random: Random,
  options: SmoothEceNullOptions = {},
): SmoothEceNull {
  const { draws: count = 100 } = options;
  if (!(Number.isInteger(count) && count >= 20))
    throw new InputError("out-of-range", `draws must be a whole number >= 20, got ${count}`);
  const rows = probabilities.length;
  checkPairs(probabilities, new Uint8Array(rows));
  const { n, level, weights, squaredWeights, totalWeight } = checkSample(rows, options);
  const cells = 2 * fieldModes(rows);
  const plan = planCache();
  const deviations = new Float64Array(cells);
  for (let i = 0; i < rows; i++) {
    const p = probabilities[i];
    const w = weights ? weights[i] : 1;
    deviations[cellOf(p, cells)] += (squaredWeights ? squaredWeights[i] : w * w) * p * (1 - p);
  }
  for (let j = 0; j < cells; j++) deviations[j] = Math.sqrt(deviations[j]) / totalWeight;

  const exact = rows <= ROW_BY_ROW && squaredWeights === undefined;
  const masses = new Float64Array(cells);
  const draws = new Float64Array(count);
  for (let d = 0; d < count; d++) {
    if (exact) {
      masses.fill(0);
      for (let i = 0; i < rows; i++) {
        const p = probabilities[i];
        const residual = random.uniform() < p ? 1 - p : -p;
        masses[cellOf(p, cells)] += ((weights ? weights[i] : 1) * residual) / totalWeight;
      }
    } else for (let j = 0; j < cells; j++) masses[j] = deviations[j] > 0 ? deviations[j] * random.normal() : 0;
    const coefficients = cosineForward(masses, plan(cells));
    draws[d] = solveFixedPoint({ coefficients, plan, finest: finestSigma(cells) }, 1, COARSE);
  }
  draws.sort();
  let total = 0;
  for (const draw of draws) total += draw;
  const rank = Math.floor(((1 - level) / 2) * count);
  return { value: total / count, lower: draws[rank], upper: draws[count - 1 - rank], level, n, draws };
}

function cellOf(p: number, cells: number): number {
  return Math.min(cells - 1, Math.trunc(p * cells));
}
