import type { WireFormat } from "../trace/provider.ts";
import { chatCompletionsAdapter } from "./chat-completions.ts";
import { completionsAdapter } from "./completions.ts";
import { converseAdapter } from "./converse.ts";
import { decisionsAdapter } from "./decisions.ts";
import type { Adapter, JsonObject } from "./draft.ts";
import { generateContentAdapter } from "./generate-content.ts";
import { llamaCppAdapter } from "./llama-cpp.ts";
import { messagesAdapter } from "./messages.ts";
import { ollamaAdapter } from "./ollama.ts";
import { responsesAdapter } from "./responses.ts";
import { systemOneAdapter } from "./system-one.ts";

/** Every reader; shapes that only one provider has stand before those that many share. */
export const adapters: readonly Adapter[] = [
  responsesAdapter,
  chatCompletionsAdapter,
  completionsAdapter,
  messagesAdapter,
  converseAdapter,
  decisionsAdapter,
  systemOneAdapter,
  generateContentAdapter,
  ollamaAdapter,
  llamaCppAdapter,
];

/** The reader of a format. */
export function adapterOf(format: WireFormat): Adapter {
  const found = adapters.find((adapter) => adapter.format === format);
  if (found === undefined) throw new Error(`no reader for ${format}`);
  return found;
}

/** The reader whose shape a whole response has, if any. */
export function matchingAdapter(body: JsonObject): Adapter | undefined {
  return adapters.find((adapter) => adapter.matches(body));
}
