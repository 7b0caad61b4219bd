import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backOffMs } from "../../src/client/back-off.ts";

describe("backOffMs(attempt, retryAfter, random, now)", () => {
  it("doubles its bound with every attempt up to half a minute", () => {
    expect([1, 2, 3, 8, 9, 50].map((attempt) => backOffMs(attempt, null, 0.5, 0))).toEqual([
      100, 200, 400, 12_800, 15_000, 15_000,
    ]);
  });
  it("is never earlier than the seconds or the date that the server asked for", () => {
    expect(backOffMs(1, "7", 0, 0)).toBe(7000);
    expect(backOffMs(1, "Thu, 01 Jan 1970 00:01:00 GMT", 0, 20_000)).toBe(40_000);
    expect(backOffMs(1, "Thu, 01 Jan 1970 00:00:10 GMT", 0, 20_000)).toBe(0);
    expect(backOffMs(1, "soon", 0, 0)).toBe(0);
  });
  it("is spread evenly below its bound", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const wait = backOffMs(attempt, null, random, 0);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThan(30_000);
        },
      ),
    );
  });
});
