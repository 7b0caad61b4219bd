import { canonicalJson } from "../calibration/artefact/canonical-json.ts";
import { checkFingerprint } from "../calibration/artefact/check-fingerprint.ts";
import { dataFingerprint } from "../calibration/artefact/data-fingerprint.ts";
import { sha256 } from "../calibration/artefact/sha256.ts";
import { utf8 } from "../calibration/artefact/utf8.ts";
import { assignFolds } from "../calibration/choose/folds.ts";
import { pairedEstimate, pairedMean } from "../calibration/choose/paired-mean.ts";
import { rowLogLoss } from "../calibration/choose/row-evidence.ts";
import type { FitCertificate } from "../calibration/fit.ts";
import { InputError } from "../errors.ts";
import type { Estimate, Spec } from "../estimate.ts";
import { fitCheckedLogistic, scaledProblem } from "../optimize/logistic.ts";
import { minimizeLoss } from "../optimize/logistic-newton.ts";
import type { DetectionRows, RelativeBoxes } from "./detection-rows.ts";

/** What a box-conditional calibrator reads of each detection: the logit of its score, its place, and the logarithm of its size. */
export const boxFeatures: readonly string[] = ["logit", "cx", "cy", "log width", "log height"];

/** How it did on images that it had not seen. */
export interface BoxEvidence {
  /** Log loss of the scores as they are, of a logistic of the score alone, and of this calibrator; nats per detection. */
  readonly before: Estimate;
  readonly scoreOnly: Estimate;
  readonly after: Estimate;
  /** Before − after, and score alone − after, on the same detections: positive is better. */
  readonly improvement: Estimate;
  readonly overScoreOnly: Estimate;
  readonly folds: number;
}

/** Probability of being right from score, place and size: q = 1/(1 + exp(−β·φ)), φ all products of up to two features. */
export interface BoxCalibrator {
  readonly schema: "candor.box-calibrator/1";
  readonly version: string;
  readonly created: string | null;
  readonly method: "box-logistic";
  /** Names of the features; each is taken to (value − mean) / scale. */
  readonly features: readonly string[];
  readonly means: readonly number[];
  readonly scales: readonly number[];
  /** Of 1, the features, their squares and products, in the order (0,0), (0,1), …, (1,1), (1,2), … of features with 1 as feature 0. */
  readonly coefficients: readonly number[];
  /** Scores are taken into [clip, 1 − clip] and sizes to at least `smallest` before a logarithm. */
  readonly clip: number;
  readonly smallest: number;
  readonly certificate: FitCertificate;
  readonly n: number;
  readonly images: number;
  readonly spec: Spec;
  readonly data: { readonly name: string; readonly fingerprint: string };
  readonly evidence: BoxEvidence | null;
  /** `sha256:` and 64 hexadecimal digits over the canonical JSON of all other fields. */
  readonly fingerprint: string;
}

/** Options of `fitBoxCalibrator`. */
export interface BoxCalibratorOptions {
  readonly version: string;
  readonly created?: string | null;
  /** Name of the file, for the record. */
  readonly name: string;
  /** Added to the loss of all rows: ridge/2 · Σβ² over the standardised terms but 1 and the logit. Default 1. */
  readonly ridge?: number;
  /** Folds of whole images behind the evidence; 0 makes none. Default 5. */
  readonly folds?: number;
  readonly seed?: number;
  readonly level?: number;
  /** Overlap from which a detection was right, for the record. */
  readonly iou?: number;
  readonly maxDets?: number;
}

const CLIP = 1e-6;
const SMALLEST = 1e-4;
const WIDTH = boxFeatures.length;
const TERMS = ((WIDTH + 1) * (WIDTH + 2)) / 2;

interface Model {
  readonly means: Float64Array;
  readonly scales: Float64Array;
  readonly coefficients: Float64Array;
  readonly certificate: FitCertificate;
}

