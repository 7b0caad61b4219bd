import type { Provider } from "../trace/provider.ts";
import { type Capability, type CapabilityKey, unknownCapability } from "./capability.ts";

interface Entry {
  readonly providers: readonly Provider[];
  /** Of the model's name without a vendor before it; any where absent. */
  readonly model?: RegExp;
  /** Of the endpoint; any where absent. */
  readonly endpoint?: RegExp;
  readonly says: Partial<Capability>;
}

const openai: readonly Provider[] = ["openai", "azure"];
const yes = (maxTopK: number | null, sentence: string): Partial<Capability> => ({ logprobs: "yes", maxTopK, sentence });
const no = (sentence: string): Partial<Capability> => ({ logprobs: "no", streamed: "no", toolCalls: "no", sentence });
const reasons = { reasoning: "yes" } as const;
const notForCalls = { toolCalls: "no" } as const;
const disagree = "published tables disagree about this model, and its reasoning effort matters: ask once";

/** The first entry that fits is taken: special ones stand before general ones. */
const entries: readonly Entry[] = [
  { providers: ["anthropic"], says: no("Anthropic's Messages never carry log-probabilities") },
  { providers: ["bedrock"], says: no("Bedrock's Converse never carries log-probabilities") },
  { providers: ["system-one"], says: no("decision models answer with probabilities of options, not of tokens") },
  {
    providers: openai,
    model: /^(gpt-3\.5-turbo-instruct|davinci-002|babbage-002)/,
    says: { ...yes(5, "legacy completions give at most 5 alternatives"), streamed: "yes" },
  },
  {
    providers: openai,
    model: /^o\d/,
    says: { ...no("reasoning models of the o series reject the request"), ...reasons },
  },
  { providers: openai, model: /^gpt-4\.5/, says: no("GPT-4.5 is documented without log-probabilities") },
  {
    providers: openai,
    model: /^gpt-(3\.5-turbo|4o|4\.1|4(?![.\d]))/,
    says: { ...yes(20, "documented with up to 20 alternatives"), ...notForCalls, streamed: "yes", reasoning: "no" },
  },
  { providers: openai, model: /^gpt-5-chat/, says: { maxTopK: null, ...notForCalls, sentence: disagree } },
  {
    providers: openai,
    model: /^gpt-5(?!\.\d)/,
    says: { ...no("GPT-5 rejects the request, like all its reasoning siblings"), ...reasons },
  },
  {
    providers: openai,
    model: /^gpt-5\.4(?!-mini)/,
    says: { ...reasons, ...notForCalls, maxTopK: 5, sentence: `${disagree}, with 5 alternatives` },
  },
  { providers: openai, model: /^gpt-(5\.\d|[6-9])/, says: { ...reasons, ...notForCalls, sentence: disagree } },
  {
    providers: ["gemini"],
    model: /^gemini-3\.5-flash/,
    says: no("reported to reject the request"),
  },
  {
    providers: ["gemini"],
    endpoint: /aiplatform/,
    model: /^gemini-(2\.[05]|3)/,
    says: { ...yes(20, "Vertex gives up to 20 alternatives, and none while it streams"), streamed: "no" },
  },
  {
    providers: ["gemini"],
    endpoint: /generativelanguage/,
    model: /^gemini-2\.5/,
    says: no("the Gemini Developer API rejects the request for 2.5"),
  },
  {
    providers: ["gemini"],
    says: {
      streamed: "no",
      maxTopK: 20,
      sentence: "Vertex gives them for some models, the Developer API for few: ask once",
    },
  },
  {
    providers: ["xai"],
    says: { maxTopK: 8, sentence: "at most 8 alternatives; newer models are reported to ignore the request: ask once" },
  },
  { providers: ["fireworks"], says: yes(5, "Fireworks gives at most 5 alternatives") },
  { providers: ["together"], says: yes(20, "Together gives up to 20 alternatives") },
  {
    providers: ["deepseek"],
    model: /reasoner|r1/,
    says: { ...no("the reasoning model answers with an error"), ...reasons },
  },
  { providers: ["deepseek"], says: { ...yes(20, "documented with up to 20 alternatives"), streamed: "yes" } },
  { providers: ["ollama"], model: /[-:]cloud$/, says: no("models in Ollama's cloud answer with null") },
  { providers: ["ollama"], endpoint: /ollama\.com/, says: no("models in Ollama's cloud answer with null") },
  {
    providers: ["ollama"],
    says: { ...yes(20, "Ollama gives up to 20 alternatives, none for tool calls"), ...notForCalls, streamed: "yes" },
  },
  { providers: ["llama.cpp"], says: { ...yes(null, "llama.cpp gives as many as are asked for"), streamed: "yes" } },
  {
    providers: ["vllm"],
    says: {
      ...yes(20, "vLLM gives up to 20 alternatives unless started with another limit"),
      streamed: "yes",
      ...notForCalls,
    },
  },
  { providers: ["openai-compatible"], endpoint: /api\.groq\.com/, says: no("Groq answers with null") },
  { providers: ["openai-compatible"], endpoint: /api\.mistral\.ai/, says: no("Mistral answers with null") },
  {
    providers: ["openai-compatible"],
    endpoint: /cerebras/,
    says: { maxTopK: 20, sentence: "accepts up to 20 alternatives; not known to return them: ask once" },
  },
];

/**
 * What documentation says of a model on a server, before anything was observed. Where sources disagree the answer is
 * "unknown", which means: try. Azure is never better than "unknown", because deployments may carry any name and lag behind.
 *
 * @param key `model` may carry a vendor before it (`openai/gpt-4o`) or `models/`
 *
 * Source: model tables of deepeval (2026-08) and the AI SDK (4.0.118), documentation of the providers, and the reports
 * that each sentence names; the table is a starting point that observations replace.
 */
export function documentedCapability(key: CapabilityKey): Capability {
  const model = (key.model ?? "").toLowerCase().replace(/^.*\//, "");
  const entry = entries.find(
    (each) =>
      each.providers.includes(key.provider) &&
      (each.model?.test(model) ?? true) &&
      (each.endpoint?.test(key.endpoint ?? "") ?? true),
  );
  if (entry === undefined) return unknownCapability;
  const found: Capability = { ...unknownCapability, source: "documented", ...entry.says };
  if (key.provider !== "azure" || found.logprobs !== "yes") return found;
  const sentence = "documented for the model; deployments of Azure may lag behind: ask once";
  return { ...found, logprobs: "unknown", streamed: "unknown", sentence };
}
