import { assemble, codesOf, fittedWarnings, type ThresholdWork } from "./assemble-policy.ts";
import { capacityCurve } from "./capacity-curve.ts";
import { decide, scoredRows } from "./decide.ts";
import type { DerivedPolicy } from "./derived-policy.ts";
import { completeThresholds } from "./plan-thresholds.ts";
import type { DecisionRule, Objective, RiskCertificate, Thresholds } from "./policy.ts";
import { type CertifiedRisk, certifyRisk, type RiskRequest, riskAssumptions } from "./risk-certificate.ts";
import { segmentOutcomes } from "./segment-outcomes.ts";
import { rowsByCombination, rowsBySegment, type SegmentRows } from "./segment-rows.ts";
import { riskVerdict, segmentsVerdict } from "./verdict-sentence.ts";

type RiskObjective = Extract<Objective, { kind: "risk" }>;

function requestOf({ options, predictions, dataHash }: ThresholdWork, objective: RiskObjective): RiskRequest {
  const { seed, fittedHere } = options.choices;
  const { maxError, sure, minCoverage } = objective;
  const assumptions = riskAssumptions(fittedHere, predictions.groups !== undefined);
  return { maxError, sure, minCoverage, seed, dataHash, assumptions };
}

/** Certificates of segments that hold all together with probability `sure`: each has its share of the failure. */
function certifySegments(work: ThresholdWork, segments: readonly SegmentRows[], request: RiskRequest): CertifiedRisk[] {
  const sure = 1 - (1 - request.sure) / Math.max(1, segments.length);
  return segments.map(({ rows }) => certifyRisk(work.problem, { ...request, sure, minCoverage: null }, rows));
}

/** A policy that acts where an error of at most `maxError` is certified, and on nothing where it is not. */
export function riskPolicy(work: ThresholdWork, objective: RiskObjective): DerivedPolicy {
  return work.options.choices.perSegment ? policyPerSegment(work, objective) : policyOfAll(work, objective);
}

const OUTCOME = { kind: "approximate", notes: { validation: "same-rows" } } as const;

function policyOfAll(work: ThresholdWork, objective: RiskObjective): DerivedPolicy {
  const { problem, ranked, options, predictions, costs } = work;
  const { capacity, choices } = options;
  const request = requestOf(work, objective);
  const certified = certifyRisk(problem, request, null);
  const { certificate, missingLabels } = certified;
  const thresholds = completeThresholds(certificate.threshold, ranked, options);
  const actions = codesOf(problem, thresholds);
  const rule: DecisionRule = { kind: "threshold", on: choices.on, thresholds };
  const { subject, ...parts } = assemble(work, { rule, thresholds, actions, outcome: OUTCOME });
  const segments = rowsBySegment(predictions, choices.by);
  return {
    ...parts,
    certificate,
    missingLabels,
    perSegment: segmentOutcomes(problem, actions, segments, OUTCOME, certifySegments(work, segments, request)),
    capacityCurve: capacity
      ? capacityCurve(
          ranked,
          capacity,
          (share) =>
            completeThresholds(certificate.threshold, ranked, {
              ...options,
              capacity: { ...capacity, reviews: share * capacity.volume },
            }),
          costs,
        )
      : [],
    verdict: riskVerdict(objective, certified, subject.on, subject.positive),
    warnings: fittedWarnings(work),
  };
}

function policyPerSegment(work: ThresholdWork, objective: RiskObjective): DerivedPolicy {
  const { problem, ranked, options, predictions } = work;
  const { choices } = options;
  const request = requestOf(work, objective);
  const segments = rowsByCombination(predictions, choices.by);
  const found = certifySegments(work, segments, request);
  const together = joint(
    found.map((one) => one.certificate),
    request,
  );
  const isEnough = together.certified && together.coverage >= (objective.minCoverage ?? 0);
  const certificate = isEnough ? together : refused(together);
  const complete = (act: number | null): Thresholds => completeThresholds(act, ranked, options);
  const thresholds = complete(null);
  const rule: DecisionRule = {
    kind: "threshold-per-segment",
    on: choices.on,
    columns: choices.by,
    segments: segments.map(({ values }, s) => ({
      values,
      thresholds: complete(isEnough ? found[s].certificate.threshold : null),
    })),
    thresholds,
  };
  const actions = decide(rule, scoredRows(predictions)).codes;
  const { subject: _, ...parts } = assemble(work, { rule, thresholds, actions, outcome: OUTCOME });
  const missing = found.flatMap((one) => (one.missingLabels === null ? [] : [one.missingLabels]));
  return {
    ...parts,
    certificate,
    missingLabels: isEnough || missing.length === 0 ? null : Math.min(...missing),
    perSegment: segmentOutcomes(problem, actions, segments, OUTCOME, found),
    verdict: segmentsVerdict(
      found.map((one) => one.certificate),
      objective,
      together.coverage,
    ),
    warnings: fittedWarnings(work),
  };
}

function refused(certificate: RiskCertificate): RiskCertificate {
  return { ...certificate, certified: false, accepted: 0, errors: 0, coverage: 0, threshold: null, upperBound: null };
}

/** What the certificates of segments say together: every segment that is acted on keeps the bound. */
function joint(parts: readonly RiskCertificate[], request: RiskRequest): RiskCertificate {
  const certified = parts.filter((part) => part.certified);
  const total = (rows: readonly RiskCertificate[], of: "n" | "accepted" | "errors"): number =>
    rows.reduce((sum, part) => sum + part[of], 0);
  const n = total(parts, "n");
  const accepted = total(certified, "accepted");
  const isAny = certified.length > 0;
  const { method, spec } = parts[0];
  return {
    certified: isAny,
    maxError: request.maxError,
    sure: request.sure,
    n,
    accepted,
    errors: total(certified, "errors"),
    coverage: accepted / n,
    threshold: isAny ? Math.min(...certified.map((part) => part.threshold ?? 1)) : null,
    upperBound: isAny ? Math.max(...certified.map((part) => part.upperBound ?? 1)) : null,
    method,
    seed: request.seed,
    dataHash: request.dataHash,
    assumptions: request.assumptions,
    spec: { ...spec, sure: request.sure, segments: parts.length, correction: "bonferroni" },
  };
}
