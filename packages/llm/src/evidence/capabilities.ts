import { InputError } from "@candor/core";
import { kindOf } from "../adapters/expect-shape.ts";
import { isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { ProviderFault, Trace } from "../trace/trace.ts";
import { type Capability, type CapabilityKey, capabilityName, type Known, unknownCapability } from "./capability.ts";
import { documentedCapability } from "./documented-capability.ts";
import { readRejection } from "./read-rejection.ts";

/** How the answer that is observed was asked for. */
export interface ObservedRequest {
  /** Alternatives per token that were asked for; 0 for none. */
  readonly topK: number;
  readonly streamed?: boolean;
}

/** What was observed, as plain JSON: store it, and hand it to `createCapabilities` at the next start. */
export interface CapabilityCache {
  readonly schema: "candor.capabilities/1";
  readonly models: Readonly<Record<string, Capability>>;
}

/** What models are able to do, as their answers show. */
export interface Capabilities {
  /** What was observed, else what is documented, else "unknown". */
  readonly get: (key: CapabilityKey) => Capability;
  /** Learns from an answer or an error; the newest observation wins. What says nothing changes nothing. */
  readonly observe: (key: CapabilityKey, seen: Trace | ProviderFault, request: ObservedRequest) => Capability;
  readonly toJSON: () => CapabilityCache;
}

/**
 * A store of what models are able to do. It starts from documentation and learns from every answer: log-probabilities that
 * came, that silently did not, that were refused, that are not streamed, that tool calls lack.
 *
 * @param saved of an earlier store; observations only
 * @throws {InputError} `incompatible` for a cache that is none
 */
export function createCapabilities(saved?: CapabilityCache): Capabilities {
  const observed = new Map<string, Capability>(saved === undefined ? [] : savedEntries(saved));
  const get = (key: CapabilityKey): Capability => observed.get(capabilityName(key)) ?? documentedCapability(key);
  return {
    get,
    observe(key, seen, request) {
      const learnt = "message" in seen ? readRejection(seen) : readTrace(seen, request);
      if (learnt === null) return get(key);
      const after: Capability = { ...get(key), ...learnt, source: "observed" };
      observed.set(capabilityName(key), after);
      return after;
    },
    toJSON: () => ({ schema: "candor.capabilities/1", models: Object.fromEntries(observed) }),
  };
}

/** What an answer shows; null where it shows nothing. */
function readTrace(trace: Trace, request: ObservedRequest): Partial<Capability> | null {
  const reasoning: Partial<Capability> =
    trace.reasoning !== null || trace.flags.includes("reasoning-unseen") ? { reasoning: "yes" } : {};
  const tools: Partial<Capability> =
    request.topK > 0 && trace.flags.includes("tool-calls-without-logprobs") ? { toolCalls: "no" } : {};
  const learnt = { ...reasoning, ...tools, ...readStatus(trace, request) };
  return Object.keys(learnt).length === 0 ? null : { sentence: "its answers showed it", ...learnt };
}

function readStatus(trace: Trace, request: ObservedRequest): Partial<Capability> {
  switch (trace.logprobs) {
    case "present":
    case "partial": {
      const sentence = "its answers carry log-probabilities";
      return request.streamed === true ? { logprobs: "yes", streamed: "yes", sentence } : { logprobs: "yes", sentence };
    }
    case "not-streamed":
      return { streamed: "no", sentence: "it gives no log-probabilities while it streams" };
    case "unsupported":
    case "rejected":
      return { logprobs: "no", streamed: "no", sentence: "it gives no log-probabilities" };
    default:
      // An answer without visible text has no tokens that could have carried any.
      if (request.topK === 0 || trace.text === "") return {};
      if (request.streamed === true)
        return { streamed: "no", sentence: "it accepted the request and streamed no log-probabilities" };
      return { logprobs: "no", streamed: "no", sentence: "it accepted the request and gave no log-probabilities" };
  }
}

function savedEntries(saved: CapabilityCache): [string, Capability][] {
  const given: unknown = saved;
  if (!isObject(given) || given["schema"] !== "candor.capabilities/1" || !isObject(given["models"]))
    throw new InputError("incompatible", `expected saved capabilities (candor.capabilities/1), got ${kindOf(given)}`);
  return Object.entries(given["models"]).map(([name, entry]) => {
    if (!isObject(entry))
      throw new InputError("incompatible", `expected ${name} to be an object, got ${kindOf(entry)}`);
    const maxTopK = numberOrNull(entry["maxTopK"]);
    return [
      name,
      {
        logprobs: knownAt(entry["logprobs"]),
        streamed: knownAt(entry["streamed"]),
        toolCalls: knownAt(entry["toolCalls"]),
        reasoning: knownAt(entry["reasoning"]),
        maxTopK: maxTopK !== null && maxTopK > 0 ? maxTopK : null,
        source: "observed",
        sentence: stringOrNull(entry["sentence"]) ?? unknownCapability.sentence,
      },
    ];
  });
}

function knownAt(value: unknown): Known {
  return value === "yes" || value === "no" ? value : "unknown";
}
