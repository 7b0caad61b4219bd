import type { JsonObject } from "../adapters/draft.ts";
import { EventReader } from "../adapters/event-reader.ts";
import { fromResponse } from "../adapters/from-response.ts";
import { arrayOf, isObject, numberOrNull, stringOrNull } from "../json.ts";
import { assemble } from "../trace/assemble.ts";
import type { Provider } from "../trace/provider.ts";
import type { LlmResponse, LogprobStatus } from "../trace/trace.ts";
import { attempt } from "./attempt.ts";
import { type ConfidenceOptions, confidenceOf, type Settings, settingsOf } from "./confidence.ts";
import { readKept } from "./kept-answer.ts";
import type { CallKind, RefusalMemory } from "./refusal-memory.ts";
import { restoreAny } from "./wire.ts";

/** Options of `confidenceMiddleware`. */
export interface MiddlewareOptions extends ConfidenceOptions {
  /**
   * The provider options that ask for log-probabilities, by provider. Default: `{ openai: { logprobs: topK } }`, which other
   * providers do not see; for an OpenAI-compatible provider `acme`: `{ acme: { logprobs: true, top_logprobs: topK } }`.
   */
  readonly ask?: (topK: number) => Readonly<Record<string, JsonObject>>;
}

/** Of the AI SDK's language model: what is used. */
export interface SdkModel<Params, Generated, Streamed> {
  readonly provider: string;
  readonly modelId: string;
  doGenerate(params: Params): PromiseLike<Generated>;
  doStream(params: Params): PromiseLike<Streamed>;
}

/** A result of the AI SDK that is streamed. */
export interface SdkStream {
  stream: ReadableStream<{ readonly type: string }>;
}

/** A `LanguageModelV3Middleware` (ai 6) or a `LanguageModelV4Middleware` (ai 7). */
export interface SdkMiddleware<Version extends "v3" | "v4"> {
  readonly specificationVersion: Version;
  readonly transformParams: <Params extends object>(call: {
    readonly type: "generate" | "stream";
    readonly params: Params;
    readonly model: { readonly provider: string; readonly modelId: string };
  }) => Promise<Params>;
  readonly wrapGenerate: <Params extends object, Generated extends object, Streamed>(call: {
    readonly doGenerate: () => PromiseLike<Generated>;
    readonly params: Params;
    readonly model: SdkModel<Params, Generated, Streamed>;
  }) => Promise<Generated>;
  readonly wrapStream: <Params extends object, Generated, Streamed extends SdkStream>(call: {
    readonly doStream: () => PromiseLike<Streamed>;
    readonly params: Params;
    readonly model: SdkModel<Params, Generated, Streamed>;
  }) => Promise<Streamed>;
}

/** How one call was changed before it went out. */
interface CallState {
  /** Whether log-probabilities were asked for on the caller's behalf, and have to be taken out again. */
  readonly restore: boolean;
  readonly requested: number | null;
  /** Why the answer has no log-probabilities, where that is known before it comes. */
  readonly why: LogprobStatus | null;
  readonly kind: CallKind | null;
  readonly ownOptions: unknown;
  /** Whether the caller wants to see the provider's raw events. */
  readonly keepsRaw: boolean;
}

const unseen: CallState = {
  restore: false,
  requested: null,
  why: null,
  kind: null,
  ownOptions: undefined,
  keepsRaw: true,
};

/**
 * Middleware for `wrapLanguageModel` that adds `providerMetadata.candor.confidence` to what a model of the AI SDK generates or
 * streams (there: in the `finish` part), and changes nothing else but what the request says: log-probabilities are asked for by
 * provider options and taken out of the result where the caller did not ask, warnings about them included. Parts of a stream
 * pass at once. The evidence is the provider's own response, whole or event by event, so that what the provider package drops
 * (bytes, refusals, all tokens but the last chunk's) is not lost; where only its metadata is left and holds fewer tokens than
 * the text, there is no confidence. A refusal of log-probabilities is answered by one more call without, and remembered.
 *
 * @returns `v3` for ai 6 and `v4` for ai 7; they share what was remembered
 * @throws {InputError} for options that cannot be right
 */
