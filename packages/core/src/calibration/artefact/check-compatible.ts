import { InputError } from "../../errors.ts";
import type { Calibrator, ScoreKind } from "../calibrator.ts";

/** What the scores are that a calibrator shall be applied to. */
export interface ScoreDescription {
  readonly scoreKind: ScoreKind;
  /** In the order of the scores: [negative, positive] for probabilities of the positive class. */
  readonly classNames: readonly string[];
}

const KINDS: Readonly<Record<ScoreKind, string>> = {
  probability: "probabilities of a positive class",
  confidence: "confidences",
  probabilities: "probabilities per class",
  logits: "logits per class",
};

function listed(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(", ")}, … (${names.length})` : names.join(", ");
}

function checkNames(expected: readonly string[], given: readonly string[]): void {
  if (given.length !== expected.length)
    throw new InputError(
      "incompatible",
      `the calibrator is for ${expected.length} classes (${listed(expected)}), the scores have ${given.length} (${listed(given)})`,
    );
  const at = expected.findIndex((name, k) => name !== given[k]);
  if (at < 0) return;
  const known = new Set(expected);
  const unknown = given.filter((name) => !known.has(name));
  if (unknown.length === 0 && new Set(given).size === given.length)
    throw new InputError(
      "incompatible",
      `the classes are the calibrator's in another order: expected ${listed(expected)}, got ${listed(given)}`,
      at,
    );
  throw new InputError(
    "incompatible",
    `the classes are not the calibrator's: expected ${listed(expected)}, got ${listed(given)}`,
    at,
  );
}

/**
 * Lets scores pass that a calibrator reads: of its kind, with its classes in its order.
 *
 * @param calibrator names of classes are compared where it has any
 * @param scores kind and class names; no names where the data has none, as for confidences
 * @throws {InputError} `incompatible`, with the position of the first class that differs; the message says whether the
 * names are the same in another order
 */
export function checkCompatible(calibrator: Calibrator, { scoreKind, classNames }: ScoreDescription): void {
  if (scoreKind !== calibrator.scoreKind)
    throw new InputError(
      "incompatible",
      `the calibrator reads ${KINDS[calibrator.scoreKind]}, the scores are ${KINDS[scoreKind]}`,
    );
  if (scoreKind !== "confidence") checkNames(calibrator.classNames, classNames);
}
