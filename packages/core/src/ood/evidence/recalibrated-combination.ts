import { InputError } from "../../errors.ts";
import { countUpTo } from "../../kernels/count-sorted.ts";
import type { Matrix } from "../../matrix.ts";
import { normalQuantile } from "../../special/normal.ts";
import { ascending, conformalOodPValues } from "./conformal-p-values.ts";

/**
 * How the p-values of several detectors become one number per row.
 *
 * - `fisher`: the mean of their logarithms; any one very small value, or several small ones
 * - `stouffer`: the mean of their normal quantiles; several detectors that agree
 * - `harmonic`: their harmonic mean; between `fisher` and `minimum`
 * - `minimum`: the smallest; one detector alone
 */
export type CombinationStatistic = "fisher" | "stouffer" | "harmonic" | "minimum";

/** All of `CombinationStatistic`. */
export const combinationStatistics: readonly CombinationStatistic[] = ["fisher", "stouffer", "harmonic", "minimum"];

/** What p-values of combined detectors rest on. Plain data. */
export interface CombinedEvidence {
  readonly statistic: CombinationStatistic;
  /** Ascending scores per detector, of rows that turn a score into a p-value. */
  readonly references: readonly Float64Array[];
  /** Ascending statistics of further rows, that turn the combined number into a p-value. */
  readonly calibration: Float64Array;
}

/** Options of `combineEvidence`. */
export interface CombineOptions {
  /** Default `fisher`. */
  readonly statistic?: CombinationStatistic;
  /** How many of the first rows make p-values of scores, the others calibrate their combination. Default: half of them. */
  readonly referenceRows?: number;
}

/**
 * Detectors combined so that the level is kept whatever their dependence: some held-out rows turn each score into a p-value,
 * the others calibrate the combination of these as a score of its own.
 *
 * Rows have to be in random order, or `referenceRows` be chosen with that in mind: which rows do which must not depend on
 * their scores.
 *
 * @param scores held-out inside rows × K detectors, larger for rows more like the training data; ≥ 2 rows
 * @throws {InputError} `too-few`, `empty`, `not-finite`, `out-of-range`, `unknown-option`
 *
 * Source: exchangeability of the second part with new rows, given the first; Fisher (1925), "Statistical methods for research
 * workers", §21.1; Stouffer et al. (1949). No table of chi-square is used, because it would hold for independent detectors only.
 */
export function combineEvidence(scores: Matrix, options: CombineOptions = {}): CombinedEvidence {
  const { statistic = "fisher", referenceRows = Math.floor(scores.rows / 2) } = options;
  if (!combinationStatistics.includes(statistic))
    throw new InputError(
      "unknown-option",
      `statistic must be one of ${combinationStatistics.join(", ")}, got ${statistic}`,
    );
  if (scores.cols === 0) throw new InputError("empty", "a combination needs the scores of at least one detector");
  if (scores.rows < 2)
    throw new InputError("too-few", `a combination is calibrated on at least 2 rows, got ${scores.rows}`);
  if (!(Number.isSafeInteger(referenceRows) && referenceRows >= 1 && referenceRows < scores.rows))
    throw new InputError(
      "out-of-range",
      `referenceRows must be an integer in [1, ${scores.rows - 1}], got ${referenceRows}`,
    );
  const { cols } = scores;
  const references = Array.from({ length: cols }, (_, k) =>
    ascending(Float64Array.from({ length: referenceRows }, (__, i) => scores.data[i * cols + k])),
  );
  const rest = {
    data: scores.data.subarray(referenceRows * cols),
    rows: scores.rows - referenceRows,
    cols,
  };
  return { statistic, references, calibration: ascending(statistics({ statistic, references }, rest)) };
}

/**
 * The p-value of each row by all detectors together.
 *
 * @param evidence of `combineEvidence`
 * @param scores rows × K, the detectors in the same order
 * @returns one value per row in [1/(n + 1), 1], n the rows that calibrate the combination
 * @throws {InputError} `shape-mismatch`, `not-finite`
 */
export function combinedPValues(evidence: CombinedEvidence, scores: Matrix): Float64Array {
  return conformalOodPValues(evidence.calibration, combinedScores(evidence, scores));
}

/**
 * The combined number of each row, larger for rows more like the training data: a score like any other, to rank rows by.
 *
 * @throws {InputError} `shape-mismatch`, `not-finite`
 */
export function combinedScores(evidence: CombinedEvidence, scores: Matrix): Float64Array {
  const { length } = evidence.references;
  if (scores.cols !== length)
    throw new InputError("shape-mismatch", `${length} detectors were combined, got scores of ${scores.cols}`);
  return statistics(evidence, scores);
}

function statistics(
  { statistic, references }: Pick<CombinedEvidence, "statistic" | "references">,
  { data, rows, cols }: Matrix,
): Float64Array {
  const combined = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    let least = 1;
    for (let k = 0; k < cols; k++) {
      const score = data[i * cols + k];
      if (Number.isNaN(score)) throw new InputError("not-finite", `score of detector ${k} at row ${i} is NaN`, i);
      const { length: n } = references[k];
      const p = (1 + countUpTo(references[k], score)) / (n + 1);
      if (statistic === "fisher") sum += Math.log(p);
      else if (statistic === "stouffer") sum += normalQuantile(p - 0.5 / (n + 1));
      else if (statistic === "harmonic") sum += 1 / p;
      else if (p < least) least = p;
    }
    combined[i] = statistic === "minimum" ? least : statistic === "harmonic" ? cols / sum : sum / cols;
  }
  return combined;
}
