import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RawAlternative, RawToken } from "../../src/adapters/draft.ts";
import { cleanLogprob } from "../../src/trace/clean-logprob.ts";
import { cleanToken, repeatsAlternatives } from "../../src/trace/clean-token.ts";
import type { TraceFlag } from "../../src/trace/trace.ts";

function alternative(text: unknown, logprob: unknown, bytes: unknown = null, id: unknown = null): RawAlternative {
  return { text, logprob, bytes, id };
}

function token(
  text: unknown,
  logprob: unknown,
  top: readonly RawAlternative[] = [],
  more: Partial<RawToken> = {},
): RawToken {
  return { text, logprob, bytes: null, id: null, top, channel: "content", ...more };
}

function clean(raw: RawToken, before?: RawToken) {
  const flags = new Set<TraceFlag>();
  return { token: cleanToken(raw, before, flags), flags: [...flags] };
}

describe("cleanLogprob(value)", () => {
  it.each([-9999, -9999.0, -9000, -1e308, Number.NEGATIVE_INFINITY, "-Infinity", "-inf", "-INF"])(
    "reads the placeholder %s as unknown, and says so",
    (value) => {
      const flags = new Set<TraceFlag>();
      expect(cleanLogprob(value, flags)).toBeNull();
      expect([...flags]).toEqual(["sentinel-logprobs"]);
    },
  );

  it.each([null, undefined, Number.NaN, "NaN", "-0.5", {}, [], true])("reads %s as unknown", (value) => {
    const flags = new Set<TraceFlag>();
    expect(cleanLogprob(value, flags)).toBeNull();
    expect([...flags]).toEqual([]);
  });

  it.each([1e-9, 1e-3])("reads %s, the rounding of 0, as 0", (value) => {
    const flags = new Set<TraceFlag>();
    expect(cleanLogprob(value, flags)).toBe(0);
    expect([...flags]).toEqual(["positive-logprobs"]);
  });

  it.each([1, 0.0011, Number.POSITIVE_INFINITY])(
    "reads %s, which is no logarithm of a probability, as unknown",
    (value) => {
      const flags = new Set<TraceFlag>();
      expect(cleanLogprob(value, flags)).toBeNull();
      expect([...flags]).toEqual(["positive-logprobs"]);
    },
  );

  it("keeps what is a logarithm, and makes −0 into 0", () => {
    const flags = new Set<TraceFlag>();
    expect([-0.25, -8999, 0, -0].map((value) => cleanLogprob(value, flags))).toEqual([-0.25, -8999, 0, 0]);
    expect(flags.size).toBe(0);
  });
});

