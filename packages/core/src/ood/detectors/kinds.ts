import type { SingleOodMethod } from "../detector.ts";
import { classPatternsKind } from "./class-patterns.ts";
import { clippedActivationsKind } from "./clipped-activations.ts";
import { energyKind } from "./energy.ts";
import { generalisedEntropyKind } from "./generalised-entropy.ts";
import type { OodKind } from "./kind.ts";
import { mahalanobisKind } from "./mahalanobis.ts";
import { maximumLogitKind } from "./maximum-logit.ts";
import { maximumProbabilityKind } from "./maximum-probability.ts";
import { nearestNeighboursKind } from "./nearest-neighbours.ts";
import { negativeEntropyKind } from "./negative-entropy.ts";
import { relativeMahalanobisKind } from "./relative-mahalanobis.ts";
import { residualKind } from "./residual.ts";
import { shapedEnergyKind } from "./shaped-energy.ts";
import { virtualLogitKind } from "./virtual-logit.ts";

/** How each single method is fitted and scores. */
export const oodKinds: Readonly<Record<SingleOodMethod, OodKind>> = {
  msp: maximumProbabilityKind,
  "max-logit": maximumLogitKind,
  energy: energyKind,
  entropy: negativeEntropyKind,
  gen: generalisedEntropyKind,
  mahalanobis: mahalanobisKind,
  "relative-mahalanobis": relativeMahalanobisKind,
  knn: nearestNeighboursKind,
  vim: virtualLogitKind,
  residual: residualKind,
  she: classPatternsKind,
  react: clippedActivationsKind,
  "ash-p": shapedEnergyKind("ash-p", 0.9),
  "ash-s": shapedEnergyKind("ash-s", 0.9),
  "ash-b": shapedEnergyKind("ash-b", 0.9),
  scale: shapedEnergyKind("scale", 0.85),
};
