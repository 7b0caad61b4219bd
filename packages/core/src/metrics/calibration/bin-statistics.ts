import { checkPairs } from "../../intervals/check-pairs.ts";
import type { CheckedSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { assignBins, type BinningOptions, binningSpec, equalWidthEdges } from "../../kernels/bins.ts";

/** Sums over the rows of each bin; everything that a binned calibration error and its interval need. */
export interface BinStatistics {
  readonly bins: number;
  /** Original rows. */
  readonly count: Float64Array;
  /** Σw, Σwp, Σwy. */
  readonly weight: Float64Array;
  readonly probability: Float64Array;
  readonly outcome: Float64Array;
  /** Σw²; (Σw)²/Σw² is the number of rows that an unweighted bin of the same precision has (Kish 1965). */
  readonly squared: Float64Array;
  /** Σw²(y − p)²: what the sampling variance of the gap is made of. */
  readonly residual: Float64Array;
  /** Σw²p(1 − p): the same under perfect calibration. */
  readonly variance: Float64Array;
  /** Equal width: the edges of the bin. Equal mass: the smallest and largest probability in it. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Sums of pairs by bin.
 *
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the index of the first bad row
 * @param order ascending argsort of `probabilities` where it is known already (equal mass needs it)
 */
export function binStatistics(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: BinningOptions,
  sample: CheckedSample,
  order?: Uint32Array,
): BinStatistics {
  const { bins, binning, edges } = binningSpec(options);
  if (binning === "equal-width" && edges === "right-closed" && !sample.weights)
    return rightClosedStatistics(probabilities, outcomes, bins);
  checkPairs(probabilities, outcomes);
  const { weights, squaredWeights, counts, n } = sample;
  const assigned = assignBins(probabilities, options, () => order ?? argsort(probabilities), weights, n);
  const sums = emptyStatistics(assigned.bins);
  const { count, weight, probability, outcome, squared, residual, variance, lower, upper } = sums;
  for (let i = 0; i < probabilities.length; i++) {
    const b = assigned.index[i];
    const p = probabilities[i];
    const y = outcomes[i];
    const w = weights ? weights[i] : 1;
    const w2 = squaredWeights ? squaredWeights[i] : w * w;
    count[b] += counts ? counts[i] : 1;
    weight[b] += w;
    probability[b] += w * p;
    outcome[b] += w * y;
    squared[b] += w2;
    residual[b] += w2 * (y - p) * (y - p);
    variance[b] += w2 * p * (1 - p);
    if (p < lower[b]) lower[b] = p;
    if (p > upper[b]) upper[b] = p;
  }
  if (binning === "equal-width") setEdges(sums, bins, options);
  return sums;
}

/** The statistics of bins that nothing is in yet. */
export function emptyStatistics(bins: number): BinStatistics {
  const zeros = (): Float64Array => new Float64Array(bins);
  return {
    bins,
    count: zeros(),
    weight: zeros(),
    probability: zeros(),
    outcome: zeros(),
    squared: zeros(),
    residual: zeros(),
    variance: zeros(),
    lower: zeros().fill(Infinity),
    upper: zeros().fill(-Infinity),
  };
}

/** Edges as the rule has them; the bin of its own that some rules give to 0 or 1 begins and ends there. */
function setEdges(sums: BinStatistics, bins: number, { edgeRule, edgeValues }: BinningOptions): void {
  const edges = equalWidthEdges(bins, edgeValues);
  const shift = edgeRule === "right-closed-zero-apart" ? 1 : 0;
  for (let b = 0; b < sums.bins; b++) {
    sums.lower[b] = edges[Math.max(0, Math.min(bins, b - shift))];
    sums.upper[b] = edges[Math.min(bins, b - shift + 1)];
  }
}

/**
 * The common case without weights: one pass that also checks. Count, Σ(p − y) and Σ(p − y)² are kept by bin and outcome,
 * so that small distances from 0 and 1 keep their digits, and in two tables for odd and even rows, so that one row need
 * not wait for the sums of the row before it.
 */
function rightClosedStatistics(probabilities: Float64Array, outcomes: Uint8Array, bins: number): BinStatistics {
  const n = probabilities.length;
  if (outcomes.length !== n) checkPairs(probabilities, outcomes);
  const edges = new Float64Array(bins + 2);
  edges.set(equalWidthEdges(bins));
  edges[bins + 1] = Infinity;
  const even = new Float64Array(8 * bins);
  const odd = new Float64Array(8 * bins);
  const nudged = (p: number, y: number, b: number): number => {
    if (!(p >= 0 && p <= 1 && y <= 1)) checkPairs(probabilities, outcomes);
    return p > edges[b] ? b + 1 : Math.max(0, b - 1);
  };
  const pairs = n - (n % 2);
  for (let i = 0; i < pairs; i += 2) {
    const p = probabilities[i];
    const q = probabilities[i + 1];
    const y = outcomes[i];
    const z = outcomes[i + 1];
    let b = (p * bins) | 0;
    let c = (q * bins) | 0;
    if (!(p > edges[b] && p <= edges[b + 1] && y <= 1)) b = nudged(p, y, b);
    if (!(q > edges[c] && q <= edges[c + 1] && z <= 1)) c = nudged(q, z, c);
    const d = p - y;
    const e = q - z;
    b = ((b << 1) | y) << 2;
    c = ((c << 1) | z) << 2;
    even[b]++;
    odd[c]++;
    even[b | 1] += d;
    odd[c | 1] += e;
    even[b | 2] += d * d;
    odd[c | 2] += e * e;
  }
  if (pairs < n) {
    const p = probabilities[pairs];
    const y = outcomes[pairs];
    let b = (p * bins) | 0;
    if (!(p > edges[b] && p <= edges[b + 1] && y <= 1)) b = nudged(p, y, b);
    b = ((b << 1) | y) << 2;
    even[b]++;
    even[b | 1] += p - y;
    even[b | 2] += (p - y) * (p - y);
  }
  const result = emptyStatistics(bins);
  for (let b = 0; b < bins; b++) {
    const negative = 8 * b;
    const positive = negative + 4;
    const negatives = even[negative] + odd[negative];
    const positives = even[positive] + odd[positive];
    const above = even[negative | 1] + odd[negative | 1];
    const below = even[positive | 1] + odd[positive | 1];
    const square = even[negative | 2] + odd[negative | 2] + (even[positive | 2] + odd[positive | 2]);
    result.count[b] = negatives + positives;
    result.weight[b] = negatives + positives;
    result.squared[b] = negatives + positives;
    result.probability[b] = above + (positives + below);
    result.outcome[b] = positives;
    result.residual[b] = square;
    result.variance[b] = Math.max(0, above - below - square);
  }
  setEdges(result, bins, {});
  return result;
}