/**
 * Fits the probability of being right to score, place and size of the box together.
 *
 * A logistic regression on the logit of the score, the centre and the logarithms of width and height, with all squares and products,
 * so that what a score means may change across the image and with size. A small ridge keeps what data say little about at 0.
 *
 * @param rows detections with outcomes; the sizes of their images have to be known
 * @returns a sealed document, plain JSON, with evidence from images that each fit had not seen
 * @throws {InputError} `incompatible` where places are not known, `one-class` where all are right or all wrong, `too-few` below 100
 *   detections or fewer images than folds, `out-of-range` for options
 *
 * Source: Küppers, Kronenberger, Shantia & Haselhoff (2020), §3.2 ("dependent" logistic calibration), where the quadratic form is
 * that of two normal densities; here its coefficients are free and penalised.
 */
export function fitBoxCalibrator(rows: DetectionRows, options: BoxCalibratorOptions): BoxCalibrator {
  const { version, created = null, name, ridge = 1, folds = 5, seed = 0, level = 0.95, iou, maxDets } = options;
  if (!(ridge > 0 && ridge < Infinity)) throw new InputError("out-of-range", `ridge must be > 0, got ${ridge}`);
  if (rows.rows < 100)
    throw new InputError("too-few", `score, place and size together need 100 detections, got ${rows.rows}`);
  const raw = rawFeatures(rows.scores, boxesOf(rows));
  const all = Uint32Array.from({ length: rows.rows }, (_, i) => i);
  const model = fitModel(raw, rows.right, all, ridge);
  const data = calibrationRows(rows);
  const draft: Omit<BoxCalibrator, "fingerprint"> = {
    schema: "candor.box-calibrator/1",
    version,
    created,
    method: "box-logistic",
    features: boxFeatures,
    means: Array.from(model.means),
    scales: Array.from(model.scales),
    coefficients: Array.from(model.coefficients),
    clip: CLIP,
    smallest: SMALLEST,
    certificate: model.certificate,
    n: rows.rows,
    images: new Set(rows.image).size,
    spec: {
      metric: "box-calibrator",
      ridge,
      folds,
      seed,
      grouped: "image",
      ...(iou === undefined ? {} : { iou }),
      ...(maxDets === undefined ? {} : { maxDets }),
    },
    data: { name, fingerprint: dataFingerprint(data) },
    evidence: folds === 0 ? null : evidenceOf(rows, raw, ridge, folds, seed, level),
  };
  return { ...draft, fingerprint: fingerprintOf(draft) };
}

function calibrationRows(rows: DetectionRows): Parameters<typeof dataFingerprint>[0] {
  return {
    rows: rows.rows,
    scoreKind: "confidence",
    scores: rows.scores,
    outcomes: rows.right,
    segments: [],
    classNames: [],
    groups: { name: "image", codes: rows.image, values: Array.from({ length: rows.images }, (_, i) => `${i}`) },
  };
}

function boxesOf({ box }: Pick<DetectionRows, "box">): RelativeBoxes {
  if (box !== null) return box;
  throw new InputError("incompatible", "places and sizes in pixels need the width and height of each image");
}

function rawFeatures(scores: Float64Array, { cx, cy, width, height }: RelativeBoxes): Float64Array {
  const raw = new Float64Array(scores.length * WIDTH);
  for (let i = 0; i < scores.length; i++) {
    const p = Math.min(1 - CLIP, Math.max(CLIP, scores[i]));
    raw[i * WIDTH] = Math.log(p) - Math.log1p(-p);
    raw[i * WIDTH + 1] = cx[i];
    raw[i * WIDTH + 2] = cy[i];
    raw[i * WIDTH + 3] = Math.log(Math.max(SMALLEST, width[i]));
    raw[i * WIDTH + 4] = Math.log(Math.max(SMALLEST, height[i]));
  }
  return raw;
}

/** All products of up to two of 1 and the standardised features of a row. */
function expand(
  raw: Float64Array,
  row: number,
  means: ArrayLike<number>,
  scales: ArrayLike<number>,
  out: Float64Array,
  at: number,
): void {
  const z = (j: number): number => (j === 0 ? 1 : (raw[row * WIDTH + j - 1] - means[j - 1]) / scales[j - 1]);
  let term = at;
  for (let a = 0; a <= WIDTH; a++) for (let b = a; b <= WIDTH; b++) out[term++] = z(a) * z(b);
}