describe("cleanToken(raw)", () => {
  it("bounds a token outside its alternatives by the least likely of them", () => {
    const { token: found, flags } = clean(token("x", -9999, [alternative("a", -1.3), alternative("b", -1.4)]));
    expect([found?.logprob, found?.logprobBound]).toEqual([null, -1.4]);
    expect(flags.sort()).toEqual(["chosen-not-in-top", "sentinel-logprobs"]);
  });

  it("bounds it by what the alternatives leave, where that is less", () => {
    const top = [alternative("a", Math.log(0.7)), alternative("b", Math.log(0.25))];
    const { token: found } = clean(token("x", -9999, top));
    expect(found?.logprobBound).toBeCloseTo(Math.log(0.05 + 1e-3), 12);
  });

  it.each([
    ["add up to 1", [0.8, 0.2]],
    ["add up to 1 but for rounding", [0.8, 0.1995]],
    ["add up to more by rounding", [0.8, 0.201]],
    ["add up to more", [0.9, 0.8]],
  ])("bounds it by the least likely of alternatives that %s", (_, probabilities) => {
    const top = probabilities.map((p, i) => alternative(`${i}`, Math.log(p)));
    expect(clean(token("x", -9999, top)).token?.logprobBound).toBe(Math.log(probabilities.at(-1) ?? 0));
  });

  it("never bounds a token below its true log-probability, whatever was listed and however it was rounded", () => {
    const weights = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(weights, fc.nat(20), fc.nat(), fc.constantFrom(3, 4, 6, 17), (given, size, pick, digits) => {
        const total = given.reduce((sum, weight) => sum + weight, 0);
        const logs = given.map((weight) => Math.log(weight / total)).sort((a, b) => b - a);
        const k = 1 + (size % (logs.length - 1));
        const chosen = logs[k + (pick % (logs.length - k))] ?? 0;
        const rounded = (log: number): number => Math.round(log * 10 ** digits) / 10 ** digits;
        const top = logs.slice(0, k).map((log, i) => alternative(`${i}`, digits === 17 ? log : rounded(log)));
        const bound = clean(token("x", -9999, top)).token?.logprobBound ?? Number.NEGATIVE_INFINITY;
        return bound >= chosen - 10 ** -digits;
      }),
      { numRuns: 500 },
    );
  });

  it("takes the log-probability that the alternatives give for the token itself", () => {
    const { token: found } = clean(token("a", null, [alternative("a", -0.3), alternative("b", -1.4)]));
    expect([found?.logprob, found?.logprobBound]).toEqual([-0.3, null]);
  });

  it("knows no bound without alternatives", () => {
    const { token: found } = clean(token("a", -9999));
    expect([found?.logprob, found?.logprobBound]).toEqual([null, null]);
  });

  it("drops placeholders from the alternatives, sorts them, and keeps equals in their order", () => {
    const top = [
      alternative("d", -9999),
      alternative("b", -1),
      alternative("c", -1),
      alternative("a", -0.5),
      alternative("e", null),
    ];
    const { token: found } = clean(token("a", -0.5, top));
    expect(found?.top.map((entry) => entry.text)).toEqual(["a", "b", "c"]);
  });

  it("keeps k + 1 alternatives, as servers send that add the token to the top k", () => {
    const top = [alternative("a", -0.5), alternative("b", -1), alternative("z", -6)];
    const { token: found, flags } = clean(token("z", -6, top));
    expect(found?.top).toHaveLength(3);
    expect(flags).toEqual([]);
  });

  it("keeps one of several alternatives with the same bytes, and all with different bytes", () => {
    const top = [
      alternative("a", -1, [97]),
      alternative("a", -0.5, [97]),
      alternative("\ufffd", -2, [240, 159]),
      alternative("\ufffd", -3, [240, 160]),
    ];
    const { token: found } = clean(token("a", -0.5, top, { bytes: [97] }));
    expect(found?.top.map((entry) => [entry.logprob, entry.bytes])).toEqual([
      [-0.5, [97]],
      [-2, [240, 159]],
      [-3, [240, 160]],
    ]);
  });

  it("does not take the alternative of another half character for the token's own", () => {
    const top = [alternative("\ufffd", -0.1, [239, 191, 189]), alternative("\ufffd", -2, [239, 191, 189])];
    const { token: found, flags } = clean(token("\ufffd", -9999, top, { bytes: [239, 191, 189] }));
    expect([found?.logprob, found?.logprobBound]).toEqual([null, -0.1]);
    expect(found?.top.every((entry) => entry.bytes === null)).toBe(true);
    expect(flags).toEqual(["sentinel-logprobs"]);
  });

  it("tells tokens of the same spelling apart by their ids", () => {
    const top = [alternative("a", -0.1, null, 7), alternative("a", -2, null, 8)];
    const { token: found } = clean(token("a", null, top, { id: 8 }));
    expect(found?.logprob).toBe(-2);
    expect(found?.top).toHaveLength(2);
  });

  it("reads escapes beside right bytes as the part of a character they are", () => {
    const { token: found } = clean(token(" \\xf0\\x9f", -0.1, [], { bytes: [32, 240, 159] }));
    expect(found?.text).toBe(" \ufffd");
  });

  it("reads legacy completions' bytes:\\xe2 as bytes, in alternatives too", () => {
    const { token: found } = clean(token("bytes:\\xe2\\x80", -0.1, [alternative("bytes:\\xe2\\x80", -0.1)]));
    expect(found?.bytes).toEqual([226, 128]);
    expect(found?.top[0]?.bytes).toEqual([226, 128]);
  });

  it.each([[token(undefined, -1)], [token(7, -1)], [token(null, -1, [], { bytes: ["a"] })]])(
    "leaves out an entry without text and bytes (%#)",
    (raw) => {
      expect(clean(raw)).toEqual({ token: null, flags: ["malformed-entries"] });
    },
  );

  it("reads a token of which only the bytes came", () => {
    expect(clean(token(undefined, -1, [], { bytes: [104, 105] })).token?.text).toBe("hi");
  });

  it.each([[[256]], [[-1]], [[1.5]], [["97"]], ["97"], [[]]])("does not trust %j as bytes of a token", (bytes) => {
    expect(clean(token("a", -1, [], { bytes })).token?.bytes).toBeNull();
  });
});

describe("repeatsAlternatives(before, token)", () => {
  const top = [alternative("a", -0.3), alternative("b", -1.4)];

  it("is true for the very list of the token before, in which the token has another log-probability", () => {
    expect(repeatsAlternatives(token("a", -0.3, top), token("b", -0.2, [...top]))).toBe(true);
    expect(repeatsAlternatives(token("a", -0.3, top), token("c", -0.2, [...top]))).toBe(true);
  });

  it("is false where the token stands in it with its own log-probability", () => {
    expect(repeatsAlternatives(token("a", -0.3, top), token("a", -0.3, [...top]))).toBe(false);
  });

  it("is false for other lists, other channels and empty lists", () => {
    expect(
      repeatsAlternatives(token("a", -0.3, top), token("c", -0.2, [alternative("a", -0.3), alternative("b", -1.5)])),
    ).toBe(false);
    expect(repeatsAlternatives(token("a", -0.3, top), token("c", -0.2, top, { channel: "reasoning" }))).toBe(false);
    expect(repeatsAlternatives(token("a", -0.3), token("c", -0.2))).toBe(false);
  });
});
