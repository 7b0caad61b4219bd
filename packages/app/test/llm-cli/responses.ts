/** A token as OpenAI's chat completions list it, with what else could have stood there. */
export function token(text: string, probability: number, others: Readonly<Record<string, number>> = {}): object {
  const bytes = (part: string): number[] => [...new TextEncoder().encode(part)];
  const all = [[text, probability] as const, ...Object.entries(others)].toSorted((a, b) => b[1] - a[1]);
  return {
    token: text,
    bytes: bytes(text),
    logprob: Math.log(probability),
    top_logprobs: all.map(([part, p]) => ({ token: part, bytes: bytes(part), logprob: Math.log(p) })),
  };
}

/** An answer of tokens: a whole chat completion. */
export function chat(id: string, ...choices: readonly (readonly object[])[]): object {
  return {
    id,
    object: "chat.completion",
    created: 1,
    model: "gpt-test",
    choices: choices.map((tokens, index) => ({
      index,
      message: { role: "assistant", content: tokens.map((one) => ("token" in one ? one.token : "")).join("") },
      logprobs: { content: tokens, refusal: null },
      finish_reason: "stop",
    })),
  };
}

/** The chunks in which the same answer is streamed. */
export function chunks(id: string, tokens: readonly object[]): object[] {
  const head = { id, object: "chat.completion.chunk", created: 1, model: "gpt-test" };
  const parts = tokens.map((one) => ({
    ...head,
    choices: [
      {
        index: 0,
        delta: { content: "token" in one ? one.token : "" },
        logprobs: { content: [one], refusal: null },
        finish_reason: null,
      },
    ],
  }));
  return [...parts, { ...head, choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }] }];
}

/** An answer of Anthropic's Messages, which have no log-probabilities. */
export function message(id: string, text: string): object {
  return {
    id,
    type: "message",
    role: "assistant",
    model: "claude-test",
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    usage: { input_tokens: 3, output_tokens: 2 },
  };
}

/** Values as JSON lines. */
export function jsonl(...values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** The capital of Australia, wrong and unsure. */
export const unsure: readonly object[] = [
  token("The", 0.99, { It: 0.005 }),
  token(" capital", 0.999),
  token(" is", 0.97),
  token(" Sydney", 0.41, { " Canberra": 0.38, " Melbourne": 0.09 }),
  token(".", 0.99),
];

/** An invoice whose total is in doubt. */
export const invoice: readonly object[] = [
  token('{"', 0.999),
  token("name", 0.999),
  token('":"', 0.99),
  token("Zoë", 0.93, { Zoe: 0.05 }),
  token('","', 0.99),
  token("total", 0.999),
  token('":', 0.99),
  token("5", 0.31, { "6": 0.24, "4": 0.12 }),
  token("}", 0.99),
];
