import { arrayOf, isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { Adapter, ChoiceDraft, JsonObject, RawAlternative, RawToken, ResponseDraft } from "./draft.ts";
import { textAt } from "./expect-shape.ts";
import { choiceAt, startDraft } from "./start-draft.ts";

/**
 * Reads answers of llama.cpp's own `/completion`, whole or streamed, in the spellings it has had: `logprob` with
 * `top_logprobs` or `probs`, `prob` with `top_probs` (sampled probabilities, turned into logarithms), and the older
 * `content` with `probs[].tok_str`.
 *
 * Source: llama.cpp, tools/server/README.md, "POST /completion" (`n_probs`, `post_sampling_probs`).
 */
export const llamaCppAdapter: Adapter = {
  format: "llama.cpp",
  matches: (body) => looksRight(body) && ("timings" in body || "tokens_predicted" in body || hasProbabilities(body)),
  matchesEvent: looksRight,
  read(body) {
    const draft = startDraft("llama.cpp", "llama.cpp", false, "raw");
    take(draft, body);
    draft.ended = true;
    return draft;
  },
  open: () => startDraft("llama.cpp", "llama.cpp", true, "raw"),
  push: take,
};

function hasProbabilities(body: JsonObject): boolean {
  return Array.isArray(body["completion_probabilities"]);
}

function looksRight(body: JsonObject): boolean {
  return typeof body["content"] === "string" && (typeof body["stop"] === "boolean" || hasProbabilities(body));
}

function take(draft: ResponseDraft, body: JsonObject): void {
  draft.model = stringOrNull(body["model"]) ?? draft.model;
  const error = body["error"];
  if (isObject(error)) {
    const message = stringOrNull(error["message"]) ?? "";
    draft.fault = { status: numberOrNull(error["code"]), code: stringOrNull(error["type"]), message };
    draft.ended = true;
    return;
  }
  const choice = choiceAt(draft, numberOrNull(body["index"]) ?? 0);
  choice.text += textAt(body["content"], "content");
  takeProbabilities(draft, choice, body);
  if (body["stop"] === true) finish(draft, choice, body);
}

function takeProbabilities(draft: ResponseDraft, choice: ChoiceDraft, body: JsonObject): void {
  if (body["completion_probabilities"] === undefined) return;
  choice.logprobsSeen = true;
  const tokens = arrayOf(body["completion_probabilities"]).map(tokenOf);
  const sampled = arrayOf(body["completion_probabilities"]).some((entry) => isObject(entry) && "prob" in entry);
  if (sampled) draft.basis = "processed";
  // Some versions repeat in the last event of a stream what the events before it had.
  const repeated = draft.streamed && body["stop"] === true && repeats(choice.tokens, tokens) ? choice.tokens.length : 0;
  for (const token of tokens.slice(repeated)) choice.tokens.push(token);
}

function repeats(before: readonly RawToken[], after: readonly RawToken[]): boolean {
  if (before.length === 0 || before.length > after.length) return false;
  return before.every((token, i) => token.text === after[i]?.text && token.logprob === after[i]?.logprob);
}

function tokenOf(entry: unknown): RawToken {
  const fields: JsonObject = isObject(entry) ? entry : {};
  const top = arrayOf(fields["top_logprobs"] ?? fields["top_probs"] ?? fields["probs"]).map(alternativeOf);
  const own = alternativeOf(entry);
  const logprob = own.logprob ?? top.find((other) => other.text === own.text)?.logprob;
  return { ...own, logprob, top, channel: "content" };
}

function alternativeOf(entry: unknown): RawAlternative {
  const fields: JsonObject = isObject(entry) ? entry : {};
  const text = fields["token"] ?? fields["tok_str"] ?? fields["content"];
  return { text, bytes: fields["bytes"], id: fields["id"], logprob: fields["logprob"] ?? logarithm(fields["prob"]) };
}

/** Undefined for what is no probability; −∞, which means "unknown" to whoever reads it, for 0. */
function logarithm(probability: unknown): unknown {
  const value = numberOrNull(probability);
  return value === null || value < 0 ? undefined : Math.log(value);
}

function finish(draft: ResponseDraft, choice: ChoiceDraft, body: JsonObject): void {
  draft.ended = true;
  choice.finish = stringOrNull(body["stop_type"]) ?? olderFinish(body);
  if (choice.finish === "limit") choice.flags.add("truncated");
  const inputTokens = numberOrNull(body["tokens_evaluated"]);
  const outputTokens = numberOrNull(body["tokens_predicted"]);
  if (inputTokens !== null || outputTokens !== null) draft.usage = { inputTokens, outputTokens, reasoningTokens: null };
}

function olderFinish(body: JsonObject): string | null {
  if (body["stopped_limit"] === true) return "limit";
  if (body["stopped_word"] === true) return "word";
  return body["stopped_eos"] === true ? "eos" : null;
}
