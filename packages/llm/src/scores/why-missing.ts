import type { Channel } from "../trace/token.ts";
import { type Trace, tokensOf } from "../trace/trace.ts";

/** Why an answer has no tokens to score in a channel, as a sentence. */
export function whyMissing(trace: Trace, channel: Channel): string {
  if (channel === "content" && trace.text === "") {
    if (trace.refusal !== null || tokensOf(trace, "refusal").length > 0) return "The model refused to answer.";
    if (trace.toolCalls.length > 0) return "The answer is a call of a tool; its text is empty.";
    if (trace.logprobs === "present" || trace.logprobs === "partial") return "The answer is empty.";
  }
  if (channel === "content" || trace.logprobs === "rejected" || trace.logprobs === "ignored") return whyUnknown(trace);
  return `No tokens of the ${channel} came with the answer.`;
}

/** Why the tokens of an answer have no log-probabilities, as a sentence. */
export function whyUnknown({ logprobs, text }: Trace): string {
  switch (logprobs) {
    case "ignored":
      return "Log-probabilities were asked for, and none came.";
    case "rejected":
      return "The server refused to give log-probabilities.";
    case "unsupported":
      return "This model gives no log-probabilities.";
    case "not-streamed":
      return "This server gives no log-probabilities while it streams.";
    default:
      return text === "" ? "The answer is empty." : "The answer came without log-probabilities.";
  }
}
