import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/decisions/loss-bounds.json" with { type: "json" };
import { binomialPValue, clopperPearsonUpper, hoeffdingBentkusUpper } from "../../../src/index.ts";

const { binomialPValue: tails, clopperPearson, hoeffdingBentkus } = table;

const cases = [
  { name: "binomialPValue", rows: tails, call: binomialPValue, tolerance: 1e-13 },
  { name: "clopperPearsonUpper", rows: clopperPearson, call: clopperPearsonUpper, tolerance: 1e-13 },
  { name: "hoeffdingBentkusUpper", rows: hoeffdingBentkus, call: hoeffdingBentkusUpper, tolerance: 1e-13 },
];

describe("bounds against 50 digits", () => {
  for (const { name, rows, call, tolerance } of cases)
    it(`${name}(errors, n, …) agrees to ${tolerance} relative, for n to ten million`, () => {
      for (const [errors, n, third, expected] of rows) {
        const value = call(errors, n, third);
        expect(Math.abs(value / expected - 1), `${errors}, ${n}, ${third}: ${value}`).toBeLessThan(tolerance);
      }
    });
});
