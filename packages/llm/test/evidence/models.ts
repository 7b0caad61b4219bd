import { fromResponse } from "../../src/adapters/from-response.ts";
import type { Ask, AskModel } from "../../src/evidence/evidence.ts";
import type { Trace } from "../../src/trace/trace.ts";

/** A trace of an answer without log-probabilities. */
export function plainTrace(content: string): Trace {
  return traceOf({ message: { role: "assistant", content } });
}

/** A trace of one word with the alternatives that are given, as probabilities. */
export function weighedTrace(content: string, top: Readonly<Record<string, number>>): Trace {
  const entry = (token: string, share: number) => ({
    token,
    logprob: Math.log(share),
    bytes: [...new TextEncoder().encode(token)],
  });
  const alternatives = Object.entries(top).map(([token, share]) => entry(token, share));
  const chosen = { ...entry(content, top[content] ?? 0.5), top_logprobs: alternatives };
  return traceOf({ message: { role: "assistant", content }, logprobs: { content: [chosen] } });
}

function traceOf(choice: object): Trace {
  const body = {
    id: "x",
    object: "chat.completion",
    model: "m",
    choices: [{ index: 0, finish_reason: "stop", ...choice }],
  };
  const [trace] = fromResponse(body).choices;
  if (trace === undefined) throw new Error("the body has one choice");
  return trace;
}

/** A model that gives these answers in turn, the last one again and again, and keeps what it was asked. */
export function scripted(...traces: readonly Trace[]): { readonly ask: AskModel; readonly asked: Ask[] } {
  const asked: Ask[] = [];
  const ask: AskModel = async (request) => {
    const trace = traces[Math.min(asked.length, traces.length - 1)];
    asked.push(request);
    if (trace === undefined) throw new Error("a script needs an answer");
    return trace;
  };
  return { ask, asked };
}
