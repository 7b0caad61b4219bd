import type { ChoiceDraft, ResponseDraft } from "../adapters/draft.ts";
import type { PlacedToken } from "./clean-token.ts";
import type { Provider } from "./provider.ts";
import type { ReadOptions } from "./read-options.ts";
import type { LogprobStatus, TraceFlag } from "./trace.ts";

/** Providers whose answers never have log-probabilities. */
const without: ReadonlySet<Provider> = new Set(["anthropic", "bedrock"]);

/**
 * Whether an answer has token log-probabilities, and if not, why, as far as the response and the request tell.
 *
 * @param tokens of the answer, cleaned
 * @param flags of the answer; gets the flag that goes with the status
 */
export function logprobStatus(
  draft: ResponseDraft,
  choice: ChoiceDraft,
  tokens: readonly PlacedToken[],
  options: ReadOptions,
  flags: Set<TraceFlag>,
): LogprobStatus {
  let known = 0;
  let hints = 0;
  const isAnswered = choice.text !== "" && tokens.every((token) => token.channel === "reasoning");
  for (const token of isAnswered ? [] : tokens) {
    if (token.logprob !== null) known++;
    else if (token.logprobBound !== null || token.top.length > 0) hints++;
  }
  if (known > 0 && known === tokens.length) return "present";
  if (known > 0 || hints > 0) {
    flags.add("partial-logprobs");
    return "partial";
  }
  if (rejectsLogprobs(draft)) {
    flags.add("logprobs-rejected");
    return "rejected";
  }
  if (without.has(draft.provider)) return "unsupported";
  if (flags.has("logprobs-not-streamed") || (draft.streamed && draft.provider === "gemini")) {
    flags.add("logprobs-not-streamed");
    return "not-streamed";
  }
  if (options.requested === undefined) return "absent";
  if (choice.text === "" && (choice.refusal ?? "") === "")
    return choice.toolCalls.length > 0 ? "unsupported" : "absent";
  flags.add("logprobs-ignored");
  return "ignored";
}

/** Whether an error is about log-probabilities: reasoning models and some servers refuse the parameter. */
export function rejectsLogprobs(draft: ResponseDraft): boolean {
  return draft.fault !== null && /log[\s_-]?prob/i.test(`${draft.fault.code ?? ""} ${draft.fault.message}`);
}
