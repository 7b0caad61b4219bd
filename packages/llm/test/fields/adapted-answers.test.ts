import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { argumentsOf } from "../../src/fields/arguments-of.ts";
import type { Field } from "../../src/fields/field.ts";
import { fieldsOf } from "../../src/fields/fields-of.ts";
import type { Trace } from "../../src/trace/trace.ts";

const encoder = new TextEncoder();

function entry(
  text: string,
  p: number,
  bytes: readonly number[] | null = [...encoder.encode(text)],
  others = {},
): object {
  const top = Object.entries({ [text]: p, ...others }).map(([token, q]) => ({
    token,
    bytes: [...encoder.encode(token)],
    logprob: Math.log(Number(q)),
  }));
  return { token: text, bytes, logprob: Math.log(p), top_logprobs: top };
}

function answer(content: string, entries: readonly object[], toolCalls?: unknown): Trace {
  const message = { role: "assistant", content, ...(toolCalls ? { tool_calls: toolCalls } : {}) };
  const choice = { index: 0, message, logprobs: { content: entries, refusal: null }, finish_reason: "stop" };
  const [trace] = fromResponse({ id: "x", object: "chat.completion", model: "m", choices: [choice] }).choices;
  if (trace === undefined) throw new Error("an answer");
  return trace;
}

const p = (field: Field | undefined): number => field?.probability ?? Number.NaN;

describe("fieldsOf(trace), of answers as providers send them", () => {
  const emoji = [...encoder.encode("🎉")];

  it("restores an emoji whose tokens are escaped, and keeps later fields in place", () => {
    const trace = answer('{"a":"🎉","n":5}', [
      entry('{"a":"', 1),
      entry("\\\\xf0\\\\x9f".replaceAll("\\\\", "\\"), 0.9, emoji.slice(0, 2)),
      entry("\\\\x8e\\\\x89".replaceAll("\\\\", "\\"), 0.8, emoji.slice(2)),
      entry('","n":', 1),
      entry("5}", 0.6, undefined, { "5,": 0.1, "6}": 0.2 }),
    ]);
    const [a, n] = fieldsOf(trace);
    expect(a).toMatchObject({ value: "🎉", tokens: [1, 2] });
    expect(p(a)).toBeCloseTo(0.72, 12);
    expect(n).toMatchObject({ value: 5, tokens: [4], flags: ["shared-token"] });
    expect(p(n)).toBeCloseTo(0.7, 12);
    expect(n?.alternatives.map(({ json }) => json)).toEqual(["5", "6"]);
  });

  it("restores an emoji whose tokens are replacement characters with wrong bytes", () => {
    const wrong = [239, 191, 189];
    const trace = answer('["🎉",true]', [
      entry('["', 1),
      entry("\uFFFD", 0.9, wrong),
      entry("\uFFFD", 0.5, wrong),
      entry('",', 1),
      entry("true", 0.4),
      entry("]", 1),
    ]);
    const [first, second] = fieldsOf(trace);
    expect(first?.value).toBe("🎉");
    expect(p(first)).toBeCloseTo(0.45, 12);
    expect(p(second)).toBeCloseTo(0.4, 12);
  });

  it("a sentinel is no probability, and no 1", () => {
    const [a] = fieldsOf(
      answer('{"a":5}', [
        entry('{"a":', 1),
        { token: "5", bytes: [53], logprob: -9999, top_logprobs: [] },
        entry("}", 1),
      ]),
    );
    expect(a).toMatchObject({ probability: null, flags: ["unknown-token"] });
    expect(a?.bounds[0]).toBe(0);
  });

  it("tokens that are not the text's give no probability", () => {
    const [a] = fieldsOf(answer('{"a":5}', [entry('{"b":', 1), entry("6", 0.9), entry("}", 1)]));
    expect(a?.probability).toBeNull();
    expect(a?.flags).toEqual(["no-tokens"]);
  });

  it("tool calls, which have no tokens, have arguments without probability", () => {
    const call = { id: "c", type: "function", function: { name: "book", arguments: '{"nights":3}' } };
    const trace = answer("", [], [call]);
    const [tool] = trace.toolCalls;
    if (tool === undefined) throw new Error("a tool call");
    expect(argumentsOf(tool, trace.tokens)).toMatchObject([
      { path: "$.nights", value: 3, probability: null, flags: ["no-tokens"] },
    ]);
    expect(fieldsOf(trace)).toEqual([]);
  });
});
