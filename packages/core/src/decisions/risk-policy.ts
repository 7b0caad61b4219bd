import { assemble, codesOf, generalWarnings, ruleOf, type ThresholdWork } from "./assemble-policy.ts";
import { capacityCurve } from "./capacity-curve.ts";
import { decide, scoredRows } from "./decide.ts";
import type { DerivedPolicy } from "./derived-policy.ts";
import { completeThresholds } from "./plan-thresholds.ts";
import type { DecisionRule, Objective, RiskCertificate, Thresholds } from "./policy.ts";
import {
  type CertifiedRisk,
  certifyRisk,
  type RiskRequest,
  riskAssumptions,
  unevenWeights,
} from "./risk-certificate.ts";
import { certifySegments } from "./segment-certificates.ts";
import { reportedSegments, type SegmentRows } from "./segment-rows.ts";
import { riskVerdict, segmentsVerdict } from "./verdict-sentence.ts";

type RiskObjective = Extract<Objective, { kind: "risk" }>;

function requestOf({ problem, options, predictions, dataHash }: ThresholdWork, objective: RiskObjective): RiskRequest {
  const { seed, fittedHere } = options.choices;
  const { maxError, sure, minCoverage } = objective;
  const assumptions = riskAssumptions({
    fittedHere,
    isGrouped: predictions.groups !== undefined,
    readsPValues: options.inDistribution !== undefined,
    isUneven: unevenWeights(problem) !== undefined,
  });
  return { maxError, sure, minCoverage, seed, dataHash, assumptions };
}

/** A policy that acts where an error of at most `maxError` is certified, and on nothing where it is not. */
export function riskPolicy(work: ThresholdWork, objective: RiskObjective): DerivedPolicy {
  return work.options.choices.perSegment ? policyPerSegment(work, objective) : policyOfAll(work, objective);
}

const OUTCOME = { kind: "approximate", notes: { validation: "same-rows" } } as const;

function policyOfAll(work: ThresholdWork, objective: RiskObjective): DerivedPolicy {
  const { problem, ranked, options, costs, segments } = work;
  const { capacity } = options;
  const request = requestOf(work, objective);
  const certified = certifyRisk(problem, request, null);
  const { certificate, missingLabels } = certified;
  const thresholds = completeThresholds(certificate.threshold, ranked, options);
  const actions = codesOf(problem, thresholds);
  const rule = ruleOf(options, thresholds);
  const certificates = certifySegments(problem, request, reportedSegments(segments));
  const { subject, ...parts } = assemble(work, { rule, thresholds, actions, outcome: OUTCOME, certificates });
  return {
    ...parts,
    certificate,
    missingLabels,
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
    verdict: riskVerdict(objective, certified, subject.on, subject.positive, options.inDistribution !== undefined),
    warnings: generalWarnings(work),
  };
}

function policyPerSegment(work: ThresholdWork, objective: RiskObjective): DerivedPolicy {
  const { problem, ranked, options, predictions, segments } = work;
  const { choices } = options;
  const request = requestOf(work, objective);
  const found = certifySegments(problem, request, segments);
  const together = joint(
    found.map((one) => one.certificate),
    request,
    sharesOf(unevenWeights(problem), segments),
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
    ...(options.inDistribution === undefined ? {} : { inDistribution: options.inDistribution }),
  };
  const actions = decide(rule, scoredRows(predictions)).codes;
  const reported = new Set(reportedSegments(segments));
  const certificates = found.filter((_, s) => reported.has(segments[s]));
  const { subject: _, ...parts } = assemble(work, { rule, thresholds, actions, outcome: OUTCOME, certificates });
  const missingLabels = isEnough ? null : missingOfSegments(found, together, objective.minCoverage ?? 0);
  return {
    ...parts,
    certificate,
    missingLabels,
    verdict: segmentsVerdict(
      found.map((one) => one.certificate),
      objective,
      together.coverage,
      missingLabels,
    ),
    warnings: generalWarnings(work),
  };
}

/** Labels of the segments that need the fewest, until the certified ones can reach the coverage; null where none would do. */
function missingOfSegments(
  found: readonly CertifiedRisk[],
  { n, coverage }: RiskCertificate,
  minCoverage: number,
): number | null {
  const open = found.flatMap(({ missingLabels, certificate }) =>
    missingLabels === null ? [] : [{ missingLabels, share: certificate.n / n }],
  );
  let labels = 0;
  let reach = coverage;
  for (const { missingLabels, share } of open.sort((a, b) => a.missingLabels - b.missingLabels)) {
    labels += missingLabels;
    reach += share;
    if (reach >= minCoverage) return labels;
  }
  return null;
}

function refused(certificate: RiskCertificate): RiskCertificate {
  return { ...certificate, certified: false, accepted: 0, errors: 0, coverage: 0, threshold: null, upperBound: null };
}

/** Shares of the weight of segments whose rows weigh differently; null where rows are counted. */
function sharesOf(weights: Float64Array | undefined, segments: readonly SegmentRows[]): number[] | null {
  if (weights === undefined) return null;
  const sums = segments.map(({ rows }) => rows.reduce((sum, i) => sum + weights[i], 0));
  const total = sums.reduce((sum, one) => sum + one, 0);
  return sums.map((sum) => sum / total);
}

/** What the certificates of segments say together: every segment that is acted on keeps the bound. */
function joint(
  parts: readonly RiskCertificate[],
  request: RiskRequest,
  shares: readonly number[] | null,
): RiskCertificate {
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
    coverage: shares === null ? accepted / n : parts.reduce((sum, { coverage }, s) => sum + coverage * shares[s], 0),
    threshold: isAny ? certified.reduce((low, part) => Math.min(low, part.threshold ?? 1), 1) : null,
    upperBound: isAny ? certified.reduce((high, part) => Math.max(high, part.upperBound ?? 1), 0) : null,
    method,
    seed: request.seed,
    dataHash: request.dataHash,
    assumptions: request.assumptions,
    spec: { ...spec, sure: request.sure, segments: parts.length, correction: "bonferroni" },
  };
}
