import { arrayOf, isObject, stringOrNull } from "../json.ts";
import type { Provider } from "../trace/provider.ts";
import type { JsonObject } from "./draft.ts";

/** From the surest sign to the weakest; what is seen first never hides what is seen later. */
const precedence: readonly Provider[] = [
  "azure",
  "fireworks",
  "vllm",
  "together",
  "deepseek",
  "xai",
  "ollama",
  "llama.cpp",
  "openai",
  "openai-compatible",
];

/** The surer of two findings, so that the order of a stream's events does not matter. */
export function surerProvider(a: Provider, b: Provider): Provider {
  if (a === b) return a;
  return precedence.indexOf(a) <= precedence.indexOf(b) ? a : b;
}

/**
 * Who sent a response in one of OpenAI's shapes, by fields and names that only they use; `openai-compatible` where nothing tells.
 *
 * Source: reference of each provider's response fields; Ollama's `fp_ollama`; llama.cpp's `timings`.
 */
export function providerOf(body: JsonObject): Provider {
  const choice = arrayOf(body["choices"])[0];
  const fields: JsonObject = isObject(choice) ? choice : noFields;
  const named = providerOfModel(stringOrNull(body["model"]) ?? "");
  const usage = isObject(body["usage"]) ? body["usage"] : noFields;
  const print = stringOrNull(body["system_fingerprint"]) ?? "";
  if ("prompt_filter_results" in body || "content_filter_results" in fields || "content_filter_offsets" in fields)
    return "azure";
  if (named === "fireworks" || "raw_output" in fields) return "fireworks";
  if (
    "prompt_logprobs" in body ||
    "prompt_logprobs" in fields ||
    "kv_transfer_params" in body ||
    "stop_reason" in fields
  )
    return "vllm";
  if (isTogether(body, fields)) return "together";
  if (named === "deepseek" || "prompt_cache_hit_tokens" in usage) return "deepseek";
  if (named === "xai" || "num_sources_used" in usage) return "xai";
  if (print === "fp_ollama") return "ollama";
  if (print !== "" && /^b\d+-[0-9a-f]{6,}$/.test(print)) return "llama.cpp";
  if (isObject(body["timings"]) && "predicted_n" in body["timings"]) return "llama.cpp";
  return named === "openai" && !("provider" in body) ? "openai" : "openai-compatible";
}

/** Whose model bears a name; the names of one stream's events are the same, so the last one is remembered. */
function providerOfModel(model: string): Provider | null {
  if (model !== last.model) {
    last.model = model;
    last.provider = names.find(([pattern]) => pattern.test(model))?.[1] ?? null;
  }
  return last.provider;
}

const names: readonly (readonly [RegExp, Provider])[] = [
  [/^accounts\/[^/]+\/(models|deployments|routers)\//, "fireworks"],
  [/^deepseek-(chat|reasoner|coder|v\d)/, "deepseek"],
  [/^grok-/, "xai"],
  [/^(ft:)?(gpt-\d|chatgpt-|o\d(-|$)|davinci-002|babbage-002)/, "openai"],
];

const last: { model: string; provider: Provider | null } = { model: "", provider: null };

const noFields: JsonObject = {};

function isTogether(body: JsonObject, choice: JsonObject): boolean {
  const logprobs = choice["logprobs"];
  const delta = choice["delta"];
  if (Array.isArray(body["prompt"])) return true;
  if (typeof logprobs === "number" && isObject(delta)) return "token_id" in delta;
  return isObject(logprobs) && Array.isArray(logprobs["token_ids"]) && !("text_offset" in logprobs);
}
