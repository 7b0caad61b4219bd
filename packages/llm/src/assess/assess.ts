import { calibrateScores } from "@candor/core";
import type { Assessment, AssessOptions } from "./assessment.ts";
import { calibratedRange } from "./calibrated-range.ts";
import { type CheckedOptions, checkNamedScore, checkOptions, checkScoreName } from "./check-options.ts";
import { decideAnswer, segmentColumns } from "./decide-answer.ts";
import { type RawScore, rawScore } from "./raw-score.ts";
import { subjectOf } from "./subject.ts";

export type {
  AssessBand,
  Assessment,
  AssessOptions,
  GivenScore,
  WeakestPart,
} from "./assessment.ts";

/** Why there is no probability; null where there is one. */
function reasonOf(raw: RawScore, options: CheckedOptions): string | null {
  if (raw.score.value === null) return raw.score.reason ?? "The evidence does not determine the score.";
  if (options.binary !== null || options.stack !== undefined || options.policy !== undefined) return null;
  return "No calibrator was given: the score is not the probability of being right.";
}

function assessRaw(raw: RawScore, options: CheckedOptions): Assessment {
  const { binary, policy, stack, band } = options;
  const { value, bounds } = raw.score;
  const { segments } = options;
  const columns = segmentColumns(segments ?? {}, 1);
  const reason = reasonOf(raw, options);
  if (binary !== null && raw.name !== "") checkScoreName(binary, raw.name);
  const score = { name: raw.name, value, bounds };
  const shared = { evidence: raw.evidence, weakest: raw.weakest, score };
  if (value === null || reason !== null)
    return {
      probability: null,
      interval: null,
      decision: policy === undefined ? null : decideAnswer(policy, null, segments),
      ...shared,
      calibrated: false,
      reason,
      intervalSentence: "There is no probability.",
    };
  const probability = binary === null ? value : (calibrateScores(binary, Float64Array.of(value), columns)[0] ?? value);
  const { interval, sentence } = calibratedRange(binary, bounds, band, segments);
  return {
    probability,
    interval,
    decision: policy === undefined ? null : decideAnswer(policy, probability, segments),
    ...shared,
    calibrated: binary !== null || stack !== undefined,
    reason: null,
    intervalSentence: sentence,
  };
}

/**
 * `assess` with its options checked once.
 *
 * @throws {InputError} as `assess` says of its options
 */
export function prepareAssess(options: AssessOptions = {}): (response: unknown) => Assessment {
  const checked = checkOptions(options);
  checkNamedScore(checked);
  const { index = 0, question } = checked;
  return (response) => assessRaw(rawScore(subjectOf(response, index, question), checked), checked);
}

/**
 * How sure one answer is, and what to do with it: raw score, calibrator, policy.
 *
 * Missing evidence gives no probability and a decision that is never `act`: what the policy does with a probability of 0, or
 * where even that is acted on, what it does below its threshold. Without a calibrator or a stack the raw score is no probability of being right,
 * and is given as `score` alone; only a policy that has no calibrator reads it as one. What the answer says of itself raises
 * nothing.
 *
 * @param response parsed JSON of a provider, a `LlmResponse`, or a `Trace`
 * @param options a policy's own calibrator is used where it has one
 * @returns `probability` is of the answer as a whole, or of the field or question asked for; a `positive` policy reads it as
 *   the probability that the answer is right
 * @throws {InputError} `incompatible` for a calibrator or policy of classes, a second calibrator, a calibrator that records
 *   another score, a response of no known shape; `unknown-option`, `out-of-range`, `shape-mismatch`
 */
export function assess(response: unknown, options: AssessOptions = {}): Assessment {
  return prepareAssess(options)(response);
}
