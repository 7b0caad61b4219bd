import type { Estimate, IntervalKind, SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { binningSpec, equalWidthBin, equalWidthEdges } from "../../kernels/bins.ts";
import { weighted } from "../weighted.ts";

/** Options of `murphyDecomposition`. */
export interface MurphyOptions extends SampleOptions {
  /** Number of equal-width bins on [0, 1], ≥ 1. Default 10. */
  readonly bins?: number;
  /** Which edge belongs to a bin: (lo, hi] or [lo, hi). The outermost bins also hold 0 and 1. Default `right-closed`. */
  readonly edgeRule?: "right-closed" | "left-closed";
}

/** Parts of the Brier score: score = reliability − resolution + uncertainty + withinBinVariance − 2·withinBinCovariance. */
export interface MurphyDecomposition {
  readonly score: Estimate;
  /** Mean squared gap between mean probability and frequency of a bin, lower is better. */
  readonly reliability: Estimate;
  /** Variance of the frequencies of the bins, higher is better. */
  readonly resolution: Estimate;
  /** ȳ(1 − ȳ): what the constant base rate scores. */
  readonly uncertainty: Estimate;
  readonly withinBinVariance: Estimate;
  readonly withinBinCovariance: Estimate;
}

/**
 * Murphy's decomposition of the binary Brier score over equal-width bins, with the two terms that make it exact.
 *
 * @param probabilities n probabilities of outcome 1, in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns estimates from exact influence functions. Those of reliability and resolution are `approximate`: the parts are
 *   biased upwards by about bins·uncertainty/n, and their intervals do not cover a value near 0
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Murphy (1973), J. Appl. Meteorology 12; within-bin terms: Stephenson, Coelho and Jolliffe (2008), Weather and
 * Forecasting 23.
 */
export function murphyDecomposition(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: MurphyOptions = {},
): MurphyDecomposition {
  const { bins = 10, edgeRule = "right-closed" } = options;
  const choices = binningSpec({ bins, edgeRule });
  checkPairs(probabilities, outcomes);
  const n = probabilities.length;
  const sample = checkSample(n, options);
  const { weights, totalWeight } = sample;

  const edges = equalWidthEdges(bins);
  const binOf = new Int32Array(n);
  const mass = new Float64Array(bins);
  const meanP = new Float64Array(bins);
  const meanY = new Float64Array(bins);
  let base = 0;
  for (let i = 0; i < n; i++) {
    const b = equalWidthBin(probabilities[i], bins, edges, edgeRule);
    const w = weights ? weights[i] : 1;
    binOf[i] = b;
    mass[b] += w;
    meanP[b] += w * probabilities[i];
    meanY[b] += w * outcomes[i];
    base += w * outcomes[i];
  }
  base /= totalWeight;
  for (let b = 0; b < bins; b++)
    if (mass[b] > 0) {
      meanP[b] /= mass[b];
      meanY[b] /= mass[b];
    }

  const score = new Float64Array(n);
  const reliability = new Float64Array(n);
  const resolution = new Float64Array(n);
  const uncertainty = new Float64Array(n);
  const variance = new Float64Array(n);
  const covariance = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const p = probabilities[i];
    const y = outcomes[i];
    const b = binOf[i];
    const gap = meanP[b] - meanY[b];
    const rise = meanY[b] - base;
    score[i] = (p - y) * (p - y);
    reliability[i] = gap * (2 * (p - y) - gap);
    resolution[i] = rise * (2 * (y - base) - rise);
    uncertainty[i] = (y - base) * (y - base);
    variance[i] = (p - meanP[b]) * (p - meanP[b]);
    covariance[i] = (p - meanP[b]) * (y - meanY[b]);
  }
  // The mean of each term over the rows is the part itself, the deviations from it are its influence function.
  const part = (name: string, terms: Float64Array, kind: IntervalKind = "asymptotic", min = 0): Estimate => {
    const spec = { metric: `murphy-${name}`, score: "brier", ...choices, ...weighted(sample) };
    return meanEstimate(terms, spec, { ...options, min, max: 1, kind });
  };
  return {
    score: part("score", score),
    reliability: part("reliability", reliability, "approximate"),
    resolution: part("resolution", resolution, "approximate"),
    uncertainty: part("uncertainty", uncertainty),
    withinBinVariance: part("within-bin-variance", variance),
    withinBinCovariance: part("within-bin-covariance", covariance, "asymptotic", -1),
  };
}
