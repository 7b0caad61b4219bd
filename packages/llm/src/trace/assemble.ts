import type { ChoiceDraft, RawToken, ResponseDraft } from "../adapters/draft.ts";
import { splitReasoning } from "../adapters/split-reasoning.ts";
import type { PlacedToken } from "./clean-token.ts";
import { TokenCleaner } from "./clean-tokens.ts";
import { sortedFlags } from "./flag-sentence.ts";
import { inlineReasoning } from "./inline-reasoning.ts";
import { layOnText } from "./lay-on-text.ts";
import { logprobStatus } from "./logprob-status.ts";
import type { ReadOptions } from "./read-options.ts";
import { reasoningEnd } from "./reasoning-end.ts";
import type { Channel } from "./token.ts";
import type { LlmResponse, Trace, TraceFlag, Usage } from "./trace.ts";
import { encodeText } from "./utf8.ts";

/**
 * The response that a reader's draft amounts to: tokens cleaned of placeholders and laid on the text, reasoning apart from the
 * answer, and everything odd about it in `flags`.
 *
 * @param draft as a reader left it; not changed
 * @param options what the caller knows: with `requested`, log-probabilities that did not come are "ignored", not "absent"
 * @param cleaner that cleaned tokens of this draft as they came
 */
export function assemble(
  draft: ResponseDraft,
  options: ReadOptions = {},
  cleaner: TokenCleaner = new TokenCleaner(),
): LlmResponse {
  const provider = options.provider ?? draft.provider;
  const known: ResponseDraft = provider === draft.provider ? draft : { ...draft, provider };
  const choices = draft.choices
    .filter((choice) => draft.fault === null || hasContent(choice))
    .map((choice) => traceOf(known, choice, options, cleaner))
    .sort((a, b) => a.index - b.index);
  const { format, model, id, answers, usage, fault } = draft;
  return { provider, format, model, id, choices, answers: [...answers], usage, fault };
}

function hasContent(choice: ChoiceDraft): boolean {
  const { text, refusal, reasoning, toolCalls, tokens } = choice;
  return text !== "" || refusal !== null || reasoning !== null || toolCalls.length > 0 || tokens.length > 0;
}

function traceOf(draft: ResponseDraft, choice: ChoiceDraft, options: ReadOptions, cleaner: TokenCleaner): Trace {
  const flags = new Set(choice.flags);
  if (draft.streamed && !draft.ended && choice.finish === null) flags.add("interrupted");
  const tokens = cleaner.all(choice.index, rawTokens(choice, flags), flags);
  const toolCalls = choice.toolCalls.filter((call) => call.id !== null || call.name !== "" || call.arguments !== "");
  const placed = place(choice, tokens, flags);
  const logprobs = logprobStatus(draft, choice, tokens, options, flags);
  if (toolCalls.length > 0 && tokens.every((token) => token.channel !== "tool"))
    flags.add("tool-calls-without-logprobs");
  if (isReasoningUnseen(placed.reasoning, draft.usage, tokens)) flags.add("reasoning-unseen");
  let topK = 0;
  for (const token of tokens) if (token.top.length > topK) topK = token.top.length;
  return {
    provider: draft.provider,
    format: draft.format,
    model: draft.model,
    id: draft.id,
    index: choice.index,
    text: placed.text,
    refusal: choice.refusal,
    reasoning: placed.reasoning,
    toolCalls: toolCalls.map((call) => ({ ...call })),
    tokens,
    logprobs,
    basis: draft.basis,
    topK,
    finish: choice.finish,
    flags: sortedFlags(flags),
  };
}

/** Servers that part reasoning from the answer may still send one list of tokens for both. */
function rawTokens(choice: ChoiceDraft, flags: Set<TraceFlag>): readonly RawToken[] {
  const { tokens, reasoning, text } = choice;
  if (reasoning === null || reasoning === "" || tokens.some((token) => token.channel === "reasoning")) return tokens;
  const content = tokens.filter((token) => token.channel === "content");
  if (content.length === 0 || content.map((token) => token.text).join("") === text) return tokens;
  const split = splitReasoning(content, reasoning, text);
  if (split.every((token) => token.channel === "content")) return tokens;
  flags.add("reasoning-in-content");
  return [...split, ...tokens.filter((token) => token.channel !== "content")];
}