function fitModel(raw: Float64Array, right: Uint8Array, members: Uint32Array, ridge: number): Model {
  const rows = members.length;
  const outcomes = Uint8Array.from(members, (i) => right[i]);
  const hits = outcomes.reduce((sum, y) => sum + y, 0);
  if (hits === 0 || hits === rows)
    throw new InputError(
      "one-class",
      `expected right and wrong detections, but all ${rows} are ${hits === 0 ? "wrong" : "right"}`,
    );
  const means = new Float64Array(WIDTH);
  const scales = new Float64Array(WIDTH);
  for (let j = 0; j < WIDTH; j++) {
    for (const i of members) means[j] += raw[i * WIDTH + j] / rows;
    for (const i of members) scales[j] += (raw[i * WIDTH + j] - means[j]) ** 2 / rows;
    scales[j] = Math.sqrt(scales[j]);
    if (!(scales[j] > 1e-12)) scales[j] = 1;
  }
  const x = new Float64Array(rows * TERMS);
  for (let k = 0; k < rows; k++) expand(raw, members[k], means, scales, x, k * TERMS);
  const problem = scaledProblem({ data: x, rows, cols: TERMS }, outcomes, {});
  const quadratic = new Float64Array(TERMS * TERMS);
  // Terms 0 and 1 are the constant and the logit; the constant keeps a trace of the ridge so that the problem stays strictly convex.
  for (let j = 0; j < TERMS; j++)
    quadratic[j * TERMS + j] = ((j <= 1 ? 1e-6 : ridge) * problem.units[j] * problem.units[j]) / rows;
  const { point, iterations } = minimizeLoss({ ...problem, extra: { linear: new Float64Array(TERMS), quadratic } });
  return {
    means,
    scales,
    coefficients: point.beta.map((value, j) => value * problem.units[j]),
    certificate: { objective: point.loss, gradientNorm: point.gradientNorm, iterations },
  };
}

/** Logistic in the logit of the score and its square: what the place and size are compared with. */
function fitScoreOnly(raw: Float64Array, right: Uint8Array, members: Uint32Array): (row: number) => number {
  const x = new Float64Array(members.length * 3);
  members.forEach((i, k) => {
    const z = raw[i * WIDTH];
    x.set([1, z, z * z], 3 * k);
  });
  const outcomes = Uint8Array.from(members, (i) => right[i]);
  const { coefficients } = fitCheckedLogistic({ data: x, rows: members.length, cols: 3 }, outcomes);
  return (row) => {
    const z = raw[row * WIDTH];
    return 1 / (1 + Math.exp(-(coefficients[0] + coefficients[1] * z + coefficients[2] * z * z)));
  };
}

function predict(
  raw: Float64Array,
  row: number,
  model: Pick<BoxCalibrator, "means" | "scales" | "coefficients">,
  scratch: Float64Array,
): number {
  expand(raw, row, model.means, model.scales, scratch, 0);
  let sum = 0;
  for (let t = 0; t < TERMS; t++) sum += model.coefficients[t] * scratch[t];
  return sum >= 0 ? 1 / (1 + Math.exp(-sum)) : Math.exp(sum) / (1 + Math.exp(sum));
}

