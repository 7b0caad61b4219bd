import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkClassProbabilities } from "../../intervals/check-pairs.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import type { Matrix } from "../../matrix.ts";
import { weighted } from "../weighted.ts";

/**
 * Brier score over all classes: the mean over rows of Σ_k (p_k − [label = k])².
 *
 * @param probabilities n × k, each in [0, 1]
 * @param labels n class indices in [0, k)
 * @returns a number in [0, 2] where rows sum to 1, lower is better; for two classes twice `brierScore`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Brier (1950), Monthly Weather Review 78.
 */
export function brierScoreMulticlass(probabilities: Matrix, labels: Int32Array, options: SampleOptions = {}): Estimate {
  checkClassProbabilities(probabilities, labels);
  const { data, rows, cols } = probabilities;
  const losses = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    let loss = 0;
    for (let j = start; j < start + cols; j++) loss += data[j] * data[j];
    const p = data[start + labels[i]];
    losses[i] = loss - p * p + (1 - p) * (1 - p);
  }
  const spec = {
    metric: "brier",
    task: "multiclass",
    classes: cols,
    scale: "sum over classes of (p - y)^2",
    ...weighted(checkSample(rows, options)),
  };
  return meanEstimate(losses, spec, { ...options, min: 0 });
}
