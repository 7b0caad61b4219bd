import { minimizeNonNegative } from "../combination/nonnegative-logistic.ts";
import { InputError } from "../errors.ts";
import type { Scaled } from "./auto.ts";
import type { OodEvidence, OodLogistic, SingleOodMethod } from "./detector.ts";
import { type MethodPart, partScorer, type TrainingRows } from "./fit-part.ts";
import { type Given, hasOutputs } from "./reads.ts";
import { oodRows } from "./rows.ts";
import { type HeldOutScores, meanAndSpread } from "./standardise.ts";

/** The scores that a detector with outliers weighs, as far as there is what they need. */
export function exposureMethods(given: Given): SingleOodMethod[] {
  const methods: SingleOodMethod[] = [];
  const outputs = hasOutputs(given);
  if (outputs) methods.push("gen");
  if (given.logits !== undefined || (given.head !== undefined && given.features !== undefined)) methods.push("energy");
  if (given.features !== undefined) {
    methods.push("knn");
    if (outputs || given.labels !== undefined) methods.push("mahalanobis");
  }
  return methods;
}

/**
 * The log-odds that a row is of the training data and not one of the outliers, from the scores of the parts.
 *
 * A logistic regression with a ridge penalty, both sides weighing the same in total. No weight is below 0: outliers say how much
 * each score tells, never that a score should be read the other way round. The network itself is not trained again, as in the
 * paper: a detector has its outputs and not the network, and scores that work on known outliers carry over to others where
 * features would only recognise the outliers given.
 *
 * @param held scores of rows of the training kind
 * @throws {InputError} `too-few`, `incompatible` where no score is lower for outliers
 *
 * Source: Hendrycks, Mazeika and Dietterich (2019), "Deep anomaly detection with outlier exposure", ICLR; here the loss is that
 * of a logistic regression on post-hoc scores.
 */
export function exposedScores(
  training: TrainingRows,
  parts: readonly MethodPart[],
  held: HeldOutScores,
  outliers: { readonly evidence: OodEvidence; readonly count: number },
  ridge: number,
): Scaled<OodLogistic> {
  if (!(ridge > 0 && ridge < Infinity))
    throw new InputError("out-of-range", `ridge must be a finite number > 0, got ${ridge}`);
  const rows = oodRows(outliers.evidence, outliers.count, training.reads, training.head);
  const outside = parts.map((part) => partScorer(part, training.head)(rows));
  const scales = held.scores.map(meanAndSpread);
  const kept = parts.map((_, i) => i).filter((i) => scales[i].spread > 0);
  const cols = kept.length + 1;
  const count = held.rows + outliers.count;
  const x = new Float64Array(count * cols);
  for (let i = 0; i < count; i++) {
    x[i * cols] = 1;
    kept.forEach((part, j) => {
      const score = i < held.rows ? held.scores[part][i] : outside[part][i - held.rows];
      x[i * cols + 1 + j] = (score - scales[part].mean) / scales[part].spread;
    });
  }
  const fit = minimizeNonNegative({
    x,
    rows: count,
    cols,
    outcomes: Uint8Array.from({ length: count }, (_, i) => (i < held.rows ? 1 : 0)),
    weights: Float64Array.from({ length: count }, (_, i) => 0.5 / (i < held.rows ? held.rows : outliers.count)),
    penalty: Float64Array.from({ length: cols }, (_, j) => (j === 0 ? 0 : ridge)),
    bounded: Uint8Array.from({ length: cols }, (_, j) => (j === 0 ? 0 : 1)),
  });
  const [intercept, ...weights] = fit.coefficients;
  const used = kept.map((part, j) => ({ part, weight: weights[j] })).filter(({ weight }) => weight > 0);
  if (used.length === 0)
    throw new InputError(
      "incompatible",
      `no score is lower for the ${outliers.count} outliers than for the ${held.rows} rows of the training kind`,
    );
  const dropped = parts.filter((_, i) => !used.some(({ part }) => part === i)).map(({ method }) => method);
  return {
    combination: {
      kind: "logistic",
      centres: used.map(({ part }) => scales[part].mean),
      spreads: used.map(({ part }) => scales[part].spread),
      weights: used.map(({ weight }) => weight),
      intercept,
      ridge,
      outliers: outliers.count,
      certificate: { objective: fit.objective, gradientNorm: fit.gradientNorm, iterations: fit.iterations },
    },
    parts: used.map(({ part }) => parts[part]),
    notes: dropped.map((method) => `${method} adds nothing for these outliers and was left out.`),
  };
}
