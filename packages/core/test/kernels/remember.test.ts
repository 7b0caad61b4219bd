import { describe, expect, it } from "vitest";
import { remember } from "../../src/kernels/remember.ts";

describe("remember(make)", () => {
  it("remember(make)(object) makes once for the same object", () => {
    let made = 0;
    const of = remember((key: { n: number }) => {
      made++;
      return key.n * 2;
    });
    const key = { n: 21 };
    expect([of(key), of(key), made]).toEqual([42, 42, 1]);
  });

  it("remember(make)(object) tells equal objects apart", () => {
    let made = 0;
    const of = remember(() => ++made);
    expect([of({}), of({})]).toEqual([1, 2]);
  });
});
