import type { ReadOptions } from "../trace/read-options.ts";
import type { JsonObject, ResponseDraft } from "./draft.ts";
import { readFault } from "./read-fault.ts";
import { startDraft } from "./start-draft.ts";

/** A response that is nothing but an error; null where it is none. */
export function faultDraft(body: JsonObject, options: ReadOptions): ResponseDraft | null {
  const fault = readFault(body);
  if (fault === null) return null;
  const draft = startDraft(options.format ?? "chat-completions", options.provider ?? "openai-compatible", false);
  draft.fault = fault;
  return draft;
}
