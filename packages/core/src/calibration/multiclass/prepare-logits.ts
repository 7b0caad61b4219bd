import { logSoftmax, softmax } from "../../kernels/softmax.ts";
import type { Matrix } from "../../matrix.ts";
import type { LinearMap } from "../multiclass-map.ts";

/** Every logit times a number. */
export function scaledLogits(logits: Matrix, factor: number): Matrix {
  return { ...logits, data: logits.data.map((value) => value * factor) };
}

/**
 * ln((1 - mix) · softmax(beta · z) + mix / K), row by row.
 *
 * @param logits n × K, finite
 * @returns n × K, finite where mix > 0 or the logits are
 *
 * Accuracy: without a mix the logarithms of tiny probabilities are exact; with it nothing is below ln(mix / K).
 */
export function preparedLogits(logits: Matrix, { beta, mix }: NonNullable<LinearMap["prepare"]>): Matrix {
  const tempered = scaledLogits(logits, beta);
  if (mix === 0) return logSoftmax(tempered);
  const probabilities = softmax(tempered);
  const { data, cols } = probabilities;
  const floor = mix / cols;
  for (let i = 0; i < data.length; i++) data[i] = Math.log((1 - mix) * data[i] + floor);
  return probabilities;
}
