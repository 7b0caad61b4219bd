import { describe, expect, it } from "vitest";
import { fitIdentity } from "../../../src/calibration/binary/identity.ts";

describe("fitIdentity", () => {
  it("fitIdentity(scores, outcomes) has no parameters, for any data", () => {
    expect(fitIdentity(Float64Array.of(0.3), Uint8Array.of(1))).toEqual({
      method: "identity",
      map: { kind: "identity" },
      parameters: {},
      certificate: null,
      complexity: 0,
      n: 1,
      effectiveN: 1,
      notes: [],
    });
  });

  it("fitIdentity(scores, outcomes) names the row of a bad score", () => {
    expect(() => fitIdentity(Float64Array.of(0.3, 1.2), Uint8Array.of(1, 0))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    expect(() => fitIdentity(Float64Array.of(), Uint8Array.of())).toThrow(expect.objectContaining({ code: "empty" }));
  });

  it("fitIdentity(scores, outcomes, { weights }) states the effective number of rows", () => {
    const fit = fitIdentity(Float64Array.of(0.3, 0.4), Uint8Array.of(1, 0), { weights: Float64Array.of(3, 1) });
    expect(fit.effectiveN).toBeCloseTo(16 / 10, 14);
  });
});
