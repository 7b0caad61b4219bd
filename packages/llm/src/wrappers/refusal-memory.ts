import { type Capabilities, createCapabilities } from "../evidence/capabilities.ts";
import type { CapabilityKey } from "../evidence/capability.ts";
import { readRejection } from "../evidence/read-rejection.ts";
import { isObject, stringOrNull } from "../json.ts";
import type { Provider } from "../trace/provider.ts";
import type { LogprobStatus } from "../trace/trace.ts";

/** Which kind of call is meant: servers refuse log-probabilities by model, and some only while they stream or with tools. */
export interface CallKind {
  readonly key: CapabilityKey;
  readonly streamed: boolean;
  readonly withTools: boolean;
  /** Alternatives per token that are wanted. */
  readonly topK: number;
}

/** How a call is made: with how many alternatives per token, or why it asks for none. */
export type AskingPlan =
  | { readonly topK: number; readonly why: null }
  | { readonly topK: null; readonly why: Extract<LogprobStatus, "rejected" | "unsupported" | "not-streamed"> };

/** What is known of servers that give no log-probabilities. */
export interface RefusalMemory {
  readonly plan: (kind: CallKind) => AskingPlan;
  /** Whether an error is a refusal of log-probabilities. */
  readonly isRefusal: (status: number, body: string) => boolean;
  /** Learns from a refusal, after the same call without log-probabilities was answered. */
  readonly learn: (kind: CallKind, status: number, body: string) => void;
}

/** A memory that starts from what `capabilities` knows, and tells it what is learnt. */
export function createRefusalMemory(capabilities: Capabilities = createCapabilities()): RefusalMemory {
  const refused = new Set<string>();
  const nameOf = ({ key, streamed, withTools }: CallKind): string =>
    JSON.stringify([key.provider, key.model, key.endpoint, streamed, withTools]);
  return {
    plan(kind) {
      if (refused.has(nameOf(kind))) return { topK: null, why: "rejected" };
      const { logprobs, streamed, maxTopK, source } = capabilities.get(kind.key);
      if (logprobs === "no") return { topK: null, why: source === "observed" ? "rejected" : "unsupported" };
      if (kind.streamed && streamed === "no") return { topK: null, why: "not-streamed" };
      return { topK: Math.min(kind.topK, maxTopK ?? kind.topK), why: null };
    },
    isRefusal: (status, body) => statuses.has(status) && readRejection(faultOf(status, body)) !== null,
    learn(kind, status, body) {
      const fault = faultOf(status, body);
      capabilities.observe(kind.key, fault, { topK: kind.topK, streamed: kind.streamed });
      if (readRejection(fault)?.maxTopK === undefined) refused.add(nameOf(kind));
    },
  };
}

const statuses: ReadonlySet<number> = new Set([400, 403, 422]);

/** Whether a response with this status may be about a parameter that the server does not take. */
export function mayRefuse(status: number): boolean {
  return statuses.has(status);
}

/**
 * What an error says in the places that speak: OpenAI's shape, FastAPI's `detail`, a bare `error` or `message`, plain text. What
 * else stands in the body, such as an echo of the request, is not looked at.
 */
function faultOf(status: number, body: string): { status: number; code: string | null; message: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { status, code: null, message: body };
  }
  if (!isObject(parsed)) return { status, code: null, message: "" };
  const error = isObject(parsed["error"]) ? parsed["error"] : parsed;
  const said = [error["message"], error["param"], error["detail"], error["error"]];
  const message = said
    .map((each) => stringOrNull(each) ?? (Array.isArray(each) ? JSON.stringify(each) : ""))
    .filter((each) => each !== "")
    .join(" ");
  return { status, code: stringOrNull(error["code"]), message };
}

const hosts: readonly (readonly [RegExp, Provider])[] = [
  [/(^|\.)api\.openai\.com$/, "openai"],
  [/\.(openai|services\.ai|cognitiveservices)\.azure\.com$/, "azure"],
  [/(^|\.)api\.deepseek\.com$/, "deepseek"],
  [/(^|\.)api\.x\.ai$/, "xai"],
  [/(^|\.)api\.together\.(xyz|ai)$/, "together"],
  [/(^|\.)api\.fireworks\.ai$/, "fireworks"],
  [/(^|\.)(ollama\.com)$/, "ollama"],
];

/** Who answers at an address, as far as its host tells. */
export function providerAt(host: string): Provider {
  const name = host.toLowerCase().replace(/:\d*$/, "");
  return hosts.find(([pattern]) => pattern.test(name))?.[1] ?? "openai-compatible";
}
