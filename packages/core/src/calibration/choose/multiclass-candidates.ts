import type { MulticlassCalibrationData } from "../calibration-data.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import type { Candidate } from "./candidate.ts";
import type { MethodOptions } from "./method-options.ts";
import { multiclassMethods, orderKeeping } from "./multiclass-methods.ts";
import { crossFitStructuredBlend } from "./structured-blend.ts";
import { atLeastRows } from "./too-few.ts";
import { unknownMethod } from "./unknown-method.ts";

/** A candidate for one score per class. */
export type MulticlassCandidate = Candidate<MulticlassCalibrationData, MulticlassMap>;

/**
 * The candidates of `auto` for one score per class, simplest first; identity is always in the running. One temperature for
 * few rows is shrunk; structured scaling takes rows of every class. Where only the top probability is wrong, however much, a
 * spline of it does better than all that move every class; it takes rows enough to hold wrong predictions.
 */
export function multiclassCandidates({ keepOrder = false }: MethodOptions): readonly MulticlassCandidate[] {
  return [
    { ...namedMulticlassCandidate("shrunken-temperature", { keepOrder }), tooFew: () => null },
    { ...namedMulticlassCandidate("temperature", { keepOrder }), tooFew: atLeastRows(100, 0) },
    { ...namedMulticlassCandidate("structured-blend", { keepOrder }), tooFew: atLeastRows(200, 5) },
    { ...namedMulticlassCandidate("top-label-spline", { keepOrder }), tooFew: atLeastRows(1000, 0) },
  ];
}

/**
 * The candidate of that name.
 *
 * @throws {InputError} `unknown-option` for a method that does not exist
 */
export function namedMulticlassCandidate(name: string, methodOptions: MethodOptions): MulticlassCandidate {
  const simplicity = multiclassMethods.findIndex((entry) => entry.method === name);
  if (simplicity < 0) throw unknownMethod(name, "multiclass");
  const found = multiclassMethods[simplicity];
  const { method, label, fit } = methodOptions.keepOrder ? orderKeeping(found) : found;
  return {
    method,
    label,
    simplicity,
    tooFew: () => null,
    ...(method === "structured-blend"
      ? { crossFit: (task, plan) => crossFitStructuredBlend(task, plan, methodOptions) }
      : {}),
    fit: (data) => {
      const { weights, merged } = data;
      const options = { ...methodOptions, ...(weights ? { weights } : {}), ...(merged ? { merged } : {}) };
      return { ...fit(data, options), method };
    },
  };
}
