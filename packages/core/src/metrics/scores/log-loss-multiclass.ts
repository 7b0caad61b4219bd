import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkClassProbabilities } from "../../intervals/check-pairs.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import type { Matrix } from "../../matrix.ts";
import { weighted } from "../weighted.ts";
import type { LogLossOptions } from "./log-loss.ts";
import { checkClip, DEFAULT_CLIP } from "./row-losses.ts";

/**
 * Log loss over all classes from probabilities: the mean of −ln of the probability of the true class.
 *
 * @param probabilities n × k, each in [0, 1]; clipped, not renormalised
 * @param labels n class indices in [0, k)
 * @returns nats per row, ≥ 0, lower is better; ln k means "no better than guessing uniformly"
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`; `out-of-range`, also for an infinite loss with `clip: 0`
 */
export function logLossMulticlass(probabilities: Matrix, labels: Int32Array, options: LogLossOptions = {}): Estimate {
  const { clip = DEFAULT_CLIP, weights } = options;
  checkClip(clip);
  checkClassProbabilities(probabilities, labels);
  const { data, rows, cols } = probabilities;
  const losses = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    if (weights && weights[i] === 0) continue;
    losses[i] = -Math.log(Math.min(1 - clip, Math.max(clip, data[i * cols + labels[i]])));
    if (losses[i] === Infinity)
      throw new InputError(
        "out-of-range",
        `the true class of row ${i} has probability 0: its log loss is infinite; a clip > 0 bounds it`,
        i,
      );
  }
  const sample = checkSample(rows, options);
  const spec = {
    metric: "log-loss",
    task: "multiclass",
    classes: cols,
    input: "probabilities",
    unit: "nats",
    clip,
    ...weighted(sample),
  };
  return meanEstimate(losses, spec, { ...options, min: 0 });
}

/** Options of the log loss from logits. */
export interface LogitLossOptions extends SampleOptions {
  /** Divisor of every logit, > 0. Default 1. */
  readonly temperature?: number;
}

/**
 * Log loss over all classes from logits: exact, without any clip.
 *
 * @param logits n × k, each finite, or −Infinity for a class that is ruled out (never the true one)
 * @param labels n class indices in [0, k)
 * @returns nats per row, ≥ 0, lower is better
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the index of the first bad row
 *
 * Accuracy: max-shifted; a true class that holds nearly all the mass keeps its relative precision through `log1p`.
 */
export function logLossFromLogits(logits: Matrix, labels: Int32Array, options: LogitLossOptions = {}): Estimate {
  const { temperature = 1 } = options;
  if (!(temperature > 0 && temperature < Infinity))
    throw new InputError("out-of-range", `temperature must be a finite number > 0, got ${temperature}`);
  checkLabels(logits, labels);
  const { data, rows, cols } = logits;
  const losses = new Float64Array(rows);
  const inverse = 1 / temperature;
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    let top = start;
    for (let j = start; j < start + cols; j++) {
      if (!(data[j] < Infinity)) throw notFinite(data[j], i, j - start);
      if (data[j] > data[top]) top = j;
    }
    const truth = data[start + labels[i]];
    if (truth === -Infinity) throw notFinite(truth, i, labels[i]);
    const highest = data[top];
    let rest = 0;
    for (let j = start; j < top; j++) rest += Math.exp((data[j] - highest) * inverse);
    for (let j = top + 1; j < start + cols; j++) rest += Math.exp((data[j] - highest) * inverse);
    losses[i] = Math.log1p(rest) + (highest - truth) * inverse;
  }
  const spec = {
    metric: "log-loss",
    task: "multiclass",
    classes: cols,
    input: "logits",
    unit: "nats",
    clip: 0,
    ...(temperature === 1 ? {} : { temperature }),
    ...weighted(checkSample(rows, options)),
  };
  return meanEstimate(losses, spec, { ...options, min: 0 });
}

/**
 * Log loss over all classes from natural-log probabilities, taken as they are: no clip, no normalisation.
 *
 * @param logProbabilities n × k, each ≤ 0; −Infinity for a class that is ruled out (never the true one)
 * @param labels n class indices in [0, k)
 * @returns nats per row, ≥ 0, lower is better
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the index of the first bad row
 */
export function logLossFromLogProbabilities(
  logProbabilities: Matrix,
  labels: Int32Array,
  options: SampleOptions = {},
): Estimate {
  checkLabels(logProbabilities, labels);
  const { data, rows, cols } = logProbabilities;
  const losses = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const value = data[i * cols + labels[i]];
    if (!Number.isFinite(value)) throw notFinite(value, i, labels[i]);
    if (value > 0)
      throw new InputError("out-of-range", `log probability ${value} at row ${i}, class ${labels[i]} is above 0`, i);
    losses[i] = -value;
  }
  const spec = {
    metric: "log-loss",
    task: "multiclass",
    classes: cols,
    input: "log-probabilities",
    unit: "nats",
    clip: 0,
    ...weighted(checkSample(rows, options)),
  };
  return meanEstimate(losses, spec, { ...options, min: 0 });
}

function notFinite(value: number, row: number, column: number): InputError {
  return new InputError("not-finite", `value ${value} at row ${row}, class ${column} gives no finite log loss`, row);
}

function checkLabels({ rows, cols }: Matrix, labels: Int32Array): void {
  if (rows === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (labels.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows of classes but ${labels.length} labels`);
  for (let i = 0; i < rows; i++)
    if (!(labels[i] >= 0 && labels[i] < cols))
      throw new InputError("out-of-range", `label ${labels[i]} at row ${i} is not in [0, ${cols})`, i);
}
