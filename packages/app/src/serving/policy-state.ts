import {
  type Costs,
  certificateSentence,
  type DecisionScore,
  type InDistributionDemand,
  objectiveWords,
  type PolicyDocument,
  type RiskCertificate,
  type Thresholds,
} from "@candor/core";
import type { Active } from "./active.ts";

/** Whether what decides has a proven bound on its errors. */
export interface CertificateState {
  /** `none`: nothing decides. `no-bound`: a policy without a risk target. `elsewhere`: proven, but not for this version. */
  readonly status: "none" | "certified" | "not-certified" | "no-bound" | "elsewhere";
  /** Plain sentences. */
  readonly sentence: string;
}

/** What decides, as far as thresholds are concerned. */
export interface PolicyState {
  readonly policyId: string | null;
  readonly calibratorId: string | null;
  /** Milliseconds since 1970; null where nothing is active. */
  readonly activatedAt: number | null;
  /** In words: what the policy was made to reach; null without one. */
  readonly objective: string | null;
  readonly on: DecisionScore | null;
  /** Of all, or of the segment asked for; null without a policy, and for least-cost rules, which have none on one score. */
  readonly thresholds: Thresholds | null;
  readonly costs: Costs | null;
  readonly capacity: PolicyDocument["capacity"];
  /** Rows with a p-value at or below the level are reviewed, whatever their score; null where nothing is demanded. */
  readonly inDistribution: InDistributionDemand | null;
  readonly certificate: RiskCertificate | null;
  readonly state: CertificateState;
  /** What the policy warns of. */
  readonly warnings: readonly string[];
}

function stateOf({ policy, uncertified, model, version }: Active): CertificateState {
  if (policy === null)
    return {
      status: "none",
      sentence: `No policy is active for ${model} ${version}: nothing decides by thresholds here, and no error bound is certified.`,
    };
  const { certificate, objective } = policy;
  if (certificate === null) {
    const sentence =
      objective.kind === "thresholds"
        ? "No error bound is certified of thresholds set by hand."
        : `No error bound is certified: the policy was made for ${objectiveWords(objective)}, which proves nothing about errors.`;
    return { status: "no-bound", sentence };
  }
  const proof = certificateSentence(certificate);
  if (!certificate.certified) return { status: "not-certified", sentence: proof };
  if (uncertified !== null)
    return {
      status: "elsewhere",
      sentence: `No error bound is certified here: ${uncertified}. Where it belongs: ${proof}`,
    };
  return { status: "certified", sentence: proof };
}

/** Thresholds of a policy for all rows, or for one segment. */
function thresholdsOf(
  policy: PolicyDocument,
  segment: { readonly key: string; readonly value: string } | null,
): Thresholds | null {
  const { rule } = policy;
  if (rule.kind === "least-cost") return null;
  if (rule.kind === "threshold" || segment === null || rule.columns.length !== 1 || rule.columns[0] !== segment.key)
    return rule.thresholds;
  return rule.segments.find(({ values }) => values[0] === segment.value)?.thresholds ?? rule.thresholds;
}

/**
 * What decides, for people who look at its thresholds.
 *
 * @param segment of thresholds per segment: whose are wanted
 */
export function policyState(
  active: Active,
  segment: { readonly key: string; readonly value: string } | null = null,
): PolicyState {
  const { policy, policyId, calibratorId, scope, demand } = active;
  const costs = policy === null ? null : policy.objective.kind === "costs" ? policy.objective.costs : policy.costs;
  return {
    policyId,
    calibratorId,
    activatedAt: scope?.activatedAt ?? null,
    objective: policy === null ? null : objectiveWords(policy.objective),
    on: policy === null || policy.rule.kind === "least-cost" ? null : policy.rule.on,
    thresholds: policy === null ? null : thresholdsOf(policy, segment),
    costs,
    capacity: policy?.capacity ?? null,
    inDistribution: demand,
    certificate: policy?.certificate ?? null,
    state: stateOf(active),
    warnings: policy?.warnings ?? [],
  };
}
