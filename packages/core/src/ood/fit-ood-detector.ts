import { InputError } from "../errors.ts";
import type { Spec } from "../estimate.ts";
import type { Matrix } from "../matrix.ts";
import { storedArray } from "./array.ts";
import { sealOodDetector } from "./artefact/seal-ood-detector.ts";
import { autoMethods, autoNeighbour, fitParts, type Scaled, sumOfScores } from "./auto.ts";
import { oodDataFingerprint } from "./data-fingerprint.ts";
import type {
  LinearHead,
  OodDetector,
  OodDetectorDraft,
  OodEvidence,
  OodLogistic,
  OodMethod,
  OodReads,
  OodSum,
  SingleOodMethod,
} from "./detector.ts";
import type { OodChoice, OodNeed } from "./detectors/kind.ts";
import { oodKinds } from "./detectors/kinds.ts";
import { predictedClasses } from "./detectors/predicted-classes.ts";
import { type MethodPart, storedPart, type TrainingRows } from "./fit-part.ts";
import { checkHead } from "./head-logits.ts";
import { isOodMethod, oodMethods } from "./methods.ts";
import { oodScores } from "./ood-scores.ts";
import { exposedScores, exposureMethods } from "./outlier-exposure.ts";
import { classesOf, type Given, planReads } from "./reads.ts";
import { checkEvidence, countRows, oodRows } from "./rows.ts";
import { type HeldOutScores, heldOutScores } from "./standardise.ts";
import type { OodFitOptions, OodTraining } from "./training.ts";

/** Of the calibration rows, one in so many sets the scale of a sum; outlier exposure learns from every second. */
const STRIDES = { auto: 4, "outlier-exposure": 2 } as const;

/** Evidence that was checked, and how many rows it has. */
interface Checked {
  readonly evidence: OodEvidence;
  readonly count: number;
}

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
  const held = calibration === undefined ? undefined : checked(calibration, training.reads, "calibration rows");
  const outside = outliers === undefined ? undefined : checked(outliers, training.reads, "outliers");
  const settings = { ...options, ...(method !== methods[0] && { k: options.k ?? autoNeighbour(training.count) }) };
  const parts = fitParts(training, methods, settings);
  if (methods.length === 1 && method !== "outlier-exposure")
    return finished({ training, given, options, method, parts, combination: null, notes: [], calibration: held });
  const stride = method === "outlier-exposure" ? STRIDES["outlier-exposure"] : STRIDES.auto;
  const known = heldOutScores(training, parts, held, stride, settings);
  const scaled: Scaled<OodSum | OodLogistic> =
    outside === undefined
      ? sumOfScores(parts, known)
      : exposedScores(training, parts, known, outside, options.ridge ?? 0.1);
  return finished({
    training,
    given,
    options,
    method,
    parts: scaled.parts,
    combination: scaled.combination,
    notes: [...scaled.notes, ...scaleNotes(known, held !== undefined)],
    calibration: known.rest === undefined ? undefined : { evidence: known.rest, count: known.restCount },
    scaledBy: known,
  });
}

function methodsOf(method: OodMethod, given: Given): SingleOodMethod[] {
  if (method === "auto") return autoMethods(given);
  return method === "outlier-exposure" ? exposureMethods(given) : [method];
}

const CHOICES: readonly OodChoice[] = [
  "temperature",
  "gamma",
  "top",
  "k",
  "shrinkage",
  "dimension",
  "rankTolerance",
  "percentile",
];

function checkOptions(options: OodFitOptions, methods: readonly SingleOodMethod[], method: OodMethod): void {
  const surplus = CHOICES.find(
    (name) => options[name] !== undefined && !methods.some((one) => oodKinds[one].options.includes(name)),
  );
  if (surplus !== undefined || (options.ridge !== undefined && method !== "outlier-exposure"))
    throw new InputError(
      "incompatible",
      `${method} does not read ${surplus ?? "ridge"}${methods[0] === method ? "" : `; it is made of ${methods.join(", ")}`}`,
    );
}

function checkTraining(given: Given, methods: readonly SingleOodMethod[], method: OodMethod): TrainingRows {
  const what = "training rows";
  const count = countRows(given, what);
  if (count === 0) throw new InputError("empty", "there are no training rows");
  const needs = [...new Set(methods.flatMap((name) => oodKinds[name].needs))];
  const reads = planReads(given, needs, method);
  checkEvidence(given, reads, what);
  const { head = null, features } = given;
  if (head !== null && features !== undefined && reads.width > 0) checkHead(head, features.cols, given.logits?.cols);
  const classes = classesOf(given);
  checkLabels(given.labels, count, classes);
  return {
    evidence: given,
    count,
    reads,
    head: reads.width > 0 ? head : null,
    labels: needs.includes("labels") ? (given.labels ?? predictedLabels(given, count, needs)) : null,
    classes,
  };
}

