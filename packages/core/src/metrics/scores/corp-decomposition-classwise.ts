import type { SampleOptions } from "../../estimate.ts";
import { checkClassProbabilities } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import type { Matrix } from "../../matrix.ts";
import { assemble, baseRate, type CorpDecomposition, recalibrated } from "./corp-parts.ts";

/**
 * CORP decomposition of the Brier score, class against the rest, averaged over the classes: the score is the multiclass
 * Brier score divided by the number of classes.
 *
 * @param probabilities n × k, each in [0, 1]
 * @param labels n class indices in [0, k); a class without rows counts with its score and no uncertainty
 * @returns as `corpDecomposition`, with the same limits of the intervals
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Dimitriadis, Gneiting and Jordan (2021), PNAS 118(8), applied to each class; the average over one-against-rest
 * problems is our choice, no joint multiclass isotonic fit is implied.
 */
export function corpDecompositionClasswise(
  probabilities: Matrix,
  labels: Int32Array,
  options: SampleOptions = {},
): CorpDecomposition {
  checkClassProbabilities(probabilities, labels);
  const { data, rows, cols } = probabilities;
  const sample = checkSample(rows, options);
  const forecast = new Float64Array(rows);
  const fitted = new Float64Array(rows);
  const constant = new Float64Array(rows);
  const p = new Float64Array(rows);
  const y = new Uint8Array(rows);
  for (let c = 0; c < cols; c++) {
    for (let i = 0; i < rows; i++) {
      p[i] = data[i * cols + c];
      y[i] = labels[i] === c ? 1 : 0;
    }
    const base = baseRate(y, sample);
    const q = recalibrated(p, y, sample);
    for (let i = 0; i < rows; i++) {
      forecast[i] += ((p[i] - y[i]) * (p[i] - y[i])) / cols;
      fitted[i] += ((q[i] - y[i]) * (q[i] - y[i])) / cols;
      constant[i] += ((base - y[i]) * (base - y[i])) / cols;
    }
  }
  return assemble(
    { forecast, fitted, constant },
    { score: "brier", ties: "exact", aggregation: "one-vs-rest, mean over classes", classes: cols },
    options,
  );
}
