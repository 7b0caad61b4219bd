import { fromResponse } from "../adapters/from-response.ts";
import { arrayOf, isObject, stringOrNull } from "../json.ts";
import type { LlmResponse } from "../trace/trace.ts";
import { attempt } from "./attempt.ts";
import { type Confidence, type ConfidenceOptions, confidenceOf, type Settings, settingsOf } from "./confidence.ts";
import { readKept } from "./kept-answer.ts";

/** Options of `confidenceCallback`. */
export interface CallbackOptions extends ConfidenceOptions {
  /** Called once per answer, when it has ended. */
  readonly onConfidence: (confidence: Confidence, answer: AnswerPosition) => void;
}

/** Which answer of which run a confidence is of. */
export interface AnswerPosition {
  readonly runId: string;
  /** Position of the prompt among those of the run. */
  readonly prompt: number;
  /** Position among the answers to that prompt. */
  readonly generation: number;
}

/** Callback methods of LangChain.js, for `callbacks: [ … ]`. */
export interface ConfidenceCallback {
  readonly handleLLMNewToken: (
    token: string,
    position: { readonly prompt: number; readonly completion: number },
    runId: string,
    parentRunId?: string,
    tags?: string[],
    fields?: { readonly chunk?: object },
  ) => void;
  readonly handleLLMEnd: (output: { readonly generations: readonly (readonly object[])[] }, runId: string) => void;
  readonly handleLLMError: (error: unknown, runId: string) => void;
}

/** Log-probabilities that came token by token; LangChain.js keeps only the last of them in some of its places. */
interface Heard {
  readonly content: unknown[];
  readonly refusal: unknown[];
}

/**
 * Callbacks for models of LangChain.js that hear the confidence of every answer, whole and streamed. They change no answer and
 * no request: the model has to be made with `logprobs: true` (and `topLogprobs`); without, the confidence says that it is
 * missing. To have it on the message itself, use `agentConfidence`.
 *
 * @throws {InputError} for options that cannot be right
 */
export function confidenceCallback({ onConfidence, ...options }: CallbackOptions): ConfidenceCallback {
  const settings = settingsOf(options);
  const runs = new Map<string, Map<string, Heard>>();
  return {
    handleLLMNewToken(_token, { prompt, completion }, runId, _parent, _tags, fields) {
      const { logprobs } = readInfo(fields?.chunk);
      if (!isObject(logprobs)) return;
      const answers = runs.get(runId) ?? new Map<string, Heard>();
      const place = `${prompt} ${completion}`;
      const heard = answers.get(place) ?? { content: [], refusal: [] };
      heard.content.push(...arrayOf(logprobs["content"]));
      heard.refusal.push(...arrayOf(logprobs["refusal"]));
      runs.set(runId, answers.set(place, heard));
    },
    handleLLMEnd({ generations }, runId) {
      const answers = runs.get(runId);
      runs.delete(runId);
      generations.forEach((ofPrompt, prompt) => {
        ofPrompt.forEach((each, generation) => {
          const { message, logprobs } = readInfo(each);
          const heard = answers?.get(`${prompt} ${generation}`) ?? null;
          const confidence = messageConfidence(message ?? each, mostOf(logprobs, heard), settings);
          if (confidence !== null) onConfidence(confidence, { runId, prompt, generation });
        });
      });
    },
    handleLLMError(_error, runId) {
      runs.delete(runId);
    },
  };
}

function readInfo(generation: unknown): { readonly message: unknown; readonly logprobs: unknown } {
  if (!isObject(generation)) return { message: undefined, logprobs: undefined };
  const { message, generationInfo } = generation;
  return { message, logprobs: isObject(generationInfo) ? generationInfo["logprobs"] : undefined };
}

function entriesOf(logprobs: unknown): number {
  if (!isObject(logprobs)) return 0;
  return arrayOf(logprobs["content"]).length + arrayOf(logprobs["refusal"]).length;
}

/** The one with more tokens. */
function mostOf(a: unknown, b: unknown): unknown {
  return entriesOf(b) > entriesOf(a) ? b : a;
}

/**
 * The confidence of a message of LangChain.js, by what its `response_metadata` holds.
 *
 * @param logprobs what was heard beside the message, if anything; used where it holds more tokens
 */
export function messageConfidence(message: unknown, logprobs: unknown, settings: Settings): Confidence | null {
  if (!isObject(message)) return null;
  const metadata = isObject(message["response_metadata"]) ? message["response_metadata"] : {};
  const response = readOutput(metadata) ?? readMessage(message, metadata, mostOf(metadata["logprobs"], logprobs));
  return confidenceOf(response, 0, settings, null);
}

/** Of OpenAI's Responses the whole output is kept. */
function readOutput(metadata: Readonly<Record<string, unknown>>): LlmResponse | null {
  const { output, status, id, model } = metadata;
  if (!Array.isArray(output)) return null;
  return attempt(() => fromResponse({ object: "response", id, model, status, output }, { format: "responses" }));
}

function readMessage(
  message: Readonly<Record<string, unknown>>,
  metadata: Readonly<Record<string, unknown>>,
  logprobs: unknown,
): LlmResponse {
  const { content, additional_kwargs: more } = message;
  const parts = arrayOf(content).filter(isObject);
  const text = parts.map((part) => (part["type"] === "text" ? (stringOrNull(part["text"]) ?? "") : "")).join("");
  return readKept(
    {
      model: stringOrNull(metadata["model_name"]),
      text: stringOrNull(content) ?? stringOrNull(message["text"]) ?? text,
      refusal: isObject(more) ? stringOrNull(more["refusal"]) : null,
      toolCalls: arrayOf(message["tool_calls"])
        .filter(isObject)
        .map((call) => ({
          id: stringOrNull(call["id"]),
          name: stringOrNull(call["name"]) ?? "",
          arguments: JSON.stringify(call["args"] ?? {}),
        })),
      finish: stringOrNull(metadata["finish_reason"]),
      logprobs,
    },
    null,
  );
}
