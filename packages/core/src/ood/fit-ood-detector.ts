import { InputError } from "../errors.ts";
import { assembleDetector } from "./assemble-detector.ts";
import { autoMethods, autoNeighbour, fitParts, type Scaled, sumOfScores } from "./auto.ts";
import { checkFurther, checkOptions, checkTraining } from "./check-training.ts";
import type { OodDetector, OodLogistic, OodMethod, OodSum, SingleOodMethod } from "./detector.ts";
import { isOodMethod, oodMethods } from "./methods.ts";
import { exposedScores, exposureMethods } from "./outlier-exposure.ts";
import type { Given } from "./reads.ts";
import { sharedRowsNotes } from "./shared-rows.ts";
import { type HeldOutScores, heldOutScores } from "./standardise.ts";
import type { OodFitOptions, OodTraining } from "./training.ts";

/** Of the calibration rows, one in so many sets the scale of a sum; outlier exposure learns from every second. */
const STRIDES = { auto: 4, "outlier-exposure": 2 } as const;

/**
 * A detector of rows unlike the training rows, as plain JSON with a fingerprint.
 *
 * @param train rows taken for normal: logits, probabilities, features, whatever there is; labels where a method goes by class
 * @param options see there; `method` is `auto` unless given, the same recipe whatever the data
 * @returns score rows with `oodScores`; where `calibration` rows were given it holds their scores, which p-values rest on
 * @throws {InputError} `unknown-option` for the method; `incompatible` for evidence that is missing, `shape-mismatch` for
 *   widths that differ, `not-finite`, `out-of-range` with the row; `too-few`, `empty`
 */
export function fitOodDetector(train: OodTraining, options: OodFitOptions = {}): OodDetector {
  const { method = "auto", head, calibration, outliers } = options;
  if (!isOodMethod(method))
    throw new InputError(
      "unknown-option",
      `unknown detector ${JSON.stringify(method)}; known are ${oodMethods.map(({ name }) => name).join(", ")}`,
    );
  if (method === "outlier-exposure" ? outliers === undefined : outliers !== undefined)
    throw new InputError(
      "incompatible",
      method === "outlier-exposure" ? "outlier-exposure needs outliers" : `${method} does not read outliers`,
    );
  const given: Given = { ...train, ...(head !== undefined && { head }) };
  const methods = methodsOf(method, given);
  checkOptions(options, methods, method);
  const training = checkTraining(given, methods, method);
  const held = calibration === undefined ? undefined : checkFurther(calibration, training.reads, "calibration rows");
  const outside = outliers === undefined ? undefined : checkFurther(outliers, training.reads, "outliers");
  const shared = held === undefined ? [] : sharedRowsNotes(training, held);
  const settings = { ...options, ...(method !== methods[0] && { k: options.k ?? autoNeighbour(training.count) }) };
  const parts = fitParts(training, methods, settings);
  if (methods.length === 1 && method !== "outlier-exposure")
    return assembleDetector({
      training,
      given,
      options,
      method,
      parts,
      combination: null,
      notes: shared,
      calibration: held,
    });
  const stride = method === "outlier-exposure" ? STRIDES["outlier-exposure"] : STRIDES.auto;
  const known = heldOutScores(training, parts, held, stride, settings);
  const scaled: Scaled<OodSum | OodLogistic> =
    outside === undefined
      ? sumOfScores(parts, known)
      : exposedScores(training, parts, known, outside, options.ridge ?? 0.1);
  return assembleDetector({
    training,
    given,
    options,
    method,
    parts: scaled.parts,
    combination: scaled.combination,
    notes: [...shared, ...scaled.notes, ...scaleNotes(known, held !== undefined)],
    calibration: known.rest === undefined ? undefined : { evidence: known.rest, count: known.restCount },
    scaledBy: known,
  });
}

function methodsOf(method: OodMethod, given: Given): SingleOodMethod[] {
  if (method === "auto") return autoMethods(given);
  return method === "outlier-exposure" ? exposureMethods(given) : [method];
}

function scaleNotes({ from, rows, restCount }: HeldOutScores, hasCalibration: boolean): string[] {
  if (from === "calibration rows")
    return [`${rows} calibration rows set the scale of the scores; p-values rest on the other ${restCount}.`];
  const why = hasCalibration ? "There are too few calibration rows to spare some" : "There are no calibration rows";
  return [
    `${why}: ${rows} training rows, held back for it, set the scale of the scores. A network is surer of rows that it learned from than of others.`,
  ];
}
