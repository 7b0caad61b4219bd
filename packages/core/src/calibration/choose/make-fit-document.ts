import { dataFingerprint } from "../artefact/data-fingerprint.ts";
import type { CalibrationData } from "../calibration-data.ts";
import type { FitDocument } from "../fit-document.ts";
import {
  assembleBinary,
  assembleMulticlass,
  type FitDocumentOptions,
  type FitOrigin,
  type ProvenFit,
} from "./assemble-document.ts";
import { runBinaryChoice, runMulticlassChoice } from "./choose-calibrator.ts";

/**
 * Chooses a calibrator, proves it and seals it.
 *
 * The whole choice is repeated without each fold in turn and that fold is predicted by it (nested cross-validation), so that
 * `before`, `after` and `improvement` are what the procedure does on rows it has not seen: nothing in them was used to
 * choose. Where they show no gain in log loss, or a loss in Brier score, `auto` leaves the scores alone after all, unless
 * some of them are exactly 0 or 1; then `after` is `before`.
 *
 * Corrections per segment are fitted to the held-out predictions of the pooled map, where the data have segments, and
 * audited (`segmentCorrections`).
 *
 * @returns everything `candor fit` shows
 * @throws {InputError} as `chooseCalibrator`
 *
 * Source: Stone (1974), "Cross-validatory choice and assessment of statistical predictions", JRSS B 36; Varma and Simon
 * (2006), "Bias in error estimation when using cross-validation for model selection", BMC Bioinformatics 7.
 */
export function fitDocument(data: CalibrationData, options: FitDocumentOptions): FitDocument {
  return proveFit(data, options).document;
}

/** `fitDocument`, with the held-out predictions for whoever goes on from them. */
export function proveFit(data: CalibrationData, options: FitDocumentOptions): ProvenFit {
  const origin: FitOrigin = { fingerprint: dataFingerprint(data), spec: {}, notes: [], warnings: [] };
  return "labels" in data
    ? assembleMulticlass(data, runMulticlassChoice(data, options), options, () => origin)
    : assembleBinary(data, runBinaryChoice(data, options), options, () => origin);
}
