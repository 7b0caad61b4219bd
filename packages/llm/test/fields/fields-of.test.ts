import { describe, expect, it } from "vitest";
import { argumentsOf } from "../../src/fields/arguments-of.ts";
import type { Field, FieldFlag } from "../../src/fields/field.ts";
import { fieldFlagSentence } from "../../src/fields/field-flag-sentence.ts";
import { fieldsOf } from "../../src/fields/fields-of.ts";
import { readFields } from "../../src/fields/read-fields.ts";
import { weakestField } from "../../src/fields/weakest-field.ts";
import { textOfTokens, tokens, traceOf, type Written } from "./tokens.ts";

const short = (fields: readonly Field[]): unknown[] => fields.map(({ path, value }) => [path, value]);
const found = (text: string): unknown[] => short(fieldsOf(traceOf(text)));

describe("fieldsOf(trace)", () => {
  it("reads an answer that is JSON, white space around it included", () => {
    expect(found('\n {"a":1} \n')).toEqual([["$.a", 1]]);
    expect(found("[1,2]")).toHaveLength(2);
    expect(found('"yes"')).toEqual([["$", "yes"]]);
    expect(found("42")).toEqual([["$", 42]]);
  });

  it("reads the first fence that holds JSON", () => {
    expect(found('Here it is:\n```json\n{"a":1}\n```\nAnything else?')).toEqual([["$.a", 1]]);
    expect(found('```python\nx = {"b": 2}\n```\n```JSON\n[3]\n```')).toEqual([["$[0]", 3]]);
    expect(found('```\n{"a": "```"}\n```')).toEqual([["$.a", "```"]]);
    expect(found('```json\n"x"\n```')).toEqual([["$", "x"]]);
  });

  it("reads the first object after prose, and an array that begins a line", () => {
    expect(found('Use {braces} as in [1]: {"a":[1]} - done.')).toEqual([["$.a[0]", 1]]);
    expect(found("The list [1] is:\n[2]")).toEqual([["$[0]", 2]]);
    expect(found("See [1].")).toEqual([]);
  });

  it("reads what has come of an answer that is cut off", () => {
    expect(found('```json\n{"a":"b')).toEqual([["$.a", "b"]]);
    expect(found('Sure: {"a":1,"b":')).toEqual([["$.a", 1]]);
    expect(found('{"a":1,"b":"`')).toEqual([
      ["$.a", 1],
      ["$.b", "`"],
    ]);
    expect(found('"half')).toEqual([["$", "half"]]);
  });

  it.each(["", "Paris", "t", "-", "5 apples", "true enough", "{not json}", '{"a":1,}', "```\n", "{", "```json"])(
    "finds nothing in %j",
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );

  it("counts positions and tokens in the whole answer, and structure only within the JSON", () => {
    const written: Written[] = [
      ["Sure", 0.1],
      [' é:\n```json\n{"', 0.9],
      ["a", 0.8],
      ['":', 0.7],
      ["5", 0.6],
      ["}\n", 0.5],
      ["```", 0.2],
    ];
    const list = tokens(written);
    const text = textOfTokens(list);
    const reasoning = tokens([["hm", 0.5]], "reasoning");
    const trace = { ...traceOf(text, [...reasoning, ...list]) };
    const [a] = fieldsOf(trace);
    expect(a).toMatchObject({ path: "$.a", tokens: [5], start: 22, end: 23, flags: [] });
    expect(a?.probability).toBeCloseTo(0.6, 14);
    expect(a?.separatorProbability).toBeCloseTo(0.9 * 0.8 * 0.7 * 0.5, 14);
  });

  it("does not take time that grows with the square of hostile answers", () => {
    expect(found('{"a'.repeat(30_000))).toEqual([]);
    expect(found("\n[1,".repeat(30_000))).toEqual([]);
    expect(found("```\n".repeat(30_000))).toEqual([]);
    expect(found(`\n["${"x".repeat(500)}`.repeat(300))).toEqual([]);
  }, 20_000);
});

describe("argumentsOf(call, tokens)", () => {
  const call = { id: "c1", name: "book", arguments: '{"city":"Rome","nights":3}' };

  it("gives the arguments without a probability where no tokens came, never 1", () => {
    const fields = argumentsOf(call);
    expect(short(fields)).toEqual([
      ["$.city", "Rome"],
      ["$.nights", 3],
    ]);
    for (const field of fields)
      expect(field).toMatchObject({ probability: null, bounds: [0, 1], flags: ["no-tokens"], alternatives: [] });
  });

  const written: Written[] = [
    ["book", 0.9],
    ['({"city":"', 0.8],
    ["Rome", 0.7, { Rome: 0.7, Paris: 0.3 }],
    ['","nights":', 0.6],
    ["3})", 0.5],
  ];

  it("scores them by the tokens of the tool channel", () => {
    const fields = argumentsOf(call, [...tokens([["ok", 0.1]]), ...tokens(written, "tool")]);
    expect(fields.map(({ path, tokens: used }) => [path, used])).toEqual([
      ["$.city", [3]],
      ["$.nights", [5]],
    ]);
    expect(fields[0]?.probability).toBeCloseTo(0.7, 14);
    expect(fields[0]?.alternatives.map(({ json }) => json)).toEqual(['"Rome"', '"Paris']);
    expect(fields[1]?.probability).toBeCloseTo(0.5, 14);
    expect(fields[1]?.flags).toEqual(["shared-token"]);
  });

  it("uses no tokens that say something else, or the arguments twice", () => {
    for (const list of [tokens(written), tokens([["{}", 1]], "tool"), tokens([...written, ...written], "tool")])
      expect(argumentsOf(call, list)[0]).toMatchObject({ probability: null, flags: ["no-tokens"] });
  });

  it("has none for a call without arguments, some for one cut off, and refuses what is no JSON", () => {
    expect(argumentsOf({ ...call, arguments: "" })).toEqual([]);
    expect(short(argumentsOf({ ...call, arguments: "{}" }))).toEqual([["$", {}]]);
    expect(argumentsOf({ ...call, arguments: '{"city":"Ro' })[0]?.flags).toEqual(["incomplete", "no-tokens"]);
    expect(() => argumentsOf({ ...call, arguments: "city=Rome" })).toThrow("byte 0 of the JSON: expected a value");
  });
});

describe("weakestField(fields)", () => {
  it("is the one with the lowest probability, the first of equals; unknown ones never", () => {
    const fields = readFields(
      "[1,2,3,4]",
      tokens([
        ["[", 1],
        ["1", 0.9],
        [",", 1],
        ["2", 0.4],
        [",", 1],
        ["3", 0.4],
        [",", 1],
        ["4", null],
        ["]", 1],
      ]),
    );
    expect(weakestField(fields)?.path).toBe("$[1]");
    expect(weakestField(readFields("[1,2]"))).toBeNull();
    expect(weakestField([])).toBeNull();
  });
});

describe("fieldFlagSentence(flag)", () => {
  it("says each flag in a sentence of its own", () => {
    const flags: FieldFlag[] = [
      "incomplete",
      "duplicate-key",
      "shared-token",
      "inexact-number",
      "unknown-token",
      "no-tokens",
    ];
    const sentences = flags.map(fieldFlagSentence);
    expect(new Set(sentences).size).toBe(flags.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});
