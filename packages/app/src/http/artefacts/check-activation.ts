import { checkCompatible, InputError } from "@candor/core";
import { openArtefact } from "../../serving/active.ts";
import { whyForeign, whyUnproven } from "../../serving/belonging.ts";
import type { Artefact } from "../../store/state-store.ts";
import { HttpError } from "../http-error.ts";

/** What is to be activated, and for whom. */
export interface WantedActivation {
  readonly model: string;
  readonly version: string | null;
  readonly calibrator: Artefact | null;
  readonly policy: Artefact | null;
}

/**
 * Lets a calibrator and a policy pass that can be applied together.
 *
 * @returns what to know before, in sentences: why decisions under them will not be certified, what requests have to say
 * @throws {HttpError} 400 where they cannot
 */
export function checkActivation({ model, version, calibrator, policy }: WantedActivation): string[] {
  const given = calibrator === null ? null : openArtefact(calibrator);
  const opened = policy === null ? null : openArtefact(policy);
  const beside = given?.kind === "calibrator" ? given.calibrator : null;
  const rule = opened?.kind === "policy" ? opened.policy : null;
  if (rule !== null && beside !== null) {
    const refuse = (message: string): HttpError =>
      new HttpError(400, "incompatible", message, { field: "calibratorId" });
    if (rule.calibrator !== null && rule.calibrator.fingerprint !== beside.fingerprint)
      throw refuse(`the policy ${policy?.id} brings a calibrator of its own: leave calibratorId out`);
    if (rule.calibrator === null && rule.dataHash !== null)
      throw refuse(`the policy ${policy?.id} was made from scores as they are: leave calibratorId out`);
    try {
      checkCompatible(beside, rule);
    } catch (error) {
      if (InputError.is(error)) throw refuse(`the policy ${policy?.id} does not go with it: ${error.message}`);
      throw error;
    }
  }
  const foreign = [policy, rule?.calibrator == null ? calibrator : null].flatMap((artefact) =>
    artefact === null ? [] : (whyForeign(artefact, model, version) ?? []),
  );
  const unproven = rule === null ? null : whyUnproven(rule, rule.calibrator !== null || beside !== null);
  const demand = rule?.rule.inDistribution;
  return [
    ...[...foreign, ...(unproven === null ? [] : [unproven])].map((why) => `Decisions will not be certified: ${why}.`),
    ...(demand === undefined
      ? []
      : [
          `Requests have to say inDistribution, the p-value of being like the training data (above ${demand.level} to be inside): those without are refused.`,
        ]),
  ];
}
