import type { ProviderFault } from "../trace/trace.ts";
import type { Capability } from "./capability.ts";

const LIMITS = [
  /less than or equal to\s*(\d+)/i,
  /(?:at most|up to|no more than|max(?:imum)?(?: allowed| value| number)?(?: is| of)?|<=|≤)\s*:?\s*(\d+)/i,
  /(?:between|in (?:the )?range|from)\s*[[(]?\s*\d+\s*(?:and|to|,|-|–|\.\.)\s*(\d+)/i,
];

/**
 * What an error says about log-probabilities; null where it is about something else. Only messages of status 400, 403,
 * 404, 422 or none are read: a busy or broken server says nothing about what it is able to do.
 *
 * @returns a limit on alternatives implies that there are some; a refusal that names streaming or tools is of those alone
 */
export function readRejection(fault: ProviderFault): Partial<Capability> | null {
  const { status, message, code } = fault;
  if (status !== null && ![400, 403, 404, 422].includes(status)) return null;
  if (!/log[\s_-]?prob/i.test(message) && !/log[\s_-]?prob/i.test(code ?? "")) return null;
  for (const pattern of LIMITS) {
    const limit = Number(pattern.exec(message)?.[1] ?? Number.NaN);
    if (limit > 0) return { logprobs: "yes", maxTopK: limit, sentence: `it takes at most ${limit} alternatives` };
  }
  if (/stream/i.test(message)) return { streamed: "no", sentence: "it refuses log-probabilities while it streams" };
  if (/\btools?\b|function/i.test(message))
    return { toolCalls: "no", sentence: "it refuses log-probabilities together with tools" };
  const refused: Partial<Capability> = {
    logprobs: "no",
    streamed: "no",
    toolCalls: "no",
    sentence: "it refuses to give log-probabilities",
  };
  return /reasoning/i.test(message) ? { ...refused, reasoning: "yes" } : refused;
}
