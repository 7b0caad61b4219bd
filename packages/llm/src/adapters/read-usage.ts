import { isObject, numberOrNull } from "../json.ts";
import type { Usage } from "../trace/trace.ts";

/** Tokens of OpenAI's `usage` in either of its spellings; null where there is none. */
export function readUsage(usage: unknown): Usage | null {
  if (!isObject(usage)) return null;
  const details = usage["completion_tokens_details"] ?? usage["output_tokens_details"];
  return {
    inputTokens: numberOrNull(usage["prompt_tokens"] ?? usage["input_tokens"]),
    outputTokens: numberOrNull(usage["completion_tokens"] ?? usage["output_tokens"]),
    reasoningTokens: isObject(details)
      ? numberOrNull(details["reasoning_tokens"])
      : numberOrNull(usage["reasoning_tokens"]),
  };
}
