import type { Estimate } from "../../estimate.ts";
import { type AurcOptions, aurc } from "./aurc.ts";
import type { Correctness } from "./selective-rows.ts";

/** Options of `auarc`. */
export interface AuarcOptions extends Omit<AurcOptions, "convention"> {
  /** As for `aurc`. Default `prefix-mean`, the convention of MAPIE and verified_calibration. */
  readonly convention?: "prefix-mean" | "expected-ties";
}

/**
 * Area under the accuracy-rejection curve: one minus `aurc` in the same convention.
 *
 * @param confidence n finite reals; higher means surer
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @returns a number in [0, 1], higher is better
 * @throws {InputError} as `aurc`
 *
 * Source: Nadeem, Zucker and Hanczar (2009), "Accuracy-rejection curves", MLSB; MAPIE's AUARC.
 */
export function auarc(confidence: Float64Array, correct: Correctness, options: AuarcOptions = {}): Estimate {
  const area = aurc(confidence, correct, options);
  return {
    ...area,
    value: 1 - area.value,
    lower: 1 - area.upper,
    upper: 1 - area.lower,
    spec: { ...area.spec, metric: "auarc" },
  };
}
