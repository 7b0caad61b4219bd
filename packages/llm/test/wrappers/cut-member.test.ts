import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutMember } from "../../src/wrappers/cut-member.ts";

/** What is left where the member is set or taken out wherever it stands. */
function edited(value: unknown, name: string, given: string | null): unknown {
  if (Array.isArray(value)) return value.map((each) => edited(each, name, given));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      if (key !== name) return [[key, edited(each, name, given)]];
      return given === null ? [] : [[key, JSON.parse(given)]];
    }),
  );
}

describe("cutMember(json, name, value)", () => {
  it("replaces the value alone, whatever stands around it", () => {
    for (const [json, expected] of [
      ['{"a":1,"logprobs":{"b":["}",{}]},"c":2}', '{"a":1,"logprobs":null,"c":2}'],
      ['{ "logprobs" : [ 1 , 2 ] }', '{ "logprobs" : null }'],
      ['{"logprobs":"a\\"}{","b":0}', '{"logprobs":null,"b":0}'],
      ['{"b":9007199254740993,"logprobs":-0.5}', '{"b":9007199254740993,"logprobs":null}'],
      ['{"logprobs":true ,"b":0}', '{"logprobs":null ,"b":0}'],
    ] as const)
      expect(cutMember(json, "logprobs", "null")).toBe(expected);
  });

  it("takes the member out with one comma", () => {
    for (const [json, expected] of [
      ['{"a":1,"logprobs":{},"c":2}', '{"a":1,"c":2}'],
      ['{"a":1, "logprobs":{}}', '{"a":1}'],
      ['{"logprobs":{} , "c":2}', '{"c":2}'],
      ['{"logprobs":{}}', "{}"],
    ] as const)
      expect(cutMember(json, "logprobs", null)).toBe(expected);
  });

  it("is null where the name stands there in another role, twice, or may be spelled otherwise", () => {
    for (const json of [
      '{"a":"logprobs"}',
      '{"logprobs":1,"a":{"logprobs":2}}',
      '{"logprobs":1,"a":"logprobs"}',
      '{"a\\"logprobs":1}',
      '{"log\\u0070robs":1,"a":{"logprobs":2}}',
      '{"a":1}',
      '"logprobs"',
    ])
      expect(cutMember(json, "logprobs", "null")).toBeNull();
  });

  it("makes what editing the parsed value makes, for any JSON", () => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(null, 1, -0.5, true, "logprobs", '"logprobs":', "\\", "é\u0001", "}{", ""),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "logprobs", 'x"logprobs', "\\logprobs", "b"), tie("tree"), { maxKeys: 4 }),
      ),
    }));
    let cut = 0;
    fc.assert(
      fc.property(tree, fc.constantFrom("null", "[]", null), fc.constantFrom(0, 1), (value, given, space) => {
        const json = JSON.stringify(value, null, space);
        const text = cutMember(json, "logprobs", given);
        if (text === null) return;
        cut++;
        expect(JSON.parse(text)).toEqual(edited(value, "logprobs", given));
      }),
      { numRuns: 2000 },
    );
    expect(cut).toBeGreaterThan(40);
  });
});
