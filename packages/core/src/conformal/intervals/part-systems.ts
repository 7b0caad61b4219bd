import { InputError } from "../../errors.ts";
import type { ConformalIntervals } from "../conformal-document.ts";
import type { PredictiveSystem } from "./predictive-system.ts";

/** The predictive system of one part of a document. */
export interface PartSystem {
  /** Values of the columns of the document's condition; empty for all rows. */
  readonly values: readonly string[];
  readonly system: PredictiveSystem;
}

/**
 * The predictive systems that a document holds, from which any quantile, probability or score follows.
 *
 * @param document of method `predictive-system`, without weights
 * @returns one per part, in the order of the parts
 * @throws {InputError} `incompatible` for a document that keeps no residuals
 */
export function partSystems({
  interval,
  parts,
  residuals,
}: Pick<ConformalIntervals, "interval" | "parts" | "residuals">): PartSystem[] {
  if (interval.kind !== "predictive-system" || residuals === null)
    throw new InputError(
      "incompatible",
      `a document of predictive-system without weights is needed, got ${interval.kind}${residuals === null ? " without residuals" : ""}`,
    );
  const all = Float64Array.from(residuals);
  let start = 0;
  return parts.map(({ values, n }) => {
    const system = { residuals: all.slice(start, start + n), isNormalised: interval.isNormalised };
    start += n;
    return { values, system };
  });
}
