import type { JsonObject } from "../adapters/draft.ts";
import { fromResponse } from "../adapters/from-response.ts";
import { arrayOf, isObject } from "../json.ts";
import type { LlmResponse } from "../trace/trace.ts";

/** What a library kept of an answer: its text, and the log-probabilities in whatever nesting. */
export interface KeptAnswer {
  readonly model: string | null;
  readonly text: string;
  readonly refusal: string | null;
  readonly toolCalls: readonly { readonly id: string | null; readonly name: string; readonly arguments: string }[];
  readonly finish: string | null;
  /** OpenAI's entries in one array, in arrays of arrays, or under `content` and `refusal`; anything else counts as none. */
  readonly logprobs: unknown;
}

/** The kept answer in the shape of a chat completion, read as one. */
export function readKept(kept: KeptAnswer, requested: { readonly topK: number } | null): LlmResponse {
  const options = requested === null ? {} : { requested };
  return fromResponse(chatCompletion(kept), { format: "chat-completions", ...options });
}

function chatCompletion({ model, text, refusal, toolCalls, finish, logprobs }: KeptAnswer): JsonObject {
  const byChannel = isObject(logprobs) ? logprobs : { content: arrayOf(logprobs).flat(), refusal: null };
  const entries = arrayOf(byChannel["content"]).length + arrayOf(byChannel["refusal"]).length;
  const message = {
    role: "assistant",
    content: text === "" && (refusal !== null || toolCalls.length > 0) ? null : text,
    refusal,
    tool_calls: toolCalls.map(({ id, name, arguments: json }) => ({
      id,
      type: "function",
      function: { name, arguments: json },
    })),
  };
  return {
    object: "chat.completion",
    model,
    choices: [{ index: 0, message, logprobs: entries === 0 ? null : byChannel, finish_reason: finish }],
  };
}