function evidenceOf(
  rows: DetectionRows,
  raw: Float64Array,
  ridge: number,
  folds: number,
  seed: number,
  level: number,
): BoxEvidence {
  const fold = assignFolds(calibrationRows(rows), { folds, seed });
  const box = new Float64Array(rows.rows);
  const plain = new Float64Array(rows.rows);
  const scratch = new Float64Array(TERMS);
  for (let f = 0; f < folds; f++) {
    const members = Uint32Array.from({ length: rows.rows }, (_, i) => i).filter((i) => fold[i] !== f);
    const own = fitModel(raw, rows.right, members, ridge);
    const alone = fitScoreOnly(raw, rows.right, members);
    const full = {
      means: Array.from(own.means),
      scales: Array.from(own.scales),
      coefficients: Array.from(own.coefficients),
    };
    for (let i = 0; i < rows.rows; i++) {
      if (fold[i] !== f) continue;
      box[i] = predict(raw, i, full, scratch);
      plain[i] = alone(i);
    }
  }
  const loss = (q: Float64Array, i: number): number => rowLogLoss(rows.right[i] === 1 ? q[i] : 1 - q[i]);
  const all = {
    rows: Uint32Array.from({ length: rows.rows }, (_, i) => i),
    weights: undefined,
    merged: undefined,
    groups: rows.image,
  };
  const estimate = (metric: string, value: (row: number) => number, min?: number): Estimate =>
    pairedEstimate(
      pairedMean(value, all),
      rows.rows,
      { metric, validation: "held-out images", clustered: "images" },
      { level, ...(min === undefined ? {} : { min }) },
    );
  return {
    before: estimate("log-loss", (i) => loss(rows.scores, i), 0),
    scoreOnly: estimate("log-loss", (i) => loss(plain, i), 0),
    after: estimate("log-loss", (i) => loss(box, i), 0),
    improvement: estimate("log-loss-improvement", (i) => loss(rows.scores, i) - loss(box, i)),
    overScoreOnly: estimate("log-loss-improvement", (i) => loss(plain, i) - loss(box, i)),
    folds,
  };
}

/**
 * Calibrated probabilities of detections from their scores, places and sizes.
 *
 * @param scores n values in [0, 1]
 * @param box relative to the images, as `relativeBoxes` makes them
 * @returns n probabilities of being right, in (0, 1)
 * @throws {InputError} `shape-mismatch`; `out-of-range` with the first score outside [0, 1]
 */
export function applyBoxCalibrator(calibrator: BoxCalibrator, scores: Float64Array, box: RelativeBoxes): Float64Array {
  if (box.cx.length !== scores.length)
    throw new InputError("shape-mismatch", `there are ${scores.length} scores but ${box.cx.length} boxes`);
  const bad = scores.findIndex((score) => !(score >= 0 && score <= 1));
  if (bad >= 0)
    throw new InputError("out-of-range", `the score ${scores[bad]} of detection ${bad} is not in [0, 1]`, bad);
  const raw = rawFeatures(scores, box);
  const scratch = new Float64Array(TERMS);
  return scores.map((_, i) => predict(raw, i, calibrator, scratch));
}

function fingerprintOf(draft: Omit<BoxCalibrator, "fingerprint">): string {
  return `sha256:${sha256(utf8(canonicalJson(draft)))}`;
}

function isNumbers(value: unknown, length: number): boolean {
  return (
    Array.isArray(value) && value.length === length && value.every((x) => typeof x === "number" && Number.isFinite(x))
  );
}

/** Whether a parsed document says that it is a box-conditional calibrator. */
export function isBoxCalibrator(document: unknown): boolean {
  return (
    typeof document === "object" &&
    document !== null &&
    "schema" in document &&
    `${document.schema}`.startsWith("candor.box-calibrator/")
  );
}

function hasFields(document: object): document is BoxCalibrator {
  const entries = new Map<string, unknown>(Object.entries(document));
  return (
    entries.get("schema") === "candor.box-calibrator/1" &&
    isNumbers(entries.get("means"), WIDTH) &&
    isNumbers(entries.get("scales"), WIDTH) &&
    isNumbers(entries.get("coefficients"), TERMS) &&
    typeof entries.get("fingerprint") === "string" &&
    typeof entries.get("spec") === "object" &&
    typeof entries.get("data") === "object"
  );
}

/**
 * A box-conditional calibrator from its parsed JSON.
 *
 * @throws {InputError} `incompatible` for another document or version, missing numbers, and content altered after it was made
 */
export function openBoxCalibrator(document: unknown): BoxCalibrator {
  if (typeof document !== "object" || document === null || !hasFields(document))
    throw new InputError("incompatible", "expected a candor.box-calibrator/1 with its means, scales and coefficients");
  if (document.scales.some((scale) => !(scale > 0)))
    throw new InputError("incompatible", "scales: expected numbers > 0");
  const { fingerprint: _, ...draft } = document;
  checkFingerprint(document, fingerprintOf(draft), "calibrator");
  return document;
}
