import { arrayOf, isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { ProviderFault, Usage } from "../trace/trace.ts";
import type { Adapter, ChoiceDraft, JsonObject, RawAlternative, RawToken, ResponseDraft } from "./draft.ts";
import { argumentsText, listAt, objectAt, textAt } from "./expect-shape.ts";
import { splitReasoning } from "./split-reasoning.ts";
import { choiceAt, startDraft } from "./start-draft.ts";

const FILTERS = new Set([
  "SAFETY",
  "RECITATION",
  "LANGUAGE",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "IMAGE_SAFETY",
  "MODEL_ARMOR",
]);

/**
 * Reads answers of Gemini and Vertex (`generateContent`, `streamGenerateContent`). A mean log-probability alone
 * (`avgLogprobs`) is no evidence about any token and is left out. Output tokens include those of thoughts.
 *
 * Source: Gemini API reference, GenerateContentResponse (Candidate, LogprobsResult, UsageMetadata).
 */
export const generateContentAdapter: Adapter = {
  format: "generate-content",
  matches: looksRight,
  matchesEvent: looksRight,
  read(body) {
    const draft = startDraft("generate-content", "gemini", false);
    take(draft, body);
    for (const choice of draft.choices) {
      const tokens = splitReasoning(choice.tokens, choice.reasoning, choice.text);
      choice.tokens.splice(0, choice.tokens.length, ...tokens);
    }
    return draft;
  },
  open: () => startDraft("generate-content", "gemini", true),
  push: take,
};

function looksRight(body: JsonObject): boolean {
  if (Array.isArray(body["candidates"]) || isObject(body["usageMetadata"])) return true;
  if (isObject(body["promptFeedback"])) return true;
  return isObject(body["error"]) && typeof body["error"]["status"] === "string";
}

function take(draft: ResponseDraft, body: JsonObject): void {
  draft.model = stringOrNull(body["modelVersion"]) ?? draft.model;
  draft.id = stringOrNull(body["responseId"]) ?? draft.id;
  if (isObject(body["error"])) {
    draft.fault = faultOf(body["error"]);
    draft.ended = true;
  }
  if (isObject(body["usageMetadata"])) draft.usage = usageOf(body["usageMetadata"]);
  const candidates = body["candidates"] ?? [];
  for (const [i, each] of listAt(candidates, "candidates").entries()) {
    const candidate = objectAt(each, `candidates[${i}]`);
    takeCandidate(draft, candidate, choiceAt(draft, numberOrNull(candidate["index"]) ?? i), `candidates[${i}]`);
  }
  const feedback = body["promptFeedback"];
  const blocked = isObject(feedback) ? stringOrNull(feedback["blockReason"]) : null;
  if (blocked === null) return;
  const choice = choiceAt(draft, 0);
  choice.finish = blocked;
  choice.flags.add("filtered");
  draft.ended = true;
}

function takeCandidate(draft: ResponseDraft, candidate: JsonObject, choice: ChoiceDraft, where: string): void {
  const content = candidate["content"];
  if (content !== undefined && content !== null)
    takeParts(choice, objectAt(content, `${where}.content`), `${where}.content.parts`);
  takeLogprobs(choice, candidate["logprobsResult"]);
  if (draft.streamed && choice.tokens.length === 0) choice.flags.add("logprobs-not-streamed");
  else choice.flags.delete("logprobs-not-streamed");
  const finish = stringOrNull(candidate["finishReason"]);
  if (finish === null) return;
  choice.finish = finish;
  draft.ended = true;
  if (finish === "MAX_TOKENS") choice.flags.add("truncated");
  if (FILTERS.has(finish)) choice.flags.add("filtered");
}

function takeParts(choice: ChoiceDraft, content: JsonObject, where: string): void {
  for (const [i, each] of listAt(content["parts"] ?? [], where).entries()) {
    const part = objectAt(each, `${where}[${i}]`);
    const text = textAt(part["text"], `${where}[${i}].text`);
    if (part["thought"] === true) choice.reasoning = (choice.reasoning ?? "") + text;
    else choice.text += text;
    const call = part["functionCall"];
    if (!isObject(call)) continue;
    const name = textAt(call["name"], `${where}[${i}].functionCall.name`);
    choice.toolCalls.push({ id: stringOrNull(call["id"]), name, arguments: argumentsText(call["args"]) });
  }
}

function takeLogprobs(choice: ChoiceDraft, result: unknown): void {
  if (result === undefined) return;
  choice.logprobsSeen = true;
  if (!isObject(result)) return;
  const tops = arrayOf(result["topCandidates"]);
  for (const [i, chosen] of arrayOf(result["chosenCandidates"]).entries()) {
    const place = tops[i];
    const top = isObject(place) ? arrayOf(place["candidates"]).map(alternativeOf) : [];
    const token: RawToken = { ...alternativeOf(chosen), top, channel: "content" };
    choice.tokens.push({ ...token, logprob: token.logprob ?? listed(token, top) });
  }
}

/** What the list of alternatives says of a chosen token whose own number is left out. */
function listed(token: RawAlternative, top: readonly RawAlternative[]): unknown {
  const same = top.find((other) => (token.id === undefined ? other.text === token.text : other.id === token.id));
  return same?.logprob;
}

function alternativeOf(entry: unknown): RawAlternative {
  const { token, tokenId, logProbability } = isObject(entry) ? entry : {};
  return { text: token, bytes: null, id: tokenId, logprob: logProbability };
}

function usageOf(usage: JsonObject): Usage {
  const visible = numberOrNull(usage["candidatesTokenCount"]);
  const reasoningTokens = numberOrNull(usage["thoughtsTokenCount"]);
  const outputTokens = visible === null && reasoningTokens === null ? null : (visible ?? 0) + (reasoningTokens ?? 0);
  return { inputTokens: numberOrNull(usage["promptTokenCount"]), outputTokens, reasoningTokens };
}

function faultOf(error: JsonObject): ProviderFault {
  return {
    status: numberOrNull(error["code"]),
    code: stringOrNull(error["status"]),
    message: stringOrNull(error["message"]) ?? "",
  };
}
