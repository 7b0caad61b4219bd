import { InputError, isBinaryCalibrator } from "@candor/core";
import {
  type Assessment,
  type AssessOptions,
  assess,
  type ConfidenceName,
  confidenceNames,
  fromResponse,
} from "@candor/llm";
import type { Active } from "./active.ts";
import type { DecideRequest, LlmGiven } from "./decide-request.ts";
import type { Decided, Refused } from "./decided.ts";
import { segmentOf } from "./read-given.ts";

/** An answer of a language model, assessed, before it is said whether that is certified. */
export type AssessedAnswer = Pick<
  Decided,
  "probability" | "interval" | "intervalReason" | "decision" | "rawConfidence" | "evidence"
> & { readonly missing: string | null };

function recorded({ calibrator }: Active): ConfidenceName | undefined {
  const name = calibrator?.spec["scoreName"];
  return confidenceNames.find((known) => known === name);
}

function optionsOf(active: Active, request: DecideRequest, llm: LlmGiven): AssessOptions {
  const { byScore, calibrator, columns } = active;
  const { score = llm.field === undefined ? recorded(active) : undefined, field, index, question } = llm;
  const segments = Object.fromEntries(columns.map((name) => [name, segmentOf(request, name) ?? ""]));
  return {
    segments,
    ...(byScore === null ? {} : { policy: byScore }),
    ...(calibrator === null || !isBinaryCalibrator(calibrator) ? {} : { calibrator }),
    ...(score === undefined ? {} : { score }),
    ...(field === undefined ? {} : { field }),
    ...(index === undefined ? {} : { index }),
    ...(question === undefined ? {} : { question }),
  };
}

/** Numbers of what a confidence rests on; no token, no text. */
function numbersOf({ score, evidence }: Assessment): Decided["evidence"] {
  return {
    kind: evidence.kind,
    score: score.name,
    value: score.value,
    ...(score.bounds === null ? {} : { lower: score.bounds[0], upper: score.bounds[1] }),
    n: evidence.n,
    topK: evidence.topK,
  };
}

/** What is said of an answer without a probability; of the evidence only, never of what the answer says. */
function missingOf({ score, reason }: Assessment): string | null {
  return score.value === null ? (reason ?? "The evidence does not determine the score.") : null;
}

/**
 * How sure an answer of a language model is, under what is active. Only what a provider sends is read, never an object
 * that says of itself that it was read already: its tokens have not been checked.
 */
export function assessGiven(active: Active, request: DecideRequest, llm: LlmGiven): AssessedAnswer | Refused {
  try {
    const { calibrator, policy } = active;
    if (calibrator !== null && !isBinaryCalibrator(calibrator))
      throw new InputError(
        "incompatible",
        `the calibrator ${active.calibratorId} is of ${calibrator.scoreKind}; an answer has one confidence`,
      );
    const assessment = assess(fromResponse(llm.response), optionsOf(active, request, llm));
    return {
      probability: assessment.probability,
      interval: assessment.interval,
      intervalReason: assessment.intervalSentence,
      decision: policy === null ? null : assessment.decision,
      rawConfidence: assessment.score.value,
      evidence: numbersOf(assessment),
      missing: missingOf(assessment),
    };
  } catch (error) {
    if (!InputError.is(error)) throw error;
    return { code: error.code, field: "llm", message: error.message };
  }
}
