import { createRandom } from "@candor/core";
import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import type { Field } from "../../src/fields/field.ts";
import { fieldFlagSentence } from "../../src/fields/field-flag-sentence.ts";
import { fieldsOf } from "../../src/fields/fields-of.ts";

type Place = readonly [text: string, p: number, top?: readonly (readonly [string, number])[]];

function fields(places: readonly Place[]): readonly Field[] {
  const bytes = (text: string) => [...new TextEncoder().encode(text)];
  const content = places.map(([text, p, top = [[text, p]]]) => ({
    token: text,
    logprob: Math.log(p),
    bytes: bytes(text),
    top_logprobs: top.map(([other, q]) => ({ token: other, logprob: Math.log(q), bytes: bytes(other) })),
  }));
  const message = { role: "assistant", content: places.map(([text]) => text).join("") };
  const choice = { index: 0, message, logprobs: { content }, finish_reason: "stop" };
  const [trace] = fromResponse({ object: "chat.completion", model: "m", choices: [choice] }).choices;
  return trace === undefined ? [] : fieldsOf(trace);
}

describe("fieldsOf at the end of a value", () => {
  it("fieldsOf(trace) says where 100 may have become 1000, and holds that in its bounds", () => {
    const end: Place = [
      "}",
      0.5,
      [
        ["}", 0.5],
        ["0", 0.4],
        ["5", 0.1],
      ],
    ];
    const [amount] = fields([
      ['{"amount": ', 1],
      [
        "100",
        0.9,
        [
          ["100", 0.9],
          ["200", 0.1],
        ],
      ],
      end,
    ]);
    expect(amount?.flags).toEqual(["may-go-on"]);
    expect(amount?.probability).toBeCloseTo(0.9, 12);
    expect(amount?.bounds).toEqual([expect.closeTo(0.45, 12), expect.closeTo(0.9, 12)]);
    expect(amount?.alternatives.map(({ json }) => json)).toEqual(["100", "1000", "200", "1005"]);
    expect(fieldFlagSentence("may-go-on")).toMatch(/continued/);
  });

  it("fieldsOf(trace) takes other spellings of the end, and ends that are nearly certain, for ends", () => {
    const other: Place = [
      "}",
      0.6,
      [
        ["}", 0.6],
        [" }", 0.3],
        [',"', 0.1],
      ],
    ];
    const sure: Place = [
      "}",
      0.97,
      [
        ["}", 0.97],
        ["0", 0.03],
      ],
    ];
    for (const end of [other, sure]) {
      const [amount] = fields([['{"amount": ', 1], ["100", 0.9, [["100", 0.9]]], end]);
      expect(amount?.flags).toEqual([]);
      expect(amount?.bounds).toEqual([amount?.probability, amount?.probability]);
    }
  });

  it("fieldsOf(trace) says the same of strings", () => {
    const [name] = fields([
      ['{"s": "', 1],
      ["Paris", 0.8, [["Paris", 0.8]]],
      [
        '"}',
        0.7,
        [
          ['"}', 0.7],
          [" Hilton", 0.3],
        ],
      ],
    ]);
    expect(name?.flags).toEqual(["may-go-on"]);
    expect(name?.bounds).toEqual([expect.closeTo(0.56, 12), expect.closeTo(0.8, 12)]);
  });

  it("fieldsOf(trace) holds the true probability of a number with its end, of any small grammar", () => {
    const random = createRandom(8);
    const shares = (k: number): number[] => {
      const weights = Array.from({ length: k }, () => -Math.log(random.uniform()));
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.map((weight) => weight / total);
    };
    const draw = (p: readonly number[]): number => {
      const u = random.uniform();
      return Math.max(
        0,
        p.findIndex((_, i) => p.slice(0, i + 1).reduce((a, b) => a + b, 0) > u),
      );
    };
    const digits = ["1", "2", "12", "30"];
    const ends = ["}", "0", " }", "5"];
    for (let run = 0; run < 400; run++) {
      const [p, q] = [shares(4), shares(4)];
      const [i, j] = [draw(p), draw(q)];
      const token: Place = [digits[i] ?? "", p[i] ?? 0, digits.map((text, k) => [text, p[k] ?? 0])];
      const end: Place = [ends[j] ?? "", q[j] ?? 0, ends.map((text, k) => [text, q[k] ?? 0])];
      const closed = (ends[j] ?? "").endsWith("}");
      if (!closed) continue;
      const [field] = fields([['{"n": ', 1], token, end]);
      const truth = (p[i] ?? 0) * ((q[0] ?? 0) + (q[2] ?? 0));
      const slack = field?.flags.includes("may-go-on") ? 1e-9 : 0.05;
      expect(truth).toBeGreaterThanOrEqual((field?.bounds[0] ?? 1) - slack);
      expect(truth).toBeLessThanOrEqual((field?.bounds[1] ?? 0) + 1e-9);
    }
  });
});
