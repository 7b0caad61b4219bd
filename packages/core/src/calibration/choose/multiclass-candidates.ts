import { InputError } from "../../errors.ts";
import type { MulticlassCalibrationData } from "../calibration-data.ts";
import { argmaxPreserving } from "../multiclass/argmax-preserving.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import type { Candidate } from "./candidate.ts";
import type { MethodOptions } from "./method-options.ts";
import { multiclassMethods, orderKeeping } from "./multiclass-methods.ts";

/** A candidate for one score per class. */
export type MulticlassCandidate = Candidate<MulticlassCalibrationData, MulticlassMap>;

/** The candidates of `auto` for one score per class, simplest first; identity is always in the running. */
export const multiclassCandidates: readonly MulticlassCandidate[] = [namedMulticlassCandidate("temperature", {})];

/**
 * The candidate of that name.
 *
 * @throws {InputError} `unknown-option` for a method that does not exist
 */
export function namedMulticlassCandidate(name: string, methodOptions: MethodOptions): MulticlassCandidate {
  const simplicity = multiclassMethods.findIndex((entry) => entry.method === name);
  if (simplicity < 0)
    throw new InputError(
      "unknown-option",
      `method must be auto or one of ${multiclassMethods.map((entry) => entry.method).join(", ")}, got ${name}`,
    );
  const found = multiclassMethods[simplicity];
  const { method, label, fit } = methodOptions.keepOrder ? orderKeeping(found) : found;
  return {
    method,
    label,
    simplicity,
    tooFew: () => null,
    fit: (data) => {
      const { weights, merged } = data;
      const options = { ...methodOptions, ...(weights ? { weights } : {}), ...(merged ? { merged } : {}) };
      return { ...fit(data, options), method };
    },
  };
}

/** The same candidate, but the predicted class stays the same. */
export function orderKeepingCandidate(candidate: MulticlassCandidate): MulticlassCandidate {
  return {
    ...candidate,
    label: `${candidate.label}, keeping the predicted class`,
    fit: (data) => ({ ...argmaxPreserving(candidate.fit(data)), method: candidate.method }),
  };
}
