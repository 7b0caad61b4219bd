import { arrayOf, isObject } from "../json.ts";
import { type ConfidenceOptions, settingsOf } from "./confidence.ts";
import { messageConfidence } from "./confidence-callback.ts";
import { confidenceIn } from "./confidence-in.ts";

/** What `createMiddleware` of LangChain.js takes. */
export interface AgentConfidence {
  readonly name: string;
  readonly wrapModelCall: <Request, Message>(
    request: Request,
    handler: (request: Request) => Message | Promise<Message>,
  ) => Promise<Message>;
}

/**
 * Middleware for agents of LangChain.js that adds `response_metadata.confidence` to every message of the model:
 * `createAgent({ model, middleware: [createMiddleware(agentConfidence({ policy }))] })`. Nothing else of the message or of the
 * request changes; the model has to be made with `logprobs: true`, without which the confidence says that it is missing.
 *
 * @throws {InputError} for options that cannot be right
 */
export function agentConfidence(options: ConfidenceOptions = {}): AgentConfidence {
  const settings = settingsOf(options);
  return {
    name: "CandorConfidence",
    async wrapModelCall(request, handler) {
      const message = await handler(request);
      const confidence = messageConfidence(message, null, settings);
      const metadata = isObject(message) ? message["response_metadata"] : null;
      if (confidence !== null && isObject(message))
        Reflect.set(message, "response_metadata", { ...(isObject(metadata) ? metadata : {}), confidence });
      return message;
    },
  };
}

/**
 * For `humanInTheLoopMiddleware({ interruptOn: { tool: { allowedDecisions, when: whenUnsure } } })`: true, so that a person is
 * asked, unless the message that calls the tool has a confidence whose decision is `act`. Without a confidence, without evidence
 * (most servers give none for tool calls) and without a policy a person is asked.
 */
export function whenUnsure(request: {
  readonly toolCall: { readonly id?: string | undefined };
  readonly state: { readonly messages?: unknown };
}): boolean {
  const { id } = request.toolCall;
  const calling = arrayOf(request.state.messages).findLast(
    (message) =>
      isObject(message) &&
      arrayOf(message["tool_calls"]).some((call) => isObject(call) && (id === undefined || call["id"] === id)),
  );
  return confidenceIn(calling)?.decision !== "act";
}
