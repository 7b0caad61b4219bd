import fc from "fast-check";
import { expect, it } from "vitest";
import { onlyOccurrence } from "../../src/trace/only-occurrence.ts";

it("onlyOccurrence(all, sought) is what indexOf finds where lastIndexOf finds the same", () => {
  const bytes = fc.array(fc.constantFrom(97, 98), { maxLength: 14 });
  fc.assert(
    fc.property(bytes, fc.array(fc.constantFrom(97, 98), { minLength: 1, maxLength: 5 }), (all, sought) => {
      const [text, part] = [String.fromCharCode(...all), String.fromCharCode(...sought)];
      const expected = text.indexOf(part) === text.lastIndexOf(part) ? text.indexOf(part) : -1;
      expect(onlyOccurrence(Uint8Array.from(all), Uint8Array.from(sought))).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

it("onlyOccurrence(all, sought) finds nothing of nothing", () => {
  expect(onlyOccurrence(Uint8Array.of(97), new Uint8Array())).toBe(-1);
  expect(onlyOccurrence(new Uint8Array(), Uint8Array.of(97))).toBe(-1);
});
