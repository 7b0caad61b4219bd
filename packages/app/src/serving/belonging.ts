import type { PolicyDocument } from "@candor/core";
import type { Artefact } from "../store/state-store.ts";

/**
 * Why an artefact was not made for a model version, as the end of a sentence; null where it was.
 *
 * @param version null: of every version, for which no artefact was made
 */
export function whyForeign(artefact: Artefact, model: string, version: string | null): string | null {
  const { kind, id } = artefact;
  if (artefact.model === model && artefact.version === version && version !== null) return null;
  const own = artefact.model === model ? "" : ` of ${model}`;
  const here = version === null ? `all versions${own}` : `version ${version}${own}`;
  const made = artefact.version === null ? "no version in particular" : `version ${artefact.version}`;
  return `the ${kind} ${id} was made for ${made} of ${artefact.model}, this is ${here}`;
}

/** Why a policy proves nothing even where it belongs; null where it does. */
export function whyUnproven(policy: PolicyDocument, isCalibrated: boolean): string | null {
  const { certificate, dataHash } = policy;
  if (certificate !== null && !certificate.certified)
    return `its target of at most ${Number((100 * certificate.maxError).toPrecision(6))} % errors was not certified`;
  if (dataHash === null && !isCalibrated)
    return "its thresholds follow from costs alone, which hold for calibrated probabilities, and nothing calibrates these";
  return null;
}