export function confidenceMiddleware(options: MiddlewareOptions = {}): {
  readonly v3: SdkMiddleware<"v3">;
  readonly v4: SdkMiddleware<"v4">;
} {
  const { ask = (topK) => ({ openai: { logprobs: topK } }), ...rest } = options;
  const settings = settingsOf(rest);
  const states = new WeakMap<object, CallState>();

  const hooks: Omit<SdkMiddleware<"v3">, "specificationVersion"> = {
    async transformParams({ type, params, model }) {
      const ownOptions: unknown = Reflect.get(params, "providerOptions");
      const tools: unknown = Reflect.get(params, "tools");
      const format: unknown = Reflect.get(params, "responseFormat");
      const topK = settings.topKFor(isObject(format) && format["type"] === "json", leastTopK);
      const kind = { ...identityOf(model), streamed: type === "stream", withTools: arrayOf(tools).length > 0, topK };
      const plan = settings.memory.plan(kind);
      const asking = ask(plan.topK ?? 0);
      const asked = askedBy(ownOptions, Object.keys(asking));
      const restore = asked === null && plan.topK !== null;
      const keepsRaw = Reflect.get(params, "includeRawChunks") === true;
      const changed = Object.assign(
        {},
        params,
        restore ? { providerOptions: merged(ownOptions, asking) } : {},
        type === "stream" ? { includeRawChunks: true } : {},
      );
      const why = asked === null ? plan.why : null;
      states.set(changed, { restore, requested: asked ?? plan.topK, why, kind, ownOptions, keepsRaw });
      return changed;
    },
    async wrapGenerate({ doGenerate, params, model }) {
      const state = states.get(params) ?? unseen;
      const { result, why } = await calling(state, settings.memory, doGenerate, () =>
        model.doGenerate(Object.assign({}, params, { providerOptions: state.ownOptions })),
      );
      return generated(result, { ...state, why }, settings);
    },
    async wrapStream({ doStream, params, model }) {
      const state = states.get(params) ?? unseen;
      const { result, why } = await calling(state, settings.memory, doStream, () =>
        model.doStream(Object.assign({}, params, { providerOptions: state.ownOptions })),
      );
      return Object.assign({}, result, {
        stream: rewritten(result.stream, createPartRewriter({ ...state, why }, settings)),
      });
    },
  };
  return { v3: { specificationVersion: "v3", ...hooks }, v4: { specificationVersion: "v4", ...hooks } };
}

/** With how many alternatives the caller asks for log-probabilities; null where it does not. */
function askedBy(options: unknown, providers: readonly string[]): number | null {
  if (!isObject(options)) return null;
  for (const provider of providers) {
    const own = options[provider];
    const logprobs = isObject(own) ? own["logprobs"] : undefined;
    if (typeof logprobs === "number") return logprobs;
    if (logprobs === true) return isObject(own) ? (numberOrNull(own["top_logprobs"] ?? own["topLogprobs"]) ?? 0) : 0;
  }
  return null;
}

function merged(own: unknown, asking: Readonly<Record<string, JsonObject>>): JsonObject {
  const base = isObject(own) ? own : {};
  const added = Object.entries(asking).map(([provider, options]) => {
    const before = base[provider];
    return [provider, { ...(isObject(before) ? before : {}), ...options }] as const;
  });
  return { ...base, ...Object.fromEntries(added) };
}

const providers: Readonly<Record<string, Provider>> = {
  openai: "openai",
  azure: "azure",
  deepseek: "deepseek",
  xai: "xai",
  togetherai: "together",
  fireworks: "fireworks",
};

/** The package for OpenAI refuses 0 where it speaks Responses. */
const leastTopK = 1;

/** Provider packages name themselves `openai.chat`, `azure.responses` and the like. */
function identityOf({
  provider,
  modelId,
}: {
  readonly provider: string;
  readonly modelId: string;
}): Pick<CallKind, "key"> {
  const known = providers[provider.replace(/\..*$/, "")] ?? "openai-compatible";
  return { key: { provider: known, model: modelId, endpoint: provider } };
}

/** The call, or the same without log-probabilities where the provider refuses them. */
async function calling<Result>(
  { restore, why, kind }: CallState,
  memory: RefusalMemory,
  call: () => PromiseLike<Result>,
  callWithout: () => PromiseLike<Result>,
): Promise<{ readonly result: Result; readonly why: LogprobStatus | null }> {
  try {
    return { result: await call(), why };
  } catch (error) {
    const { statusCode, responseBody } = isObject(error) ? error : {};
    const status = numberOrNull(statusCode) ?? 0;
    const body = stringOrNull(responseBody) ?? "";
    if (!restore || kind === null || !memory.isRefusal(status, body)) throw error;
    const result = await callWithout();
    memory.learn(kind, status, body);
    return { result, why: "rejected" };
  }
}

/** Whether a warning is about log-probabilities, which the caller knows nothing of. */
function isOurs(warning: unknown): boolean {
  return isObject(warning) && /logprobs/i.test(`${warning["feature"]} ${warning["message"]}`);
}

/** Provider packages do not send what they know a model to refuse; they say so in a warning. */
function isDropped(warning: unknown): boolean {
  return isOurs(warning) && isObject(warning) && !/top_?logprobs/i.test(`${warning["feature"]} ${warning["message"]}`);
}

interface Kept {
  readonly text: string;
  readonly toolCalls: readonly unknown[];
  readonly finishReason: unknown;
  readonly providerMetadata: unknown;
}

