import { InputError } from "../errors.ts";
import { checkPairs } from "../intervals/check-pairs.ts";

/** Rows that were selected to be labelled with known probabilities, and were. */
export interface SelectedLabels {
  /** What the model said of each: the confidence in its prediction, or the probability of an event, in [0, 1]. */
  readonly confidences: Float64Array;
  /** 1 where the prediction was right, or the event happened. */
  readonly outcomes: Uint8Array;
  /** Probability with which each was selected, in (0, 1]. */
  readonly propensities: Float64Array;
}

/** Options of every estimate from selected labels. */
export interface SelectedOptions {
  /** What the model said of every row that labels were selected from, those labelled included. Default: not known. */
  readonly population?: Float64Array;
  /**
   * `stream`: the interval is for rows like these, of which the population is a sample; `population`: for exactly the rows
   * of the population. Default `stream`.
   */
  readonly about?: "stream" | "population";
  /** Nominal coverage of the interval, in (0, 1). Default 0.95. */
  readonly level?: number;
}

/** What every estimate starts from. */
export interface CheckedSelection {
  readonly n: number;
  /** 1/propensity. */
  readonly weights: Float64Array;
  readonly totalWeight: number;
  /** (Σw)² / Σw² (Kish 1965). */
  readonly effectiveN: number;
  /** Rows of the population, where it is known. */
  readonly size: number | undefined;
  readonly level: number;
}

/**
 * Checks rows and options.
 *
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite`, `out-of-range` with the row; `incompatible` for a
 *   population smaller than what was labelled of it
 */
export function checkSelection(
  { confidences, outcomes, propensities }: SelectedLabels,
  { population, level = 0.95, about = "stream" }: SelectedOptions,
): CheckedSelection {
  checkPairs(confidences, outcomes, "confidence");
  const n = confidences.length;
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  const weights = propensityWeights(propensities, n);
  if (population !== undefined) {
    if (population.length < n)
      throw new InputError("incompatible", `${n} rows were labelled but the population has ${population.length}`);
    const bad = population.findIndex((p) => !(p >= 0 && p <= 1));
    if (bad >= 0)
      throw new InputError(
        Number.isFinite(population[bad]) ? "out-of-range" : "not-finite",
        `confidence ${population[bad]} at row ${bad} of the population is not in [0, 1]`,
        bad,
      );
  }
  if (about === "population" && population === undefined)
    throw new InputError("incompatible", "an interval about the population needs the population");
  let total = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    total += weights[i];
    squares += weights[i] * weights[i];
  }
  return { n, weights, totalWeight: total, effectiveN: (total * total) / squares, size: population?.length, level };
}

/**
 * Weights of rows that were selected with known probabilities: how many rows each stands for.
 *
 * @param propensities n probabilities of being labelled, in (0, 1]
 * @param rows how many there have to be
 * @returns 1/propensity, each ≥ 1
 * @throws {InputError} `shape-mismatch`; `not-finite`, `out-of-range` with the row
 */
export function propensityWeights(propensities: Float64Array, rows: number = propensities.length): Float64Array {
  if (propensities.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${propensities.length} propensities`);
  return propensities.map((p, i) => {
    if (p >= SMALLEST_PROPENSITY && p <= 1) return 1 / p;
    const code = Number.isFinite(p) ? "out-of-range" : "not-finite";
    throw new InputError(
      code,
      p === 0
        ? `propensity 0 at row ${i}: a row that could not be labelled cannot stand for others`
        : `propensity ${p} at row ${i} is not in (0, 1]`,
      i,
    );
  });
}

/** Below this the square of a weight says nothing any more. */
export const SMALLEST_PROPENSITY = 1e-12;
