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
  return precedence.indexOf(a) <= precedence.indexOf(b) ? a : b;
}

/**
 * Who sent a response in one of OpenAI's shapes, by fields and names that only they use; `openai-compatible` where nothing tells.
 *
 * Source: reference of each provider's response fields; Ollama's `fp_ollama`; llama.cpp's `timings`.
 */
export function providerOf(body: JsonObject): Provider {
  const choice = arrayOf(body["choices"])[0];
  const fields: JsonObject = isObject(choice) ? choice : {};
  const model = stringOrNull(body["model"]) ?? "";
  const usage = isObject(body["usage"]) ? body["usage"] : {};
  const print = stringOrNull(body["system_fingerprint"]) ?? "";
  if ("prompt_filter_results" in body || "content_filter_results" in fields || "content_filter_offsets" in fields)
    return "azure";
  if (/^accounts\/[^/]+\/(models|deployments|routers)\//.test(model) || "raw_output" in fields) return "fireworks";
  if (
    "prompt_logprobs" in body ||
    "prompt_logprobs" in fields ||
    "kv_transfer_params" in body ||
    "stop_reason" in fields
  )
    return "vllm";
  if (isTogether(body, fields)) return "together";
  if (/^deepseek-(chat|reasoner|coder|v\d)/.test(model) || "prompt_cache_hit_tokens" in usage) return "deepseek";
  if (/^grok-/.test(model) || "num_sources_used" in usage) return "xai";
  if (print === "fp_ollama") return "ollama";
  if (/^b\d+-[0-9a-f]{6,}$/.test(print) || (isObject(body["timings"]) && "predicted_n" in body["timings"]))
    return "llama.cpp";
  if (/^(ft:)?(gpt-\d|chatgpt-|o\d(-|$)|davinci-002|babbage-002)/.test(model) && !("provider" in body)) return "openai";
  return "openai-compatible";
}

function isTogether(body: JsonObject, choice: JsonObject): boolean {
  const logprobs = choice["logprobs"];
  const delta = choice["delta"];
  if (Array.isArray(body["prompt"])) return true;
  if (typeof logprobs === "number" && isObject(delta)) return "token_id" in delta;
  return isObject(logprobs) && Array.isArray(logprobs["token_ids"]) && !("text_offset" in logprobs);
}
