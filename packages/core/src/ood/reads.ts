import { InputError } from "../errors.ts";
import type { LinearHead, OodEvidence, OodReads } from "./detector.ts";
import type { OodNeed } from "./detectors/kind.ts";

/** What there is to fit a detector with. */
export interface Given extends OodEvidence {
  readonly labels?: Int32Array;
  readonly head?: LinearHead;
}

/** The classes that logits, the head or probabilities have; 0 without any of them. */
export function classesOf({ logits, probabilities, head }: Given): number {
  return logits?.cols ?? head?.weights.rows ?? probabilities?.cols ?? 0;
}

/** Whether the classes of rows can be predicted. */
export function hasOutputs({ logits, probabilities, features, head }: Given): boolean {
  return logits !== undefined || probabilities !== undefined || (head !== undefined && features !== undefined);
}

function canWorkOutLogits({ logits, features, head }: Given): boolean {
  return logits !== undefined || (head !== undefined && features !== undefined);
}

/**
 * Where a detector shall take from what it needs: logits as given, else by the head from the features; probabilities from
 * them, else as given.
 *
 * @param method for messages
 * @throws {InputError} `incompatible` naming what is missing
 */
export function planReads(given: Given, needs: readonly OodNeed[], method: string): OodReads {
  for (const need of needs) checkNeed(given, need, method);
  const overLogits = needs.includes("logits") || (needs.includes("probabilities") && canWorkOutLogits(given));
  const logits = overLogits ? (given.logits !== undefined ? "given" : "head") : "none";
  const probabilities = needs.includes("probabilities") ? (overLogits ? "logits" : "given") : "none";
  const readsFeatures = needs.includes("features") || logits === "head";
  return {
    logits,
    probabilities,
    features: readsFeatures ? "given" : "none",
    classes: overLogits || probabilities !== "none" || needs.includes("head") ? classesOf(given) : 0,
    width: readsFeatures ? (given.features?.cols ?? 0) : 0,
  };
}

function checkNeed(given: Given, need: OodNeed, method: string): void {
  const missing = (what: string): InputError => new InputError("incompatible", `${method} needs ${what}`);
  if (need === "logits" && !canWorkOutLogits(given))
    throw missing(
      given.probabilities === undefined
        ? "logits, or features and the head that makes logits of them"
        : "logits, or features and the head; probabilities do not tell how large logits were",
    );
  if (need === "probabilities" && !hasOutputs(given))
    throw missing("logits or probabilities, or features and the head that makes logits of them");
  if (need === "features" && given.features === undefined) throw missing("features of every row");
  if (need === "head" && given.head === undefined) throw missing("the head: weights and bias of the last layer");
  if (need === "labels" && given.labels === undefined && !hasOutputs(given))
    throw missing("labels of the training rows, or logits to predict them by");
}
