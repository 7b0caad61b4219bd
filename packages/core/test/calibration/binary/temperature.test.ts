import { describe, expect, it } from "vitest";
import { applyBinaryMap } from "../../../src/calibration/apply-binary.ts";
import { fitTemperature } from "../../../src/calibration/binary/temperature.ts";
import { P20, Y20 } from "../../master-case.ts";
import { CASES, largestDifference, named } from "./table.ts";

describe("fitTemperature", () => {
  it("fitTemperature(scores, outcomes) gives the temperature of the master case", () => {
    const fit = fitTemperature(P20, Y20);
    expect(
      largestDifference(named(fit, "temperature", "slope"), [1.1347935894333632, 0.8812175265277365]),
    ).toBeLessThan(1e-14);
    expect(fit).toMatchObject({ method: "temperature", complexity: 1, notes: [] });
  });

  it.each(CASES)("fitTemperature(scores, outcomes) agrees with Newton in 40 digits: $name", (row) => {
    const fit = fitTemperature(row.scores, row.outcomes, row.options);
    expect(largestDifference(named(fit, "slope"), row.expected.temperature.coefficients)).toBeLessThan(1e-13);
    expect(Math.abs((fit.certificate?.objective ?? 0) - row.expected.temperature.objective)).toBeLessThan(1e-14);
  });

  it("fitTemperature(scores, outcomes) of its own map is 1", () => {
    const { map } = fitTemperature(P20, Y20);
    expect(named(fitTemperature(applyBinaryMap(map, P20), Y20), "temperature")[0]).toBeCloseTo(1, 12);
  });

  it("fitTemperature(scores, outcomes) refuses data without a best temperature", () => {
    const refused = (scores: number[], outcomes: number[], code: string) =>
      expect(() => fitTemperature(Float64Array.from(scores), Uint8Array.from(outcomes))).toThrow(
        expect.objectContaining({ name: "InputError", code }),
      );
    refused([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], "incompatible");
    refused([0.1, 0.2, 0.8, 0.9], [1, 1, 0, 0], "incompatible");
    refused([0.1, 0.2, 0.8, 0.9, 0.3], [1, 1, 0, 0, 0], "incompatible");
    refused([0.5, 0.5], [0, 1], "too-few");
    refused([0.2, 0.8], [1, 1], "one-class");
  });

  it("fitTemperature(scores, outcomes) has an answer for constant scores other than 0.5", () => {
    const fit = fitTemperature(Float64Array.of(0.9, 0.9, 0.9, 0.9), Uint8Array.of(1, 1, 1, 0));
    expect(named(fit, "slope")[0]).toBeCloseTo(Math.log(3) / Math.log(9), 13);
  });
});
