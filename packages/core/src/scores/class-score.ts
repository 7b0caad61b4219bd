import { InputError } from "../errors.ts";
import { softmax } from "../kernels/softmax.ts";
import type { Matrix } from "../matrix.ts";
import { energyScore } from "./energy-score.ts";
import { generalisedEntropy } from "./generalised-entropy.ts";
import { marginScore } from "./margin-score.ts";
import { maximumLogit } from "./maximum-logit.ts";
import { maximumProbability } from "./maximum-probability.ts";
import { negativeEntropy } from "./negative-entropy.ts";
import type { ClassScoreName } from "./score-family.ts";

/** What a classifier gives for each row: logits, probabilities, or both. */
export interface ClassOutputs {
  /** n × K, K ≥ 2. */
  readonly logits?: Matrix;
  /** n × K; made of the logits where they are absent. */
  readonly probabilities?: Matrix;
}

/** Scores that n × K outputs can have, in the order of the family. */
export const matrixScores: readonly Exclude<ClassScoreName, "sigmoid">[] = [
  "msp",
  "margin",
  "entropy",
  "max-logit",
  "energy",
  "gen",
];

/**
 * One score of the family for every row of a classifier's outputs.
 *
 * @returns n values in the range of the score, larger is surer
 * @throws {InputError} `incompatible` where the score needs logits and there are none, or a single logit; what the score
 *   itself throws
 */
export function classScore(name: ClassScoreName, { logits, probabilities }: ClassOutputs): Float64Array {
  if (name === "sigmoid")
    throw new InputError("incompatible", "sigmoid is the score of one logit of two classes, got one value per class");
  if (name === "energy" || name === "max-logit") {
    if (logits === undefined) throw needsLogits(name);
    return name === "energy" ? energyScore(logits) : maximumLogit(logits);
  }
  const rows = probabilities ?? (logits && softmax(logits));
  if (rows === undefined) throw new InputError("empty", "a score needs logits or probabilities, got neither");
  switch (name) {
    case "msp":
      return maximumProbability(rows);
    case "margin":
      return marginScore(rows);
    case "entropy":
      return negativeEntropy(rows);
    case "gen":
      return generalisedEntropy(rows);
  }
}

function needsLogits(name: string): InputError {
  return new InputError(
    "incompatible",
    `${name} needs logits, got probabilities: softmax has lost the height of a row, so they cannot be turned back`,
  );
}
