import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { DEFAULT_CLIP, logLosses } from "../../metrics/scores/row-losses.ts";
import type { PairSample } from "../../report/pair-sample.ts";
import type { SegmentColumn } from "../../report/predictions.ts";
import type { LogisticMap } from "../binary-map.ts";
import { combineColumns } from "./combine-columns.ts";
import { heldOutRows } from "./cross-fit.ts";
import { logitLikelihood } from "./segment-likelihood.ts";
import { type SegmentFits, type SegmentOptions, segmentMaps, segmentResults } from "./segment-results.ts";
import { type ShrunkFits, shrunkFits } from "./shrunk-fits.ts";

/** What the pooled map gave, and what happened. */
export interface BinarySegmentData {
  /** n probabilities in [0, 1] after the pooled map, best held out. */
  readonly pooled: Float64Array;
  /** n values, 0 or 1. */
  readonly outcomes: Uint8Array;
  /** Columns whose values together name a segment, at least one. */
  readonly columns: readonly SegmentColumn[];
  /** n scores in [0, 1] before any calibration, for the comparison. Default: `pooled`. */
  readonly before?: Float64Array;
}

/** Pooled probabilities are taken into [SEGMENT_CLIP, 1 - SEGMENT_CLIP] before their logit. */
export const SEGMENT_CLIP = 1e-6;

/**
 * A correction per segment, ln q/(1 - q) = a + b · ln p/(1 - p) of the pooled probability p, shrunk towards a = 0, b = 1 as
 * far as the segments seem alike.
 *
 * How far the segments differ is estimated from all of them (`shrunkFits`): in offset, in slope, in both, or not at all,
 * by what the data support. A segment of few rows stays near the pooled map, one of many gets nearly its own fit; rows of
 * one class, or separable ones, are no trouble. With several columns the segments are the combinations of their values.
 *
 * @returns the corrections, with a result for every segment. Segments that have no rows when the calibrator is applied
 *   keep the pooled map, and so do all of them where no difference is found
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `too-few`
 *
 * Source: Efron and Morris (1975), JASA 70; Breslow and Clayton (1993), JASA 88.
 * Accuracy: deterministic, to a gradient of 1e-10 for every segment.
 */
export function fitBinarySegments(
  { pooled, outcomes, columns, before = pooled }: BinarySegmentData,
  options: SegmentOptions = {},
): SegmentFits<LogisticMap, Float64Array> {
  checkPairs(pooled, outcomes);
  if (before !== pooled) checkPairs(before, outcomes, "score");
  const rows = pooled.length;
  const sample = checkSample(rows, options);
  const combined = combineColumns(columns, rows);
  const { codes, values } = combined;
  const logits = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const p = Math.min(1 - SEGMENT_CLIP, Math.max(SEGMENT_CLIP, pooled[i]));
    logits[i] = Math.log(p) - Math.log1p(-p);
  }
  const fit = (training?: Uint32Array): ShrunkFits =>
    predictive(
      shrunkFits(logitLikelihood(logits, outcomes, codes, values.length, sample, training), [
        "first",
        "second",
        "both",
      ]),
    );
  const correct = (row: number, corrections: Float64Array): number => {
    const a = corrections[2 * codes[row]];
    const b = corrections[2 * codes[row] + 1];
    return a === 0 && b === 0 ? pooled[row] : 1 / (1 + Math.exp(-(a + logits[row] * (1 + b))));
  };
  const fits = fit();
  const after = new Float64Array(rows);
  if (options.heldOut) {
    for (const { held, training } of heldOutRows(options.heldOut, rows)) {
      const corrections = fit(training).values;
      for (const i of held) after[i] = correct(i, corrections);
    }
  } else for (let i = 0; i < rows; i++) after[i] = correct(i, fits.values);

  const { weights, merged } = options;
  const pairs: PairSample = {
    probabilities: pooled,
    outcomes,
    ...(weights ? { weights } : {}),
    ...(merged ? { merged } : {}),
  };
  const loss = (probabilities: Float64Array): Float64Array =>
    logLosses(probabilities, outcomes, DEFAULT_CLIP, sample.weights);
  return {
    maps: segmentMaps(combined, fits, sample, mapOf),
    results: segmentResults(
      combined,
      fits,
      {
        pooled: pairs,
        own: { ...pairs, probabilities: after },
        lossBefore: loss(before),
        lossPooled: loss(pooled),
        lossOwn: loss(after),
      },
      options.label ?? "positive-class",
      sample,
    ),
    after,
    parameters: { offsetSpread: Math.sqrt(fits.covariance[0]), slopeSpread: Math.sqrt(fits.covariance[2]) },
  };
}

/**
 * The numbers of the maps that give the posterior mean of the probability rather than its mode: what is unsure is drawn
 * towards a half (MacKay 1992, "The evidence framework applied to classification networks", Neural Computation 4).
 */
function predictive(fits: ShrunkFits): ShrunkFits {
  const values = fits.values.slice();
  fits.uncertainty.forEach((variance, s) => {
    const factor = 1 / Math.sqrt(1 + (Math.PI / 8) * variance);
    values[2 * s] *= factor;
    values[2 * s + 1] = factor * (1 + values[2 * s + 1]) - 1;
  });
  return { ...fits, values };
}

function mapOf(offset: number, slope: number): LogisticMap {
  return {
    kind: "logistic",
    terms: [
      { feature: "one", coefficient: offset },
      { feature: "logit", coefficient: 1 + slope },
    ],
    clip: SEGMENT_CLIP,
  };
}
