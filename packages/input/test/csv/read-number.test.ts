import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isNoNumber, listOfText, numberOfBytes, numberOfText } from "../../src/csv/read-number.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string, decimalComma = false): number => numberOfBytes(bytesOf(text), 0, text.length, decimalComma);

describe("numberOfBytes(bytes, start, end, decimalComma)", () => {
  it("reads plain numbers, and leaves everything else to numberOfText", () => {
    expect(["0.25", "-17", "5.", ".5", "000.1"].map((text) => read(text))).toEqual([0.25, -17, 5, 0.5, 0.1]);
    expect(
      ["", ".", "-", "1e5", " 1", "1,5", "nan", "1.2.3", "+1", "9007199254740993"].map((text) => read(text)),
    ).toEqual(new Array(10).fill(Number.NaN));
    expect(read("0,25", true)).toBe(0.25);
    expect(Object.is(read("-0"), -0)).toBe(true);
  });
  it("gives the nearest double or nothing", () => {
    const digits = fc.tuple(fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }), fc.integer({ min: 0, max: 22 }));
    fc.assert(
      fc.property(digits, ([whole, decimals]) => {
        const text = `${whole}`.replace(/\d+/, (all) => {
          const padded = all.padStart(decimals + 1, "0");
          return decimals === 0 ? padded : `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
        });
        const value = read(text);
        expect(Number.isNaN(value) || Object.is(value, Number(text))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("numberOfText(text)", () => {
  it("reads every number that JavaScript writes", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(numberOfText(` ${value} `)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
  it("knows inf and nan, and underscores between digits", () => {
    expect([numberOfText("-INF"), numberOfText("Infinity"), numberOfText("nan"), numberOfText("1_000.5")]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      1000.5,
    ]);
    expect(["1e", "0x10", "1 2", "_1", "5%", ""].map(numberOfText)).toEqual(new Array(6).fill(undefined));
  });
});

describe("isNoNumber(text)", () => {
  it("is true of nothing and of the words for it", () => {
    expect(["", "  ", "NA", "n/a", "null", "None"].every(isNoNumber)).toBe(true);
    expect(["0", "nan", "-", "missing"].some(isNoNumber)).toBe(false);
  });
});

describe("listOfText(text)", () => {
  it("reads numbers in brackets, undefined where an item is none", () => {
    expect(listOfText(" [0.1, 0.9] ")).toEqual([0.1, 0.9]);
    expect(listOfText("['1', \"2\", x]")).toEqual([1, 2, undefined]);
    expect(listOfText("[]")).toEqual([]);
    expect(listOfText("0.1, 0.9")).toBeUndefined();
  });
});
