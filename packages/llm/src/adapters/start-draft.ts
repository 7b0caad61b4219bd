import type { Provider, WireFormat } from "../trace/provider.ts";
import type { LogprobBasis } from "../trace/trace.ts";
import type { ChoiceDraft, ResponseDraft } from "./draft.ts";

/** An empty draft of a response; `ended` is true for a whole response and false for a stream. */
export function startDraft(
  format: WireFormat,
  provider: Provider,
  streamed: boolean,
  basis: LogprobBasis = "unknown",
): ResponseDraft {
  return {
    provider,
    format,
    model: null,
    id: null,
    choices: [],
    answers: [],
    usage: null,
    fault: null,
    basis,
    streamed,
    ended: !streamed,
  };
}

/** The answer with this index in the draft; an empty one is added where there is none. */
export function choiceAt(draft: ResponseDraft, index: number): ChoiceDraft {
  const found = draft.choices.find((choice) => choice.index === index);
  if (found !== undefined) return found;
  const choice: ChoiceDraft = {
    index,
    text: "",
    refusal: null,
    reasoning: null,
    toolCalls: [],
    tokens: [],
    finish: null,
    logprobsSeen: false,
    flags: new Set(),
  };
  draft.choices.push(choice);
  return choice;
}
