import type { CheckedSample } from "../../intervals/sample.ts";
import type { IdentityMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import { binaryRows } from "./logistic-terms.ts";

/**
 * The scores as they are: what every other method has to beat.
 *
 * @param scores n values in [0, 1]
 * @param outcomes n values, 0 or 1; counted only
 * @returns a fit of no parameters, for any data: one class, n = 1, constant scores
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the row
 */
export function fitIdentity(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: FitOptions = {},
): CalibrationFit<IdentityMap> {
  const { sample } = binaryRows(scores, outcomes, options);
  return identityFit(sample);
}

/** The fit of no parameters to a checked sample. */
export function identityFit({ n, effectiveN }: CheckedSample): CalibrationFit<IdentityMap> {
  return {
    method: "identity",
    map: { kind: "identity" },
    parameters: {},
    certificate: null,
    complexity: 0,
    n,
    effectiveN,
    notes: [],
  };
}