function checkLabels(labels: Int32Array | undefined, count: number, classes: number): void {
  if (labels === undefined) return;
  if (labels.length !== count)
    throw new InputError("shape-mismatch", `there are ${count} training rows but ${labels.length} labels`);
  const bad = labels.findIndex((label) => label < 0 || (classes > 0 && label >= classes));
  if (bad >= 0)
    throw new InputError(
      "out-of-range",
      `label ${labels[bad]} of training row ${bad} is ${classes > 0 ? `not in [0, ${classes})` : "below 0"}`,
      bad,
    );
}

function predictedLabels(given: Given, count: number, needs: readonly OodNeed[]): Int32Array {
  const reads = planReads(given, [...needs, "probabilities"], "labels");
  checkEvidence(given, reads, "training rows");
  const rows = oodRows(given, count, reads, given.head ?? null);
  return predictedClasses(reads.logits === "none" ? rows.probabilities() : rows.logits());
}

function checked(evidence: OodEvidence, reads: OodReads, what: string): Checked {
  const count = checkEvidence(evidence, reads, what);
  if (count === 0) throw new InputError("empty", `there are no ${what}`);
  return { evidence, count };
}

function scaleNotes({ from, rows, restCount }: HeldOutScores, hasCalibration: boolean): string[] {
  if (from === "calibration rows")
    return [`${rows} calibration rows set the scale of the scores; p-values rest on the other ${restCount}.`];
  const why = hasCalibration ? "There are too few calibration rows to spare some" : "There are no calibration rows";
  return [
    `${why}: ${rows} training rows, held back for it, set the scale of the scores. A network is surer of rows that it learned from than of others.`,
  ];
}

interface Fitted {
  readonly training: TrainingRows;
  readonly given: Given;
  readonly options: OodFitOptions;
  readonly method: OodMethod;
  readonly parts: readonly MethodPart[];
  readonly combination: OodSum | OodLogistic | null;
  readonly notes: readonly string[];
  readonly calibration: Checked | undefined;
  readonly scaledBy?: HeldOutScores;
}

function finished(fitted: Fitted): OodDetector {
  const { training, given, options, method, parts, combination, calibration } = fitted;
  const { name = "training rows", version = "library", created = null } = options;
  const { logits, probabilities, features, labels } = given;
  const { reads } = training;
  const used: OodEvidence = {
    ...(reads.logits === "given" && logits !== undefined && { logits }),
    ...(reads.probabilities === "given" && probabilities !== undefined && { probabilities }),
    ...(reads.features === "given" && features !== undefined && { features }),
  };
  const needsLabels = parts.some((part) => oodKinds[part.method].needs.includes("labels"));
  const notes = [
    ...(needsLabels && labels === undefined
      ? ["There are no labels: the predicted class of each training row took their place."]
      : []),
    ...new Set(parts.flatMap((part) => part.notes)),
    ...fitted.notes,
    ...(calibration === undefined ? ["There are no held-out rows, so scores have no p-values."] : []),
  ];
  const needsHead = reads.logits === "head" || parts.some((part) => oodKinds[part.method].needs.includes("head"));
  const draft: OodDetectorDraft = {
    schema: "candor.ood-detector/1",
    version,
    created,
    method,
    spec: specOf(method, parts, fitted.scaledBy, combination),
    reads,
    head: needsHead && training.head !== null ? storedHead(training.head) : null,
    parts: parts.map(storedPart),
    combination,
    n: training.count,
    data: { name, fingerprint: oodDataFingerprint(used, needsLabels ? labels : undefined) },
    calibration: null,
    notes,
  };
  if (calibration === undefined) return sealOodDetector(draft);
  const scores = Array.from(oodScores({ ...draft, fingerprint: "" }, calibration.evidence).sort());
  return sealOodDetector({ ...draft, calibration: { n: scores.length, scores } });
}

function storedHead({ weights, bias }: LinearHead): OodDetector["head"] {
  const biases: Matrix = { data: bias, rows: 1, cols: bias.length };
  return { weights: storedArray(weights), bias: storedArray(biases) };
}

function specOf(
  method: OodMethod,
  parts: readonly MethodPart[],
  scaledBy: HeldOutScores | undefined,
  combination: OodSum | OodLogistic | null,
): Spec {
  const settings = Object.assign({}, ...parts.map((part) => part.settings));
  return {
    metric: "ood-score",
    method,
    ...(method !== parts[0].method && { parts: parts.map((part) => part.method).join(" + ") }),
    ...settings,
    ...(scaledBy !== undefined && { scaledBy: scaledBy.from, scaleRows: scaledBy.rows }),
    ...(combination?.kind === "logistic" && { ridge: combination.ridge, outliers: combination.outliers }),
  };
}
