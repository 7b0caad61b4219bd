import { exactDecimal } from "../../conformal/exact-decimal.ts";
import type { TestEstimate } from "../../estimate.ts";
import { sortedCopy } from "../../kernels/argsort.ts";
import { kolmogorovSurvival } from "../../special/kolmogorov.ts";
import { logGamma } from "../../special/log-gamma.ts";
import { ascending, conformalOodPValues } from "../evidence/conformal-p-values.ts";
import { countedShare } from "./batch-discoveries.ts";
import type { OodPValueReport } from "./document.ts";

const BINS = 20;

/** Below this probability under validity p-values are called not valid. */
const STRONG = 0.001;

/** What p-values do on test rows, and whether they keep their promise on inside rows. */
export function pValueReport(
  calibration: Float64Array,
  inside: Float64Array,
  outside: Float64Array | null,
  cut: number,
  level: number,
): OodPValueReport {
  const sorted = ascending(calibration);
  const n = sorted.length;
  const ofInside = conformalOodPValues(sorted, inside);
  const ofOutside = outside && conformalOodPValues(sorted, outside);
  const atMost = countAtMost(ofInside, cut, n);
  const spec = { cut, calibrationRows: n };
  const sizePValue = betaBinomialTail(atMost, inside.length, rankOfCut(cut, n), n);
  return {
    calibrationRows: n,
    level: cut,
    smallest: 1 / (n + 1),
    size: countedShare(atMost, inside.length, level, { metric: "p-value-size", ...spec }),
    power:
      ofOutside &&
      countedShare(countAtMost(ofOutside, cut, n), ofOutside.length, level, { metric: "p-value-power", ...spec }),
    sizePValue,
    uniformity: twoSampleDistance(sorted, inside, level),
    areValid: sizePValue >= STRONG,
    histogram: histogramOf(ofInside, ofOutside),
  };
}

/** The largest count with count/(n + 1) ≤ cut, in whole numbers. */
function rankOfCut(cut: number, n: number): number {
  const { numerator, denominator } = exactDecimal(cut, "level");
  return Number((BigInt(n + 1) * numerator) / denominator);
}

/** 1 for conformal p-values of n calibration rows that are at or below a cut, compared as fractions. */
export function atMost(pValues: Float64Array, cut: number, n: number): Uint8Array {
  const rank = rankOfCut(cut, n);
  const found = new Uint8Array(pValues.length);
  for (let i = 0; i < pValues.length; i++) if (Math.round(pValues[i] * (n + 1)) <= rank) found[i] = 1;
  return found;
}

function countAtMost(pValues: Float64Array, cut: number, n: number): number {
  return atMost(pValues, cut, n).reduce((sum, one) => sum + one, 0);
}

/**
 * P(X ≥ count) for the number of m new rows among whose p-values at most rank/(n + 1): beta-binomial with parameters rank and
 * n + 1 − rank where all rows are exchangeable without ties, and less with ties.
 *
 * Source: the new rows' places among the sorted calibration scores are uniform over all arrangements (negative hypergeometric).
 */
export function betaBinomialTail(count: number, m: number, rank: number, n: number): number {
  if (count <= 0) return 1;
  if (rank <= 0) return 0;
  if (rank > n) return 1;
  const a = rank;
  const b = n + 1 - rank;
  const start = logGamma(m + 1) + logGamma(a + b) - logGamma(a) - logGamma(b) - logGamma(m + a + b);
  let term = Math.exp(
    start + logGamma(count + a) + logGamma(m - count + b) - logGamma(count + 1) - logGamma(m - count + 1),
  );
  let sum = term;
  const mode = (m * a) / (a + b);
  for (let k = count; k < m && (k <= mode || term > 1e-18 * sum); k++) {
    term *= ((m - k) * (k + a)) / ((k + 1) * (m - k - 1 + b));
    sum += term;
  }
  return Math.min(1, sum);
}

/** Kolmogorov–Smirnov distance of two samples; conservative where scores are tied. */
function twoSampleDistance(calibration: Float64Array, inside: Float64Array, level: number): TestEstimate {
  const rows = sortedCopy(inside);
  const n = calibration.length;
  const m = rows.length;
  let distance = 0;
  for (let i = 0, j = 0; i < n || j < m; ) {
    const at = j >= m || (i < n && calibration[i] <= rows[j]) ? calibration[i] : rows[j];
    while (i < n && calibration[i] === at) i++;
    while (j < m && rows[j] === at) j++;
    distance = Math.max(distance, Math.abs(i / n - j / m));
  }
  const effective = (n * m) / (n + m);
  return {
    value: distance,
    lower: distance,
    upper: distance,
    level,
    n: n + m,
    effectiveN: n + m,
    interval: "none",
    spec: { metric: "kolmogorov-smirnov", samples: 2, calibrationRows: n },
    pValue: kolmogorovSurvival(distance * Math.sqrt(effective)),
  };
}

function histogramOf(inside: Float64Array, outside: Float64Array | null): OodPValueReport["histogram"] {
  const ofInside = shares(inside);
  const ofOutside = outside && shares(outside);
  return Array.from(ofInside, (share, i) => ({
    lower: i / BINS,
    upper: (i + 1) / BINS,
    inside: share,
    outside: ofOutside === null ? null : ofOutside[i],
  }));
}

/** Bins (lower, upper], so that a bin from 0 holds the p-values at or below its end. */
function shares(pValues: Float64Array): Float64Array {
  const counts = new Float64Array(BINS);
  for (let i = 0; i < pValues.length; i++) {
    const bin = Math.max(0, Math.ceil(pValues[i] * BINS - 1e-9) - 1);
    counts[Math.min(BINS - 1, bin)]++;
  }
  return counts.map((count) => count / pValues.length);
}
