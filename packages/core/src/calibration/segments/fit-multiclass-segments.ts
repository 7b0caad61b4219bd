import { InputError } from "../../errors.ts";
import { checkSample } from "../../intervals/sample.ts";
import { logSoftmax } from "../../kernels/softmax.ts";
import type { Matrix } from "../../matrix.ts";
import { correctness, topLabel } from "../../metrics/ranking/top-label.ts";
import type { PairSample } from "../../report/pair-sample.ts";
import type { SegmentColumn } from "../../report/predictions.ts";
import type { LinearMap } from "../multiclass-map.ts";
import { combineColumns } from "./combine-columns.ts";
import { heldOutRows } from "./cross-fit.ts";
import { temperatureLikelihood } from "./segment-likelihood.ts";
import { type SegmentFits, type SegmentOptions, segmentMaps, segmentResults } from "./segment-results.ts";
import { type ShrunkFits, shrunkFits } from "./shrunk-fits.ts";

/** What the pooled map gave, and what happened. */
export interface MulticlassSegmentData {
  /** n × K finite logarithms of the probabilities after the pooled map, best held out. */
  readonly pooled: Matrix;
  /** n class indices in [0, K). */
  readonly labels: Int32Array;
  /** Columns whose values together name a segment, at least one. */
  readonly columns: readonly SegmentColumn[];
  /** n × K logits, or logarithms of probabilities, before any calibration, for the comparison. Default: `pooled`. */
  readonly before?: Matrix;
}

/**
 * A temperature per segment, q ∝ p^scale of the pooled probabilities p, its logarithm shrunk towards 0 as far as the
 * segments seem alike. The predicted class stays the same.
 *
 * How far the segments differ is estimated from all of them (`shrunkFits`). A segment of few rows stays near the pooled
 * map, one of many gets nearly its own temperature. With several columns the segments are the combinations of their
 * values. A bias per class and segment is not fitted: K numbers per segment seldom pay.
 *
 * @returns the corrections, with a result for every segment; `after` holds logarithms of probabilities. Segments that have
 *   no rows keep the pooled map, and so do all of them where no difference is found
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `too-few`
 *
 * Source: Efron and Morris (1975), JASA 70; Guo et al. (2017), "On calibration of modern neural networks", ICML, for the
 * temperature.
 * Accuracy: deterministic, to a gradient of 1e-10 for every segment.
 */
export function fitMulticlassSegments(
  { pooled, labels, columns, before = pooled }: MulticlassSegmentData,
  options: SegmentOptions = {},
): SegmentFits<LinearMap, Matrix> {
  checkClasses(pooled, labels);
  if (before !== pooled) checkClasses(before, labels);
  const { rows, cols } = pooled;
  const sample = checkSample(rows, options);
  const combined = combineColumns(columns, rows);
  const { codes, values } = combined;
  const fit = (training?: Uint32Array): ShrunkFits =>
    shrunkFits(temperatureLikelihood(pooled, labels, codes, values.length, sample, training), ["first"]);
  const scaled = new Float64Array(rows * cols);
  const correct = (row: number, corrections: Float64Array): void => {
    const scale = Math.exp(corrections[2 * codes[row]]);
    for (let j = row * cols; j < (row + 1) * cols; j++) scaled[j] = scale * pooled.data[j];
  };
  const fits = fit();
  if (options.heldOut) {
    for (const { held, training } of heldOutRows(options.heldOut, rows)) {
      const corrections = fit(training).values;
      for (const i of held) correct(i, corrections);
    }
  } else for (let i = 0; i < rows; i++) correct(i, fits.values);
  const after = logSoftmax({ data: scaled, rows, cols });
  const logPooled = logSoftmax(pooled);

  const { predicted } = topLabel(pooled);
  const { weights, merged } = options;
  const pairs: PairSample = {
    probabilities: probabilitiesOf(logPooled, predicted),
    outcomes: correctness(predicted, labels),
    ...(weights ? { weights } : {}),
    ...(merged ? { merged } : {}),
  };
  return {
    maps: segmentMaps(combined, fits, sample, (first) => ({
      kind: "linear",
      scale: Math.exp(first),
      bias: null,
      prepare: null,
    })),
    results: segmentResults(
      combined,
      fits,
      {
        pooled: pairs,
        own: { ...pairs, probabilities: probabilitiesOf(after, predicted) },
        lossBefore: lossesOf(before === pooled ? logPooled : logSoftmax(before), labels),
        lossPooled: lossesOf(logPooled, labels),
        lossOwn: lossesOf(after, labels),
      },
      "top-label",
      sample,
    ),
    after,
    parameters: { logScaleSpread: Math.sqrt(fits.covariance[0]) },
  };
}

function checkClasses({ data, rows, cols }: Matrix, labels: Int32Array): void {
  if (rows === 0 || cols < 2)
    throw new InputError("empty", `expected rows of at least two classes, got ${rows} × ${cols}`);
  if (labels.length !== rows)
    throw new InputError("shape-mismatch", `logits have ${rows} rows but there are ${labels.length} labels`);
  for (let i = 0; i < rows; i++) {
    if (!(labels[i] >= 0 && labels[i] < cols))
      throw new InputError("out-of-range", `label ${labels[i]} at row ${i} is not in [0, ${cols})`, i);
    for (let j = i * cols; j < (i + 1) * cols; j++)
      if (!Number.isFinite(data[j]))
        throw new InputError("not-finite", `logit ${data[j]} at row ${i}, class ${j - i * cols} is not finite`, i);
  }
}

/** The probability of one class of each row. */
function probabilitiesOf({ data, cols }: Matrix, classes: Int32Array): Float64Array {
  return Float64Array.from(classes, (k, i) => Math.min(1, Math.exp(data[i * cols + k])));
}

function lossesOf({ data, cols }: Matrix, labels: Int32Array): Float64Array {
  return Float64Array.from(labels, (k, i) => -data[i * cols + k]);
}
