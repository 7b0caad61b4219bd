import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assess, fromResponse, inspectAnswer, scoreNames } from "../../src/index.ts";

type Place = readonly [text: string, probability: number, ...rivals: (readonly [string, number])[]];

function chat(...answers: readonly (readonly Place[])[]): object {
  const entry = (token: string, probability: number) => ({ token, logprob: Math.log(probability) });
  return {
    id: "c",
    object: "chat.completion",
    model: "m",
    choices: answers.map((places, index) => ({
      index,
      message: { role: "assistant", content: places.map(([text]) => text).join("") },
      logprobs: {
        content: places.map(([text, p, ...rivals]) => ({
          ...entry(text, p),
          top_logprobs: [[text, p] as const, ...rivals].map(([token, q]) => entry(token, q)),
        })),
      },
      finish_reason: "stop",
    })),
  };
}

const verdict = chat([
  ['{"', 0.99],
  ["verdict", 0.99],
  ['":"', 0.98],
  ["ground", 0.9, ["un", 0.08]],
  ["ed", 1],
  ['","', 0.97],
  ["source", 0.95],
  ['":', 0.99],
  ["2", 0.6, ["3", 0.3]],
  ["}", 0.99],
]);

describe("inspectAnswer(body, options)", () => {
  it("gives the text in spans whose tokens are those of the answer, with the probabilities that came", () => {
    const { schema, channels, tokens, answers, index, model } = inspectAnswer(verdict);
    expect({ schema, answers, index, model }).toEqual({ schema: "candor.answer/1", answers: 1, index: 0, model: "m" });
    const [content] = channels;
    expect(content?.spans?.map(({ text }) => text).join("")).toBe('{"verdict":"grounded","source":2}');
    expect(content?.spans?.flatMap((span) => span.tokens)).toEqual(tokens.map((_, i) => i));
    expect(tokens[3]?.text).toBe("ground");
    expect(tokens[3]?.probability).toBeCloseTo(0.9, 14);
    expect(tokens[3]?.top).toEqual([
      { text: "ground", probability: expect.closeTo(0.9, 14) },
      { text: "un", probability: expect.closeTo(0.08, 14) },
    ]);
  });

  it("gives the fields with their tokens, and the least sure of them with its own", () => {
    const { fields, weakest } = inspectAnswer(verdict);
    expect(fields.map(({ path, tokens }) => [path, tokens])).toEqual([
      ["$.verdict", [3, 4]],
      ["$.source", [8]],
    ]);
    expect(fields[0]?.probability).toBeCloseTo(0.9, 14);
    expect(weakest).toMatchObject({ kind: "field", path: "$.source", text: "2", tokens: [8] });
    expect(inspectAnswer(verdict, { field: "$.verdict" }).weakest).toEqual(weakest);
  });

  it("gives as confidence what assess reads: a score, a field, or why there is none", () => {
    for (const options of [{}, { field: "$.verdict" }, { score: "minToken" as const }]) {
      const { confidence, evidence } = inspectAnswer(verdict, options);
      const assessed = assess(verdict, options);
      expect([confidence.name, confidence.value]).toEqual([assessed.score.name, assessed.score.value]);
      expect(evidence.sentence).toBe(assessed.evidence.sentence);
      expect(confidence.reason).toBeNull();
    }
    expect(inspectAnswer(verdict, { field: "$.verdict" }).confidence.meaning).toMatch(/value of this field/);
    const bare = { object: "chat.completion", choices: [{ index: 0, message: { content: "Yes." } }] };
    const { confidence, scores, tokens, weakest, channels } = inspectAnswer(bare);
    expect(confidence.value).toBeNull();
    expect(confidence.reason).toMatch(/log-probabilities/);
    expect(scores.every(({ value, reason }) => value === null && reason !== null)).toBe(true);
    expect({ tokens, weakest }).toEqual({ tokens: [], weakest: null });
    expect(channels).toEqual([{ channel: "content", text: "Yes.", spans: null }]);
  });

  it("gives the answer asked for, and refuses one that is not there", () => {
    const two = chat([["Yes", 0.9]], [["No", 0.4]]);
    expect(inspectAnswer(two, { index: 1 })).toMatchObject({ index: 1, answers: 2, channels: [{ text: "No" }] });
    expect(inspectAnswer(two, { index: 1 }).weakest?.tokens).toEqual([0]);
    expect(() => inspectAnswer(two, { index: 2 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => inspectAnswer({ hello: 1 })).toThrow(expect.objectContaining({ code: "incompatible" }));
  });

  it("reads what every provider sends as fromResponse and assess do", () => {
    const fixtures = join(import.meta.dirname, "../fixtures");
    const names = readdirSync(fixtures, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
    let read = 0;
    for (const name of names) {
      const body: unknown = JSON.parse(readFileSync(join(fixtures, name), "utf8"));
      let wanted: ReturnType<typeof fromResponse>;
      try {
        wanted = fromResponse(body);
      } catch {
        continue;
      }
      read++;
      const { tokens, channels, scores, confidence, questions, fault } = inspectAnswer(body);
      expect([name, tokens.map(({ text }) => text)]).toEqual([
        name,
        wanted.choices[0]?.tokens.map(({ text }) => text) ?? [],
      ]);
      for (const { text, spans } of channels)
        if (spans !== null) expect([name, spans.map((span) => span.text).join("")]).toEqual([name, text]);
      expect(scores.map(({ name: one }) => one)).toEqual(scoreNames);
      expect([name, confidence.value]).toEqual([name, assess(body).score.value]);
      expect([questions, fault]).toEqual([wanted.answers, wanted.fault]);
    }
    expect(read).toBeGreaterThan(30);
  });

  it("shows the first 64 calls of tools, and counts the others", () => {
    const call = { id: "x", type: "function", function: { name: "f", arguments: '{"a":1}' } };
    const message = { content: null, tool_calls: Array.from({ length: 2000 }, () => call) };
    const { toolCalls, moreToolCalls } = inspectAnswer({ object: "chat.completion", choices: [{ index: 0, message }] });
    expect(toolCalls).toHaveLength(64);
    expect(toolCalls[0]).toMatchObject({ name: "f", fields: [{ path: "$.a", json: "1" }] });
    expect(moreToolCalls).toBe(1936);
  });

  it("keeps hostile text text: markup, directions and zero widths are what they are", () => {
    const text = "<script>alert(1)</script>\u202Etxt\u200B\u0000";
    const { channels, tokens } = inspectAnswer(chat([[text, 0.5, ["<img src=x onerror=alert(1)>", 0.2]]]));
    expect(channels[0]?.text).toBe(text);
    expect(tokens[0]?.top[1]?.text).toBe("<img src=x onerror=alert(1)>");
  });
});
