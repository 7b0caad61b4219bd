import { isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { ProviderFault } from "../trace/trace.ts";
import { type Capabilities, createCapabilities } from "./capabilities.ts";
import type { Capability, CapabilityKey } from "./capability.ts";
import type { AskModel } from "./evidence.ts";
import { readRejection } from "./read-rejection.ts";

/** Where to keep what the probe finds. */
export interface ProbeOptions {
  /** A new store by default. */
  readonly capabilities?: Capabilities;
  /** Default: an `openai-compatible` server of unknown name. */
  readonly key?: CapabilityKey;
  /** Alternatives to ask for. Default: what is known to be allowed, else 20, so that a refusal names the limit. */
  readonly topK?: number;
}

/**
 * What one smallest question shows of a model: whether it gives log-probabilities, refuses them or ignores the wish.
 *
 * @param ask called once, with a question of a few tokens
 * @returns the capability after the observation, also kept in `capabilities`
 * @throws whatever `ask` throws that is not about log-probabilities
 */
export async function probeLogprobs(
  ask: AskModel,
  signal: AbortSignal,
  options: ProbeOptions = {},
): Promise<Capability> {
  const { capabilities = createCapabilities(), key = { provider: "openai-compatible", model: null } } = options;
  const topK = options.topK ?? capabilities.get(key).maxTopK ?? 20;
  const messages = [{ role: "user", content: "Reply with the one word: yes" }] as const;
  try {
    const trace = await ask({ messages, topK, maxTokens: 16 }, signal);
    return capabilities.observe(key, trace, { topK });
  } catch (error) {
    const fault = faultOf(error);
    if (fault === null || readRejection(fault) === null) throw error;
    return capabilities.observe(key, fault, { topK });
  }
}

/** The fault that an error of a client stands for; null for what is no error of a provider. */
export function faultOf(error: unknown): ProviderFault | null {
  if (!isObject(error)) return null;
  const message = stringOrNull(error["message"]);
  if (message === null || error["name"] === "AbortError") return null;
  const status = numberOrNull(error["status"]) ?? numberOrNull(error["statusCode"]);
  return { status, code: stringOrNull(error["code"]), message };
}
