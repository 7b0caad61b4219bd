import { isObject, stringOrNull } from "../json.ts";
import type { DecisionAnswer } from "../trace/trace.ts";
import {
  choiceAnswer,
  type OptionProbability,
  predicateAnswer,
  type Question,
  scoreAnswer,
  shareAt,
  unknownAnswer,
} from "./check-answer.ts";
import { decisionUsage } from "./decisions.ts";
import type { Adapter, JsonObject, ResponseDraft } from "./draft.ts";
import { objectAt } from "./expect-shape.ts";
import { startDraft } from "./start-draft.ts";

/**
 * Reads answers of `/v1/systemone`: an object of answers by the name of their question. They are never streamed: a stream
 * has one event, the whole. `noul` is the probability of yes; `confidence` says how peaked the options are (or repeats
 * the largest probability, depending on the server) and is kept as `peakedness`; `option_mass` is kept where given.
 *
 * @throws {InputError} naming the question whose probabilities are none
 *
 * Source: System One API references of Upstage ("Return values") and of maple-sdk (`SystemOneAnswer`).
 */
export const systemOneAdapter: Adapter = {
  format: "system-one",
  matches: looksRight,
  matchesEvent: looksRight,
  read(body) {
    const draft = startDraft("system-one", "system-one", false);
    take(draft, body);
    return draft;
  },
  open: () => startDraft("system-one", "system-one", true),
  push: take,
};

function looksRight(body: JsonObject): boolean {
  return isObject(body["answers"]);
}

function take(draft: ResponseDraft, body: JsonObject): void {
  draft.ended = true;
  draft.model = stringOrNull(body["model"]);
  const error = body["error"];
  if (error !== undefined && error !== null) {
    const fields = isObject(error) ? error : { message: error };
    const message = stringOrNull(fields["message"]) ?? "";
    draft.fault = { status: null, code: stringOrNull(fields["code"]) ?? stringOrNull(fields["type"]), message };
    return;
  }
  for (const [index, [name, answer]] of Object.entries(objectAt(body["answers"], "answers")).entries())
    draft.answers.push(readAnswer(objectAt(answer, `answers[${JSON.stringify(name)}]`), { name, index }));
  draft.usage = isObject(body["usage"]) ? decisionUsage(body["usage"]) : null;
}

function readAnswer(answer: JsonObject, question: Question): DecisionAnswer {
  switch (answer["type"]) {
    case "noul":
      return predicateAnswer(question, answer["noul"], answer);
    case "choice":
      return choiceAnswer(question, optionsOf(answer, question), answer);
    case "score":
      return scoreAnswer(question, optionsOf(answer, question).map(numbered), answer);
    default:
      return unknownAnswer(question, answer["type"], "noul, choice or score");
  }
}

function optionsOf(answer: JsonObject, question: Question): readonly OptionProbability[] {
  const where = `answers[${JSON.stringify(question.name)}].probabilities`;
  return Object.entries(objectAt(answer["probabilities"], where)).map(([value, probability]) => ({
    value,
    probability: shareAt(probability, `the probability of ${JSON.stringify(value)}`, question),
  }));
}

/** Levels are keyed by their number. */
function numbered(level: OptionProbability): OptionProbability {
  const number = Number(level.value);
  return String(level.value).trim() !== "" && Number.isFinite(number) ? { ...level, value: number } : level;
}