function place(
  choice: ChoiceDraft,
  tokens: readonly PlacedToken[],
  flags: Set<TraceFlag>,
): { readonly text: string; readonly reasoning: string | null } {
  const of = (channel: Channel): readonly PlacedToken[] => tokens.filter((token) => token.channel === channel);
  layChannel(of("refusal"), choice.refusal ?? "", flags);
  layChannel(of("reasoning"), choice.reasoning ?? "", flags);
  const content = of("content");
  const calls = choice.toolCalls;
  layChannel(of("tool"), calls.map((call) => call.arguments).join(""), flags);
  if (choice.text === "" && calls.length > 0 && content.length > 0) {
    for (const token of content) token.channel = "tool";
    layChannel(content, calls.map((call) => call.arguments).join(""), flags);
    return { text: "", reasoning: choice.reasoning };
  }
  const isPlaced = layChannel(content, choice.text, flags);
  if (isPlaced) moveSurroundings(content, choice, of("reasoning").at(-1)?.end ?? 0, flags);
  if (choice.reasoning !== null) return { text: choice.text, reasoning: choice.reasoning };
  const isCut = flags.has("truncated") || flags.has("interrupted");
  const hasClosingToken = content.some((token) => token.text === "</think>");
  const inline = inlineReasoning(choice.text, isCut, hasClosingToken);
  if (inline === null) return { text: choice.text, reasoning: null };
  flags.add("reasoning-in-content");
  const bytesBefore = (units: number): number => encodeText(choice.text.slice(0, units)).length;
  const from = bytesBefore(inline.reasoningStart);
  const to = from + encodeText(inline.reasoning).length;
  const answer = bytesBefore(inline.answerStart);
  if (isPlaced) moveByPosition(content, from, to, answer);
  else for (const token of content.slice(0, reasoningEnd(content, "first"))) token.channel = "reasoning";
  return { text: inline.answer, reasoning: inline.reasoning };
}

function layChannel(tokens: readonly PlacedToken[], text: string, flags: Set<TraceFlag>): boolean {
  return tokens.length === 0 || layOnText(tokens, text, flags);
}

/** Tokens beside the text that are reasoning (up to `</think>`) or a call of a tool, which the server took out of the text. */
function moveSurroundings(
  tokens: readonly PlacedToken[],
  choice: ChoiceDraft,
  reasoned: number,
  flags: Set<TraceFlag>,
): void {
  if (!flags.has("text-trimmed")) return;
  const first = tokens.findIndex((token) => token.end > 0);
  const before = tokens.slice(0, Math.max(0, first));
  const thoughts = before.slice(0, reasoningEnd(before, "last"));
  if (thoughts.length > 0) flags.add("reasoning-in-content");
  for (const token of thoughts) {
    token.channel = "reasoning";
    token.start = reasoned;
    token.end = reasoned;
  }
  const [call] = choice.toolCalls;
  if (call === undefined) return;
  const after = tokens.slice(tokens.findLastIndex((token) => token.end > token.start) + 1);
  if (
    !after
      .map((token) => token.text)
      .join("")
      .includes(call.name)
  )
    return;
  for (const token of after) token.channel = "tool";
  layChannel(after, choice.toolCalls.map(({ arguments: text }) => text).join(""), flags);
}

/** A token that reaches into the answer is the answer's, clipped; all before it are the reasoning's. */
function moveByPosition(tokens: readonly PlacedToken[], from: number, to: number, answer: number): void {
  let isAnswer = false;
  for (const token of tokens) {
    if (token.end > answer || (token.start >= answer && token.end === answer && token.start === token.end))
      isAnswer = true;
    if (isAnswer) {
      token.start = Math.max(0, token.start - answer);
      token.end = Math.max(0, token.end - answer);
    } else {
      token.channel = "reasoning";
      token.start = Math.min(Math.max(token.start, from), to) - from;
      token.end = Math.min(Math.max(token.end, from), to) - from;
    }
  }
}

function isReasoningUnseen(reasoning: string | null, usage: Usage | null, tokens: readonly PlacedToken[]): boolean {
  const thought = (reasoning ?? "") !== "" || (usage?.reasoningTokens ?? 0) > 0;
  return thought && !tokens.some((token) => token.channel === "reasoning" && token.logprob !== null);
}
