import { expect, it } from "vitest";
import { makePolicy, verifyPolicy } from "../../src/index.ts";
import { pairs, SOURCE } from "./samples.ts";

const ONE_WRONG_ON_TOP = pairs(
  Array.from({ length: 40 }, (_, i) => 0.99 - i / 100),
  Array.from({ length: 40 }, (_, i) => (i === 0 || i % 3 === 2 ? 0 : 1)),
);

it("makePolicy(rows, a precision out of reach) expects what its rule does: to act on nothing", () => {
  for (let seed = 0; seed < 6; seed++) {
    const made = makePolicy(ONE_WRONG_ON_TOP, {
      version: "1",
      source: SOURCE,
      objective: { kind: "precision", target: 1 },
      on: "confidence",
      seed,
    });
    expect(made.verdict.status).toBe("unreachable");
    expect(made.thresholds.act).toBeNull();
    expect(made.expected?.coverage.value).toBe(0);
    expect(made.expected?.error).toBeNull();
    expect(made.warnings).toEqual([]);
    expect(verifyPolicy(made, ONE_WRONG_ON_TOP).status).toBe("holds");
  }
});
