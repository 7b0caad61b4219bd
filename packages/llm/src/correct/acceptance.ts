import { InputError, type PolicyDocument } from "@candor/core";
import { prepareAssess } from "../assess/assess.ts";
import type { Assessment, AssessOptions, GivenScore } from "../assess/assessment.ts";
import { checkNamedScore, checkOptions, checkScoreName } from "../assess/check-options.ts";
import { decideAnswer } from "../assess/decide-answer.ts";
import type { CorrectOptions, Strategy } from "./correction.ts";

/** An assessment, and whether it is good enough. */
export interface Judged {
  readonly assessment: Assessment;
  readonly confidence: number | null;
  readonly accepted: boolean;
}

/** Judges the k-th assessed answer. */
export type Judge = (
  response: unknown,
  strategy: Strategy | null,
  score: GivenScore | undefined,
  assessed: number,
) => Judged;

function isPolicy(accept: CorrectOptions["accept"]): accept is PolicyDocument {
  return typeof accept === "object" && accept !== null;
}

function canCalibrate(options: AssessOptions | undefined): boolean {
  return options?.calibrator !== undefined || options?.stack !== undefined || options?.policy !== undefined;
}

function checkAccept({ accept, assess = {}, strategies }: CorrectOptions): void {
  if (isPolicy(accept)) {
    if (assess.policy !== undefined && assess.policy.fingerprint !== accept.fingerprint)
      throw new InputError("incompatible", "accept is a policy and assess has another: leave one of them out");
    return;
  }
  if (typeof accept === "function") return;
  if (typeof accept !== "number")
    throw new InputError(
      "unknown-option",
      `accept must be a policy, a probability or a function, got ${JSON.stringify(accept)}`,
    );
  if (!(accept > 0 && accept <= 1))
    throw new InputError("out-of-range", `accept must be a probability in (0, 1], got ${accept}`);
  if (!canCalibrate(assess) && !strategies.some((strategy) => canCalibrate(strategy.assess)))
    throw new InputError(
      "incompatible",
      "accept is a probability, but nothing makes one: give assess a calibrator or a stack",
    );
}

/** Settings without a name of the score may be those of a score that the strategy works out: its own name then counts. */
function checkSettings({ scoreName }: Strategy, settings: AssessOptions): void {
  const checked = checkOptions(settings);
  const { score, stack, field, samples } = settings;
  if (scoreName !== undefined && checked.binary !== null) checkScoreName(checked.binary, scoreName);
  else if ([score, stack, field, samples].some((one) => one !== undefined)) checkNamedScore(checked);
}

/** A probability whose doubt counts as often as answers were tried. */
function lowered(probability: number, tries: number): number {
  return Math.max(0, 1 - tries * (1 - probability));
}

function withTries(assessment: Assessment, tries: number): Assessment {
  const { probability, interval } = assessment;
  if (probability === null || tries === 1) return assessment;
  const ends = interval === null ? null : ([lowered(interval[0], tries), lowered(interval[1], tries)] as const);
  return { ...assessment, probability: lowered(probability, tries), interval: ends };
}

/**
 * How answers of a loop are judged. Checks all options once.
 *
 * @throws {InputError} as `assess` says of its options; `incompatible`, `out-of-range` for `accept`
 */
export function prepareJudge(options: CorrectOptions): Judge {
  checkAccept(options);
  const { accept, assess = {}, calibratedOn = "single-answers", strategies } = options;
  if (calibratedOn !== "single-answers" && calibratedOn !== "final-answers")
    throw new InputError(
      "unknown-option",
      `calibratedOn must be "single-answers" or "final-answers", got ${JSON.stringify(calibratedOn)}`,
    );
  const policy = isPolicy(accept) ? accept : assess.policy;
  const shared = policy === undefined ? {} : { policy };
  const all = { ...assess, ...shared };
  const everyAnswer = prepareAssess(all);
  const own = new Map(
    strategies.flatMap((strategy) =>
      strategy.assess === undefined ? [] : [[strategy, { ...strategy.assess, ...shared }] as const],
    ),
  );
  for (const [strategy, settings] of own) checkSettings(strategy, settings);
  const assessOne = (response: unknown, strategy: Strategy | null, score: GivenScore | undefined): Assessment => {
    const settings = strategy === null ? undefined : own.get(strategy);
    if (score === undefined) return settings === undefined ? everyAnswer(response) : prepareAssess(settings)(response);
    const { stack: _, field: __, ...rest } = settings ?? {};
    return prepareAssess({ ...rest, score })(response);
  };
  return (response, strategy, score, assessed) => {
    const assessment = assessOne(response, strategy, score);
    const tries = calibratedOn === "final-answers" ? 1 : assessed;
    const { segments } = strategy?.assess ?? assess;
    const honest = withTries(assessment, tries);
    const confidence = honest.probability;
    if (typeof accept === "function") {
      const decision = policy === undefined ? null : decideAnswer(policy, confidence, segments);
      return { assessment, confidence, accepted: assessment.score.value !== null && accept({ ...honest, decision }) };
    }
    if (confidence === null) return { assessment, confidence, accepted: false };
    const accepted =
      typeof accept === "number" ? confidence >= accept : decideAnswer(accept, confidence, segments) === "act";
    return { assessment, confidence, accepted };
  };
}
