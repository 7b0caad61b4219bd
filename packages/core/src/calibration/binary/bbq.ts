import { InputError } from "../../errors.ts";
import { logGamma } from "../../special/log-gamma.ts";
import type { StepMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import { equalMassBins, type LevelBins } from "./equal-mass.ts";
import { poolLevels, runningTotals } from "./pool-levels.ts";
import { sortPairs } from "./sort-pairs.ts";
import { stepMap } from "./step-map.ts";

/** Models of less than this share of the weight of the best are left out. */
const LEAST_WEIGHT = 1e-12;
/** Middles of bins are taken into [this, 1 - this], so that a prior exists for a bin at 0 or 1. */
const PRIOR_CLIP = 1e-6;

/** Options of `fitBbq`. */
export interface BbqOptions extends FitOptions {
  /** Models have from n^⅓/spread to spread·n^⅓ bins, at most n/5; ≥ 1. Default 10, as in the paper. */
  readonly spread?: number;
  /** Equivalent sample size N′ of the prior, > 0, in rows. Default 2. */
  readonly priorRows?: number;
  /**
   * Whether `priorRows` are those of each bin (`bin`, default, as the authors' program: a bin of its own gets the strength of
   * two rows) or of a whole model (`model`, the formula as printed: each of B bins gets N′/B).
   */
  readonly priorPer?: "bin" | "model";
  /** Value of a bin: its posterior mean (m + α)/(N + α + β), never 0 or 1 (default), or the share m/N. */
  readonly binValue?: "posterior-mean" | "share";
}

/**
 * Bayesian binning into quantiles: the average of histogram binnings with every number of equal-mass bins in a range, each
 * weighted by its marginal likelihood ∏ Γ(N′)/Γ(N + N′) · Γ(m + α)/Γ(α) · Γ(N - m + β)/Γ(β) over its bins, with m of N rows
 * positive, α = N′·p and β = N′·(1 - p) for p the middle of the bin, and a uniform prior over models. Numbers of
 * bins that ties make the same binning count as one model.
 *
 * @param scores n values in [0, 1]
 * @param outcomes n values, 0 or 1; one class alone is accepted
 * @returns one step map over the edges of all models; `parameters.modelBins` and `modelWeights` are the models kept. It need
 *   not be monotone
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`
 *
 * Source: Naeini, Cooper & Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian binning", AAAI;
 * `priorPer: "model"` with `binValue: "share"` is pycalib's reading, but for its quantiles.
 */
export function fitBbq(scores: Float64Array, outcomes: Uint8Array, options: BbqOptions = {}): CalibrationFit<StepMap> {
  const { spread = 10, priorRows = 2, priorPer = "bin", binValue = "posterior-mean" } = options;
  if (!(spread >= 1 && spread < Infinity)) throw new InputError("out-of-range", `spread must be >= 1, got ${spread}`);
  if (!(priorRows > 0 && priorRows < Infinity))
    throw new InputError("out-of-range", `priorRows must be > 0, got ${priorRows}`);
  if (priorPer !== "bin" && priorPer !== "model")
    throw new InputError("unknown-option", `priorPer must be "bin" or "model", got ${JSON.stringify(priorPer)}`);
  if (binValue !== "posterior-mean" && binValue !== "share")
    throw new InputError(
      "unknown-option",
      `binValue must be "posterior-mean" or "share", got ${JSON.stringify(binValue)}`,
    );
  const pairs = sortPairs(scores, outcomes, options);
  const { x, weights, positives } = poolLevels(pairs);
  const masses = runningTotals(weights);
  const hits = runningTotals(positives);
  const rows = masses[x.length];
  const fewest = Math.max(1, Math.floor(Math.cbrt(rows) / spread));
  const most = Math.max(fewest, Math.min(Math.ceil(rows / 5), Math.ceil(spread * Math.cbrt(rows))));

  const models: Model[] = [];
  const seen = new Set<string>();
  for (let bins = fewest; bins <= most; bins++) {
    const layout = equalMassBins(x, masses, bins, "midpoint");
    const key = layout.ends.join();
    if (seen.has(key)) continue;
    seen.add(key);
    const perBin = priorPer === "bin" ? priorRows : priorRows / layout.ends.length;
    models.push(scoreModel(layout, masses, hits, perBin, binValue));
  }
  const best = models.reduce((top, { score }) => Math.max(top, score), -Infinity);
  const kept = models.filter(({ score }) => score - best >= Math.log(LEAST_WEIGHT));
  const total = kept.reduce((sum, { score }) => sum + Math.exp(score - best), 0);
  const modelWeights = kept.map(({ score }) => Math.exp(score - best) / total);
  const modelBins = kept.map(({ values }) => values.length);
  return {
    method: "bbq",
    map: average(kept, modelWeights),
    parameters: { models: kept.length, modelBins, modelWeights },
    certificate: null,
    complexity: modelBins.reduce((sum, bins, i) => sum + bins * modelWeights[i], 0),
    n: pairs.sample.n,
    effectiveN: pairs.sample.effectiveN,
    notes: [],
  };
}

interface Model {
  /** Log marginal likelihood, nats. */
  readonly score: number;
  readonly edges: readonly number[];
  readonly values: readonly number[];
}

function scoreModel(
  { ends, edges }: LevelBins,
  masses: Float64Array,
  hits: Float64Array,
  perBin: number,
  binValue: "posterior-mean" | "share",
): Model {
  const values: number[] = [];
  let score = ends.length * logGamma(perBin);
  ends.forEach((end, b) => {
    const start = b === 0 ? 0 : ends[b - 1];
    const rows = masses[end] - masses[start];
    const positive = Math.min(rows, hits[end] - hits[start]);
    const middle = ((edges[b - 1] ?? 0) + (edges[b] ?? 1)) / 2;
    const alpha = perBin * Math.min(1 - PRIOR_CLIP, Math.max(PRIOR_CLIP, middle));
    const beta = perBin - alpha;
    score -= logGamma(rows + perBin);
    score += logGamma(positive + alpha) - logGamma(alpha);
    score += logGamma(rows - positive + beta) - logGamma(beta);
    values.push(binValue === "share" ? positive / rows : (positive + alpha) / (rows + perBin));
  });
  return { score, edges, values };
}

/** The weighted average of right-closed step functions: one step function over all their edges. */
function average(models: readonly Model[], weights: readonly number[]): StepMap {
  const jumps = new Map<number, number>();
  let value = 0;
  models.forEach(({ edges, values }, i) => {
    value += weights[i] * values[0];
    edges.forEach((edge, b) => {
      jumps.set(edge, (jumps.get(edge) ?? 0) + weights[i] * (values[b + 1] - values[b]));
    });
  });
  const edges = [...jumps.keys()].sort((a, b) => a - b);
  const between = [Math.min(1, Math.max(0, value))];
  for (const edge of edges) {
    value += jumps.get(edge) ?? 0;
    between.push(Math.min(1, Math.max(0, value)));
  }
  return stepMap(edges, between.slice(0, -1), between);
}
