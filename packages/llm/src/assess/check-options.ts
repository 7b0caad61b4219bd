import {
  type BinaryCalibrator,
  type Calibrator,
  calibrateScores,
  checkPolicy,
  InputError,
  isBinaryCalibrator,
  openCalibrator,
  openStack,
  type PolicyDocument,
} from "@candor/core";
import { isObject } from "../json.ts";
import { confidenceNames } from "../scores/score-names.ts";
import type { AssessBand, AssessOptions } from "./assessment.ts";
import { decideAnswer, segmentColumns } from "./decide-answer.ts";
import { nameOf } from "./raw-score.ts";

/** Documents that were found sound as what they were given as: each is checked once. */
const sound = { calibrator: new WeakSet<object>(), policy: new WeakSet<object>(), stack: new WeakSet<object>() };

function once(kind: keyof typeof sound, document: object, check: () => void): void {
  if (sound[kind].has(document)) return;
  check();
  sound[kind].add(document);
}

function binaryCalibrator(calibrator: Calibrator): BinaryCalibrator {
  once("calibrator", calibrator, () => openCalibrator(calibrator));
  if (isBinaryCalibrator(calibrator)) return calibrator;
  throw new InputError(
    "incompatible",
    `the calibrator is for ${calibrator.scoreKind} of ${calibrator.classNames.length} classes; an answer has one confidence and needs a calibrator of confidences`,
  );
}

function checkRule({ rule, task }: PolicyDocument): void {
  if (rule.inDistribution !== undefined)
    throw new InputError(
      "incompatible",
      `the policy demands that a row is in distribution by its p-value (${rule.inDistribution.column}), which an answer does not have`,
    );
  if (rule.kind === "least-cost")
    throw new InputError(
      "incompatible",
      "the policy is a cost matrix of classes; an answer has one confidence: use costs of errors, reviews and abstentions",
    );
  if (task === "multiclass")
    throw new InputError("incompatible", "the policy is for probabilities of classes; an answer has one confidence");
}

function calibratorOf({ calibrator, policy }: AssessOptions): BinaryCalibrator | null {
  const own = policy?.calibrator ?? null;
  if (own !== null && calibrator !== undefined && calibrator.fingerprint !== own.fingerprint)
    throw new InputError(
      "incompatible",
      "the policy carries a calibrator of its own, and another one was given: leave one of them out",
    );
  const used = own ?? calibrator ?? null;
  return used === null ? null : binaryCalibrator(used);
}

function checkBand(band: AssessBand): void {
  const { scores, lower, upper, level } = band;
  if (![scores, lower, upper].every((list) => Array.isArray(list) || ArrayBuffer.isView(list)))
    throw new InputError("incompatible", "band: expected lists of scores, lower and upper ends");
  if (scores.length === 0 || scores.length !== lower.length || scores.length !== upper.length)
    throw new InputError(
      "shape-mismatch",
      `band: expected as many ends as scores, got ${scores.length} scores, ${lower.length} lower and ${upper.length} upper ends`,
    );
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `band: level must be in (0, 1), got ${level}`);
  scores.forEach((score, i) => {
    if (i > 0 && !(score > (scores[i - 1] ?? 0)))
      throw new InputError("out-of-range", `band: scores must ascend, got ${score} after ${scores[i - 1]}`, i);
    const [low, high] = [lower[i] ?? 0, upper[i] ?? 0];
    if (!(low >= 0 && low <= high && high <= 1))
      throw new InputError("out-of-range", `band: expected 0 <= lower <= upper <= 1, got ${low} and ${high}`, i);
  });
}

/** The score that a calibrator was fitted on, where it says so. `spec.score` is what its method was chosen by. */
function recordedScore({ spec }: Calibrator): string | null {
  const recorded = spec["scoreName"];
  return typeof recorded === "string" ? recorded : null;
}

/** @throws {InputError} `incompatible` for what is no `GivenScore` */
function checkGiven(given: unknown): void {
  const { name, score, evidence } = isObject(given) ? given : {};
  if (typeof name === "string" && isObject(score) && isObject(evidence)) return;
  throw new InputError("incompatible", "score: expected a name, a function or { name, score, evidence }");
}

/** Asks for a column that the calibrator or the policy splits by before an answer is paid for. */
function checkSegments({ segments = {}, policy }: AssessOptions, binary: BinaryCalibrator | null): void {
  if (!isObject(segments) || Object.values(segments).some((value) => typeof value !== "string"))
    throw new InputError("incompatible", "segments: expected an object of texts, one per column");
  if (binary !== null) calibrateScores(binary, Float64Array.of(0.5), segmentColumns(segments, 1));
  if (policy !== undefined) decideAnswer(policy, 0, segments);
}

/** Options whose documents have been checked. */
export interface CheckedOptions extends AssessOptions {
  readonly binary: BinaryCalibrator | null;
}

/**
 * Checks what `assess` is told.
 *
 * @throws {InputError} `incompatible` for a calibrator or policy of classes, a second calibrator, or options that exclude each
 *   other; `unknown-option`; `shape-mismatch` and `out-of-range` for a band; what `openCalibrator` and `checkPolicy` say
 */
export function checkOptions(options: AssessOptions): CheckedOptions {
  const { policy, score, stack, field, band, samples, index = 0 } = options;
  if (typeof score === "string" && !confidenceNames.includes(score))
    throw new InputError(
      "unknown-option",
      `score must be a function, a score or one of ${confidenceNames.join(", ")}, got ${JSON.stringify(score)}`,
    );
  if (score !== undefined && typeof score !== "string" && typeof score !== "function") checkGiven(score);
  if (samples !== undefined && !Array.isArray(samples))
    throw new InputError("incompatible", "samples: expected a list of answers");
  const given = [
    score !== undefined && "score",
    stack !== undefined && "stack",
    field !== undefined && "field",
    samples !== undefined && "samples",
  ];
  const names = given.filter((name) => name !== false);
  if (names.length > 1)
    throw new InputError("incompatible", `one raw confidence is assessed: give ${names.join(" or ")}, not both`);
  if (!(Number.isInteger(index) && index >= 0))
    throw new InputError("out-of-range", `index must be a whole number >= 0, got ${index}`);
  if (stack !== undefined) once("stack", stack, () => openStack(stack));
  if (policy !== undefined) {
    once("policy", policy, () => checkPolicy(policy));
    checkRule(policy);
  }
  const binary = calibratorOf(options);
  if (band !== undefined) {
    checkBand(band);
    if (binary === null)
      throw new InputError("incompatible", "a band goes with the calibrator it was made for; none was given");
  }
  checkSegments(options, binary);
  return { ...options, binary };
}

/** @throws {InputError} `incompatible` where a calibrator records the score it was fitted on, and it is not this one */
export function checkScoreName(calibrator: BinaryCalibrator, name: string): void {
  const recorded = recordedScore(calibrator);
  if (recorded !== null && recorded !== name && !name.startsWith(`${recorded}.`))
    throw new InputError(
      "incompatible",
      `the calibrator was fitted on the score ${JSON.stringify(recorded)}, the answer is scored by ${JSON.stringify(name)}`,
    );
}

/**
 * `checkScoreName` of options alone, before there is an answer. A calibrator of a decision model's answers passes: whether an
 * answer is one, only the answer shows.
 *
 * @throws {InputError} `incompatible`
 */
export function checkNamedScore({ binary, ...options }: CheckedOptions): void {
  const name = nameOf(options);
  if (binary === null || name === "" || /^decision(\.|$)/.test(recordedScore(binary) ?? "")) return;
  checkScoreName(binary, name);
}
