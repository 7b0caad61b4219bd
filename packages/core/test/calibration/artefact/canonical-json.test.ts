import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/index.ts";

describe("canonicalJson(value)", () => {
  it("sorts keys by UTF-16 code units and leaves no space", () => {
    expect(canonicalJson({ b: [1, { z: null, a: true }], a: "x", "": 0 })).toBe(
      '{"":0,"a":"x","b":[1,{"a":true,"z":null}]}',
    );
  });

  it("writes the example of RFC 8785, section 3.2.2", () => {
    const value = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("writes what JSON.stringify makes of -0, long numbers and lone surrogates", () => {
    expect(canonicalJson([-0, 0.1 + 0.2, 5e-324, "\ud800"])).toBe('[0,0.30000000000000004,5e-324,"\\ud800"]');
  });

  it("leaves undefined fields out, as JSON does", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it.each([
    [{ a: [1, Number.NaN] }, "not-finite", "a[1] is NaN"],
    [{ a: { b: Infinity } }, "not-finite", "a.b is Infinity"],
    [[undefined], "incompatible", "[0]: JSON has no undefined"],
    [{ a: 1n }, "incompatible", "a: JSON has no bigint"],
    [() => 1, "incompatible", "the value: JSON has no function"],
  ])("refuses what JSON cannot hold: %#", (value, code, message) => {
    expect(() => canonicalJson(value)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it("is the same for a value and for its JSON read back, in any order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(text);
      }),
    );
  });
});