function readMetadata({ text, toolCalls, finishReason, providerMetadata }: Kept, state: CallState): LlmResponse {
  const metadata = isObject(providerMetadata) ? Object.values(providerMetadata) : [];
  const holder = metadata.find((each) => isObject(each) && each["logprobs"] !== undefined);
  const finish = isObject(finishReason) ? (finishReason["raw"] ?? finishReason["unified"]) : finishReason;
  return readKept(
    {
      model: null,
      text,
      refusal: null,
      toolCalls: toolCalls.filter(isObject).map((call) => ({
        id: stringOrNull(call["toolCallId"]),
        name: stringOrNull(call["toolName"]) ?? "",
        arguments: stringOrNull(call["input"]) ?? "",
      })),
      finish: stringOrNull(finish),
      logprobs: isObject(holder) ? holder["logprobs"] : null,
    },
    requestedOf(state).requested ?? null,
  );
}

function requestedOf({ requested, why }: CallState): { readonly requested?: { readonly topK: number } } {
  return requested === null || why !== null ? {} : { requested: { topK: requested } };
}

/** Metadata with the confidence, and without log-probabilities that the caller did not ask for. */
function metadataWith(metadata: unknown, confidence: unknown, { restore }: CallState): JsonObject {
  const own = isObject(metadata) ? metadata : {};
  const restored = Object.entries(own).map(([provider, value]) => {
    if (!restore || !isObject(value) || !("logprobs" in value)) return [provider, value];
    const { logprobs: _, ...rest } = value;
    return [provider, rest];
  });
  return { ...Object.fromEntries(restored), ...(confidence === null ? {} : { candor: { confidence } }) };
}

function generated<Generated extends object>(result: Generated, before: CallState, settings: Settings): Generated {
  const all: unknown = result;
  const { content, finishReason, providerMetadata, response, warnings } = isObject(all) ? all : {};
  const given = arrayOf(warnings);
  const state = before.restore && given.some(isDropped) ? { ...before, why: "rejected" as const } : before;
  const body = isObject(response) ? response["body"] : undefined;
  const parts = arrayOf(content).filter(isObject);
  const text = parts.map((part) => (part["type"] === "text" ? (stringOrNull(part["text"]) ?? "") : "")).join("");
  const toolCalls = parts.filter((part) => part["type"] === "tool-call");
  const read =
    (isObject(body) ? attempt(() => fromResponse(body, requestedOf(state))) : null) ??
    readMetadata({ text, toolCalls, finishReason, providerMetadata }, state);
  const confidence = confidenceOf(read, 0, settings, state.why);
  return Object.assign(
    {},
    result,
    { providerMetadata: metadataWith(providerMetadata, confidence, state) },
    state.restore ? { warnings: given.filter((warning) => !isOurs(warning)) } : {},
    state.restore && isObject(response) && isObject(body) ? { response: { ...response, body: restoreAny(body) } } : {},
  );
}

interface Part {
  readonly type: string;
}

/** The parts that are left; nothing is read before it is asked for, and a queue less than a `TransformStream` has. */
function rewritten(parts: ReadableStream<Part>, rewrite: (part: Part) => Part | null): ReadableStream<Part> {
  const source = parts.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await source.read();
          if (done) return controller.close();
          const part = rewrite(value);
          if (part !== null) return controller.enqueue(part);
        }
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** A rewriter of the parts of one stream; null for those that the caller did not ask for. */
function createPartRewriter(before: CallState, settings: Settings): (part: Part) => Part | null {
  let state = before;
  let text = "";
  let heard = false;
  const toolCalls: unknown[] = [];
  const options = requestedOf(state);
  const reader = new EventReader(options);

  function finished(part: JsonObject): JsonObject {
    const { finishReason, providerMetadata } = part;
    const read = heard ? attempt(() => assemble(reader.end(), options)) : null;
    const response =
      read !== null && read.choices.length > 0
        ? read
        : readMetadata({ text, toolCalls, finishReason, providerMetadata }, state);
    const confidence = confidenceOf(response, 0, settings, state.why);
    return { providerMetadata: metadataWith(providerMetadata, confidence, state) };
  }

  return (part) => {
    const fields: unknown = part;
    if (!isObject(fields)) return part;
    const { type, rawValue, delta, warnings } = fields;
    if (type === "raw") {
      if (isObject(rawValue)) heard = attempt(() => reader.push(rawValue)) !== null || heard;
      if (!state.keepsRaw) return null;
      return state.restore ? Object.assign({}, part, { rawValue: restoreAny(rawValue) }) : part;
    }
    if (type === "text-delta") text += stringOrNull(delta) ?? "";
    if (type === "tool-call") toolCalls.push(part);
    if (type === "stream-start" && state.restore) {
      if (arrayOf(warnings).some(isDropped)) state = { ...state, why: "rejected" };
      return Object.assign({}, part, { warnings: arrayOf(warnings).filter((warning) => !isOurs(warning)) });
    }
    return type === "finish" ? Object.assign({}, part, finished(fields)) : part;
  };
}
