import type { Estimate, SampleOptions } from "../estimate.ts";
import { meanEstimate, weightedMean } from "../intervals/mean.ts";
import { proportionEstimate } from "../intervals/proportion.ts";
import { type CheckedSample, checkSample, sumOfSquares } from "../intervals/sample.ts";
import { pick } from "../kernels/pick.ts";
import { benjaminiHochberg } from "../metrics/tests/benjamini-hochberg.ts";
import { weighted } from "../metrics/weighted.ts";
import { normalCdf } from "../special/normal.ts";
import { regularizedBeta } from "../special/regularized-beta.ts";
import { studentTCdf } from "../special/student-t.ts";
import type { RegressionGroup } from "./regression-report.ts";
import type { RegressionRows } from "./row-evidence.ts";

/** q-value at or below which a group is flagged. */
const FLAG_AT = 0.05;

/** Rows of a group. */
export interface GroupRows {
  readonly by: string;
  readonly name: string;
  readonly rows: Uint32Array;
}

/**
 * How groups of rows fare, the false discovery rate controlled over them.
 *
 * A group is held against what the forecasts promise: the coverage of the interval nearest to 90 % (exact binomial test) and
 * outcomes as often above as below (mean of the probability integral transform), the smaller p-value doubled. Forecasts of a
 * single number: the mean error (Student's t).
 *
 * @param groups of the same column; those whose rows all weigh nothing are left out
 */
export function regressionGroups(
  groups: readonly GroupRows[],
  evidence: RegressionRows,
  weights: Float64Array | undefined,
  level: number,
): RegressionGroup[] {
  const found = groups.flatMap(({ by, name, rows }) => {
    const own = weights && pick(weights, rows);
    if (rows.length === 0 || own?.every((w) => w === 0)) return [];
    const options: SampleOptions = { level, ...(own ? { weights: own } : {}) };
    return [{ by, name, ...groupOf(rows, evidence, options) }];
  });
  const adjusted = benjaminiHochberg(found.map(({ pValue }) => pValue));
  return found.map(({ by, name, n, coverage, bias, crps }, g) => ({
    by,
    name,
    n,
    coverage,
    bias,
    crps,
    qValue: adjusted[g],
    flagged: adjusted[g] <= FLAG_AT,
  }));
}

interface GroupNumbers {
  readonly n: number;
  readonly coverage: Estimate | null;
  readonly bias: Estimate;
  readonly crps: Estimate | null;
  readonly pValue: number;
}

function groupOf(rows: Uint32Array, evidence: RegressionRows, options: SampleOptions): GroupNumbers {
  const sample = checkSample(rows.length, options);
  const mark = weighted(sample);
  const { n, effectiveN, level } = sample;
  const bias = meanEstimate(
    pick(evidence.error, rows),
    { metric: "forecast-bias", of: evidence.errorOf, scale: "mean of forecast - outcome", ...mark },
    options,
  );
  const crps =
    evidence.crps &&
    meanEstimate(pick(evidence.crps, rows), { metric: evidence.crpsMetric, ...mark }, { ...options, min: 0 });
  if (evidence.pit === null)
    return { n, coverage: null, bias, crps, pValue: meanPValue(pick(evidence.error, rows), sample) };
  const direction = uniformMeanPValue(pick(evidence.pit, rows), sample);
  if (evidence.inside === null || evidence.insideLevel === null)
    return { n, coverage: null, bias, crps, pValue: direction };
  const share = weightedMean(pick(evidence.inside, rows), sample);
  const spec = {
    metric: "interval-coverage",
    central: evidence.insideLevel,
    ends: "included",
    crossed: "sorted",
    ...mark,
  };
  const coverage = proportionEstimate(share, spec, n, effectiveN, level);
  const held = binomialTwoSided(coverage.value, effectiveN, evidence.insideLevel);
  return { n, coverage, bias, crps, pValue: Math.min(1, 2 * Math.min(held, direction)) };
}

/**
 * P-value of an observed share against a promised one: twice the smaller tail of the binomial distribution, at most 1.
 *
 * @param n rows; need not be whole (effective rows)
 */
export function binomialTwoSided(share: number, n: number, promised: number): number {
  const hits = Math.min(n, Math.max(0, share * n));
  const atMost = hits >= n ? 1 : 1 - regularizedBeta(promised, hits + 1, n - hits);
  const atLeast = hits <= 0 ? 1 : regularizedBeta(promised, hits, n - hits + 1);
  return Math.max(0, Math.min(1, 2 * Math.min(atMost, atLeast)));
}

/** Whether the mean of values that are uniform under the forecast is ½: conservative for middles of ranges. */
function uniformMeanPValue(values: Float64Array, sample: CheckedSample): number {
  const mean = weightedMean(values, sample);
  return 2 * normalCdf(-Math.abs(mean - 0.5) * Math.sqrt(12 * sample.effectiveN));
}

function meanPValue(values: Float64Array, sample: CheckedSample): number {
  const freedom = sample.effectiveN - 1;
  if (!(freedom > 1e-9)) return 1;
  const mean = weightedMean(values, sample);
  const squares = sumOfSquares(values, sample, mean) / (sample.totalWeight * sample.totalWeight);
  const error = Math.sqrt((squares * sample.effectiveN) / freedom);
  if (error === 0) return mean === 0 ? 1 : 0;
  return Math.min(1, 2 * studentTCdf(-Math.abs(mean) / error, freedom));
}
