import { arrayOf, isObject } from "../json.ts";
import type { Channel } from "../trace/token.ts";
import type { ChoiceDraft, JsonObject, RawAlternative, RawToken, ResponseDraft } from "./draft.ts";

const none: readonly RawAlternative[] = [];

/**
 * Appends the tokens of one `logprobs` of OpenAI's shapes: lists of entries per channel (chat; Fireworks' newer shape) or
 * parallel lists (legacy completions, Together, Fireworks' older shape).
 *
 * @param logprobs of a choice, of a whole response or of one event
 */
export function takeLogprobs(draft: ResponseDraft, choice: ChoiceDraft, logprobs: unknown): void {
  if (logprobs === undefined) return;
  choice.logprobsSeen = true;
  if (logprobs === null) return;
  if (!isObject(logprobs)) {
    choice.flags.add("malformed-entries");
    return;
  }
  takeEntries(draft, choice, logprobs["reasoning_content"] ?? logprobs["reasoning"], "reasoning");
  takeEntries(draft, choice, logprobs["content"], "content");
  takeEntries(draft, choice, logprobs["refusal"], "refusal");
  if (Array.isArray(logprobs["tokens"])) takeParallel(choice, logprobs, logprobs["tokens"]);
}

function takeEntries(draft: ResponseDraft, choice: ChoiceDraft, entries: unknown, channel: Channel): void {
  if (entries === undefined || entries === null) return;
  if (!Array.isArray(entries)) {
    choice.flags.add("malformed-entries");
    return;
  }
  for (const entry of entries) {
    if (isObject(entry) && "sampling_logprob" in entry) draft.basis = "raw";
    choice.tokens.push(tokenOf(entry, channel));
  }
}

/** One entry with `token`, `logprob`, `bytes` and `top_logprobs`. */
export function tokenOf(entry: unknown, channel: Channel): RawToken {
  if (!isObject(entry)) return { text: undefined, bytes: null, id: null, logprob: null, top: none, channel };
  const given = entry["top_logprobs"];
  const top = Array.isArray(given) ? given.map(alternativeOf) : none;
  return {
    text: entry["token"],
    bytes: entry["bytes"],
    id: entry["token_id"],
    logprob: entry["logprob"],
    top,
    channel,
  };
}

function alternativeOf(entry: unknown): RawAlternative {
  if (!isObject(entry)) return { text: undefined, bytes: null, id: null, logprob: null };
  const { token, bytes, token_id, logprob } = entry;
  // −0 is read as 0 here, so that a list that is clean otherwise is kept without a copy.
  return { text: token, bytes: bytes ?? null, id: token_id ?? null, logprob: logprob === 0 ? 0 : logprob };
}

function takeParallel(choice: ChoiceDraft, logprobs: JsonObject, tokens: readonly unknown[]): void {
  const values = arrayOf(logprobs["token_logprobs"]);
  const ids = arrayOf(logprobs["token_ids"]);
  const tops = arrayOf(logprobs["top_logprobs"]);
  if (values.length !== tokens.length && logprobs["token_logprobs"] !== undefined)
    choice.flags.add("malformed-entries");
  for (const [i, text] of tokens.entries())
    choice.tokens.push({ text, bytes: null, id: ids[i], logprob: values[i], top: topOf(tops[i]), channel: "content" });
}

/** `{ " yes": -0.1 }`, or a list of entries. */
function topOf(top: unknown): readonly RawAlternative[] {
  if (Array.isArray(top)) return top.map(alternativeOf);
  if (!isObject(top)) return none;
  return Object.entries(top).map(([text, logprob]) => ({ text, bytes: null, id: null, logprob }));
}
