import { InputError } from "../errors.ts";
import type { SampleOptions, Spec } from "../estimate.ts";
import { checkPairs } from "../intervals/check-pairs.ts";
import { type CheckedSample, checkSample } from "../intervals/sample.ts";
import { argsort } from "../kernels/argsort.ts";
import { type IsotonicBlock, isotonicBlocks, isotonicRegression } from "../kernels/isotonic.ts";
import { weighted } from "../metrics/weighted.ts";
import type { Random } from "../random/random.ts";
import type { BandPoint } from "../report/document.ts";
import { consistencyBand } from "./corp-band.ts";

/** A CORP curve with its consistency band, and the identity of both. */
export interface CorpReliability {
  /**
   * Both ends of every run of scores with one fitted rate, ascending in x; between points the curve is a straight line.
   * `lower` and `upper` are the band around the diagonal.
   */
  readonly points: readonly BandPoint[];
  readonly spec: Spec;
}

/** Options of `corpReliability`. */
export interface CorpReliabilityOptions extends SampleOptions {
  /** Source of the resampled outcomes of the band. */
  readonly random: Random;
  /** Ascending argsort of the probabilities, where it is known already. */
  readonly order?: Uint32Array;
  /** Resamples behind the band, 20 to 100000. Default 300. */
  readonly draws?: number;
  /** Most points returned, ≥ 4; longer curves keep runs evenly picked by rank. Default 400. */
  readonly maxPoints?: number;
}

/**
 * CORP reliability curve: isotonic regression of the outcome on the score, which needs no bins and no tuning.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns the curve, with the band in which it would lie at each x, at `level`, if the scores were perfectly
 *   calibrated
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Dimitriadis, Gneiting & Jordan (2021), "Stable reliability diagrams for probabilistic classifiers", PNAS
 * 118(8).
 * Accuracy: the curve is exact, also on ties. The band pools scores into at most 2000 runs of equal weight, so its cost
 * does not grow with n.
 */
export function corpReliability(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: CorpReliabilityOptions,
): CorpReliability {
  const { random, draws = 300, maxPoints = 400 } = options;
  if (!(Number.isInteger(draws) && draws >= 20 && draws <= 1e5))
    throw new InputError("out-of-range", `draws must be a whole number from 20 to 100000, got ${draws}`);
  if (!(Number.isInteger(maxPoints) && maxPoints >= 4))
    throw new InputError("out-of-range", `maxPoints must be a whole number >= 4, got ${maxPoints}`);
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const sorted = sortPairs(probabilities, outcomes, sample, options.order ?? argsort(probabilities));
  const blocks = isotonicBlocks(isotonicRegression(sorted.probabilities, sorted.outcomes, sorted.weights));
  const kept = thinned(blocks, Math.floor(maxPoints / 2));
  const curve = kept.flatMap(({ lower, upper, value }) =>
    upper > lower
      ? [
          { x: lower, y: value },
          { x: upper, y: value },
        ]
      : [{ x: lower, y: value }],
  );
  const band = consistencyBand(
    sorted.probabilities,
    sorted.squares,
    sorted.weights,
    Float64Array.from(curve, ({ x }) => x),
    { random, draws, level: sample.level },
  );
  const points = curve.map(({ x, y }, k) => ({ x, y, lower: band.lower[k], upper: band.upper[k] }));
  const spec = {
    metric: "corp-reliability",
    regression: "isotonic",
    band: "consistency",
    draws,
    ...weighted(sample),
  };
  return { points, spec };
}

interface SortedPairs {
  readonly probabilities: Float64Array;
  readonly outcomes: Float64Array;
  readonly weights: Float64Array;
  /** Σw² per row. */
  readonly squares: Float64Array;
}

function sortPairs(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  { rows, weights, squaredWeights }: CheckedSample,
  order: Uint32Array,
): SortedPairs {
  if (order.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but the order has ${order.length} positions`);
  const sorted = {
    probabilities: new Float64Array(rows),
    outcomes: new Float64Array(rows),
    weights: new Float64Array(rows).fill(1),
    squares: new Float64Array(rows).fill(1),
  };
  for (let k = 0; k < rows; k++) {
    const i = order[k];
    sorted.probabilities[k] = probabilities[i];
    sorted.outcomes[k] = outcomes[i];
    if (!weights) continue;
    sorted.weights[k] = weights[i];
    sorted.squares[k] = squaredWeights ? squaredWeights[i] : weights[i] * weights[i];
  }
  return sorted;
}

/** At most `most` blocks, evenly picked, with the first and the last. */
function thinned(blocks: readonly IsotonicBlock[], most: number): readonly IsotonicBlock[] {
  if (blocks.length <= most) return blocks;
  return Array.from({ length: most }, (_, k) => blocks[Math.round((k * (blocks.length - 1)) / (most - 1))]);
}
