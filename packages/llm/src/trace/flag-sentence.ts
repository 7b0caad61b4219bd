import type { TraceFlag } from "./trace.ts";

const sentences: Readonly<Record<TraceFlag, string>> = {
  "tokens-differ-from-text": "The tokens do not make up the text, so it is not known where each of them stands.",
  "text-trimmed": "Some tokens at an end of the answer are not in its text.",
  "markers-decoded": "The server sent the tokenizer's own spelling of tokens; they are shown as what they stand for.",
  "bytes-restored": "A character was split over several tokens; their bytes were worked out from the text.",
  "replaced-in-text": "The text has replacement characters where the tokens have parts of characters.",
  "numbered-tokens": "The server sent numbers in place of tokens' texts, and not all of their texts are known.",
  "sentinel-logprobs":
    "For some tokens the server gave a placeholder instead of a log-probability; only an upper bound is known.",
  "positive-logprobs": "Some log-probabilities were above 0; tiny ones count as 0, larger ones as unknown.",
  "partial-logprobs": "Some tokens have no log-probability.",
  "logprobs-ignored": "Log-probabilities were asked for, and the server answered without them.",
  "logprobs-rejected": "The server refused to give log-probabilities.",
  "logprobs-not-streamed": "This server gives no log-probabilities while it streams.",
  "tool-calls-without-logprobs": "The arguments of tool calls came without log-probabilities.",
  "reasoning-unseen": "The model reasoned before it answered; scores are of the visible answer alone.",
  "reasoning-in-content": "Reasoning stood inside the answer; it was moved out of the text, and its tokens with it.",
  "chosen-not-in-top": "Some generated tokens are not among their own most likely alternatives.",
  "alternatives-repeated": "Several tokens came with the alternatives of the one before; these were dropped.",
  "malformed-entries": "Some entries of the log-probabilities could not be read and were left out.",
  truncated: "The answer ended at the token limit.",
  interrupted: "The stream ended before the answer did.",
  filtered: "A content filter ended or changed the answer.",
};

const order: readonly TraceFlag[] = Object.keys(sentences).filter(isFlag);

function isFlag(key: string): key is TraceFlag {
  return key in sentences;
}

/**
 * What a flag means, as one plain sentence.
 *
 * @param flag one of `Trace.flags`
 */
export function flagSentence(flag: TraceFlag): string {
  return sentences[flag];
}

/** The flags of a set in their one order, so that equal answers have equal flags however they came. */
export function sortedFlags(flags: ReadonlySet<TraceFlag>): readonly TraceFlag[] {
  return order.filter((flag) => flags.has(flag));
}
