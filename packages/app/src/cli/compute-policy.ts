import {
  type Calibrator,
  type ConfidenceScore,
  type DecisionScore,
  makePolicy,
  type Objective,
  type PolicyDocument,
  type PolicyOptions,
  policyFromCosts,
  type Thresholds,
} from "@candor/core";
import type { InputOptions } from "@candor/input";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { type DemandFlags, demandOf } from "./in-distribution.ts";
import { matrixFor } from "./policy-costs.ts";
import type { ObjectiveFlags } from "./policy-flags.ts";
import type { ObjectivePlan } from "./policy-objective.ts";
import { readPolicyRows } from "./policy-rows.ts";
import { createProgress } from "./progress.ts";
import { UsageError } from "./usage-error.ts";

/** What to decide, and from what. */
export interface PolicyRequest {
  readonly file: string | undefined;
  readonly input: InputOptions;
  readonly plan: ObjectivePlan;
  readonly flags: ObjectiveFlags & DemandFlags;
  readonly calibrator: Calibrator | null;
  readonly seed: number;
  readonly level: number;
  readonly created: string;
}

/** Reads the file and makes a policy of its rows. */
export async function computePolicy(request: PolicyRequest, context: CliContext): Promise<PolicyDocument> {
  const { file, input, plan, flags, calibrator, seed, level, created } = request;
  const progress = createProgress(context.stderr);
  const by = input.by ?? [];
  try {
    const { predictions, source, fittedHere, score } = await readPolicyRows(
      { file, input, calibrator, by },
      {
        signal: context.signal,
        stdin: context.stdin,
        onProgress: (fraction, rows) => progress.update("reading", fraction, rows),
      },
    );
    progress.update("deciding", undefined);
    const objective = resolved(plan, predictions.classNames);
    if (score !== undefined) refuseCosts(score, objective);
    const on = scoreOf(flags, objective, predictions.task === "binary");
    const { thresholdsPerSegment: perSegment = false, below } = flags;
    const demand = demandOf(flags, predictions.insidePValues?.name);
    const options: PolicyOptions = {
      version,
      created,
      source: { ...source, notes: [...notesOn(calibrator, objective, fittedHere), ...source.notes] },
      objective,
      costs: plan.costs,
      capacity: plan.capacity,
      on,
      current: currentOf(flags, plan, on),
      by,
      perSegment,
      level,
      seed,
      fittedHere,
      calibrator,
      ...(demand === undefined ? {} : { inDistribution: demand }),
      ...(below === undefined ? {} : { below }),
    };
    return context.whileBusy(() => makePolicy(predictions, options));
  } finally {
    progress.clear();
  }
}

/** The policy of costs alone, for scores that a calibrator makes. */
export function policyWithoutRows(
  calibrator: Calibrator,
  { objective }: ObjectivePlan,
  { actOn }: ObjectiveFlags,
  created: string,
): PolicyDocument {
  const on = actOn === "positive" ? "positive" : "confidence";
  if (objective.kind === "costs") return policyFromCosts(calibrator, objective.costs, { version, created, on });
  if (objective.kind === "matrix") {
    const names = calibrator.classNames;
    return policyFromCosts(calibrator, matrixFor(objective.matrix, names), { version, created, on });
  }
  throw new UsageError(
    "no file to decide on: only costs make a policy without rows, anything else is measured on labelled ones",
  );
}

/** Costs weigh probabilities; a score that only ranks is none. */
function refuseCosts({ name, isProbability }: ConfidenceScore, { kind }: Objective): void {
  if (isProbability || (kind !== "costs" && kind !== "cost-matrix")) return;
  throw new UsageError(
    `costs need probabilities, and ${name} is a score, not a probability: candor fit --confidence-from ${name} -o cal.json makes it one, and --calibrator cal.json reads it`,
  );
}

function resolved({ objective }: ObjectivePlan, classNames: readonly string[]): Objective {
  if (objective.kind !== "matrix") return objective;
  if (classNames.length === 0)
    throw new UsageError("a cost matrix needs a probability per class, got confidences; --cost-error fits those");
  return { kind: "cost-matrix", matrix: matrixFor(objective.matrix, classNames) };
}

function scoreOf({ actOn }: ObjectiveFlags, { kind }: Objective, isBinary: boolean): DecisionScore {
  if (actOn !== undefined) return actOn === "positive" ? "positive" : "confidence";
  return kind === "recall" || kind === "f-beta" || (kind === "precision" && isBinary) ? "positive" : "confidence";
}

/** What is in use today; where one threshold is given, the rows below it fare as in the policy. */
export function currentOf(
  { current, below }: ObjectiveFlags,
  { objective, costs }: ObjectivePlan,
  on: DecisionScore,
): Thresholds | null {
  if (current === undefined) return null;
  const [act, abstain] = current;
  if (abstain !== undefined) return { act, abstain };
  const own = objective.kind === "costs" ? objective.costs : costs;
  const isLeft = below === undefined ? (own === null ? on === "positive" : own.review === null) : below === "abstain";
  return { act, abstain: isLeft ? act : null };
}

function notesOn(calibrator: Calibrator | null, { kind }: Objective, fittedHere: boolean): string[] {
  if (calibrator === null || fittedHere) return [];
  return kind === "risk"
    ? ["the certificate holds where the calibrator was fitted on other rows than these"]
    : ["what is expected holds where the calibrator was fitted on other rows than these"];
}
