import { certifySelectiveRisk } from "./certify/certify-selective-risk.ts";
import { certifyWeightedRisk } from "./certify/certify-weighted-risk.ts";
import type { DecisionProblem, ScoredProblem } from "./decision-problem.ts";
import type { RiskCertificate } from "./policy.ts";

/** What a certificate is asked for. */
export interface RiskRequest {
  readonly maxError: number;
  readonly sure: number;
  readonly minCoverage: number | null;
  readonly seed: number;
  readonly dataHash: string;
  readonly assumptions: readonly string[];
}

/** A certificate, and the labels it lacks. */
export interface CertifiedRisk {
  readonly certificate: RiskCertificate;
  readonly missingLabels: number | null;
}

/** Weights of rows of which some weigh more than others; undefined where each weighs nothing or the same: those are counted. */
export function unevenWeights({ sample: { weights } }: DecisionProblem): Float64Array | undefined {
  const common = weights?.find((w) => w > 0);
  return weights?.some((w) => w > 0 && w !== common) ? weights : undefined;
}

/** Rows whose weight is not zero and that can be acted on; and their share, by weight, of these and those that cannot. */
function countedRows(
  problem: ScoredProblem,
  chosen: Uint32Array | null,
): { counted: Uint32Array | null; all: number; share: number } {
  const { rows, sample, outside } = problem;
  const { weights } = sample;
  if (weights === undefined && outside === undefined) return { counted: chosen, all: chosen?.length ?? rows, share: 1 };
  const some = chosen ?? Uint32Array.from({ length: rows }, (_, i) => i);
  const weighing = weights === undefined ? some : some.filter((i) => weights[i] > 0);
  const counted = outside === undefined ? weighing : weighing.filter((i) => outside[i] === 0);
  const uneven = unevenWeights(problem);
  const share = uneven ? weightOf(uneven, counted) / weightOf(uneven, weighing) : counted.length / weighing.length;
  return { counted, all: weighing.length, share };
}

function weightOf(weights: Float64Array, rows: Uint32Array): number {
  return rows.reduce((sum, i) => sum + weights[i], 0);
}

/**
 * The certificate of a risk target on labelled rows: by counting them, or where they weigh differently by betting.
 *
 * @param chosen row numbers, ascending; null: all
 * @throws {InputError} `empty` where all rows weigh nothing; `out-of-range`
 */
export function certifyRisk(problem: ScoredProblem, request: RiskRequest, chosen: Uint32Array | null): CertifiedRisk {
  const { maxError, sure, minCoverage, seed, dataHash, assumptions } = request;
  const { counted: rows, all, share } = countedRows(problem, chosen);
  if (rows !== null && rows.length === 0 && all > 0) return nothingInside(request, all);
  const confidence = rows ? Float64Array.from(rows, (i) => problem.scores[i]) : problem.scores;
  const correct = rows ? Uint8Array.from(rows, (i) => problem.truth[i]) : problem.truth;
  const wanted = (minCoverage ?? 0) / share;
  const options = { maxError, sure, seed, ...(minCoverage === null ? {} : { minCoverage: Math.min(1, wanted) }) };
  const uneven = unevenWeights(problem);
  const result =
    uneven === undefined || rows === null
      ? certifySelectiveRisk(confidence, correct, options)
      : certifyWeightedRisk(
          confidence,
          correct,
          Float64Array.from(rows, (i) => uneven[i]),
          options,
        );
  if (wanted > 1 && result.certified) return refusedFor(request, result.method, result.spec, confidence.length);
  return {
    certificate: {
      certified: result.certified,
      maxError,
      sure,
      n: confidence.length,
      accepted: result.accepted,
      errors: result.errors,
      coverage: share === 1 ? result.coverage : uneven ? result.coverage * share : result.accepted / all,
      threshold: result.threshold,
      upperBound: result.upperBound,
      method: result.method,
      seed,
      dataHash,
      assumptions,
      spec: result.spec,
    },
    missingLabels:
      result.certified || result.missingLabels === null || wanted > 1 ? null : Math.ceil(result.missingLabels / share),
  };
}

/** No certificate: so many rows are reviewed for being outside that the coverage asked for is out of reach. */
function refusedFor(
  { maxError, sure, seed, dataHash, assumptions }: RiskRequest,
  method: string,
  spec: RiskCertificate["spec"],
  n: number,
): CertifiedRisk {
  const none = { certified: false, accepted: 0, errors: 0, coverage: 0, threshold: null, upperBound: null };
  return {
    certificate: { ...none, maxError, sure, n, method, seed, dataHash, assumptions, spec },
    missingLabels: null,
  };
}

/** No certificate: every row of a segment is reviewed for being outside. */
function nothingInside(request: RiskRequest, rows: number): CertifiedRisk {
  const { method, spec } = certifySelectiveRisk(Float64Array.of(0), Uint8Array.of(0), {
    maxError: request.maxError,
    sure: request.sure,
    seed: request.seed,
  });
  return refusedFor(request, method, { ...spec, outside: rows }, 0);
}

/** What a proof rests on. */
export interface RiskSetting {
  /** The scores were fitted, chosen or calibrated on the rows. */
  readonly fittedHere: boolean;
  readonly isGrouped: boolean;
  /** Rows outside are reviewed whatever their score. */
  readonly readsPValues: boolean;
  /** Some rows weigh more than others. */
  readonly isUneven: boolean;
}

/** What has to be true for a certificate to mean what it says, in plain sentences. */
export function riskAssumptions({ fittedHere, isGrouped, readsPValues, isUneven }: RiskSetting): string[] {
  return [
    ...(readsPValues
      ? ["The p-values come from a detector that has not seen these rows, and is the same for the rows to come."]
      : []),
    isUneven
      ? "The rows to come are like these by their weights: each weighs one over the probability with which it was chosen to be labelled, or as often as rows like it come, and every row could be chosen."
      : "The rows to come are like these: drawn in the same way, in no particular order.",
    isGrouped
      ? "The rows are independent. These belong to groups: rows of one group that are alike make the proof too confident."
      : "The rows are independent of each other.",
    fittedHere
      ? "NOT MET as stated: the scores were fitted on these very rows. Certify on rows that no fit has seen."
      : "The scores were not fitted, chosen or calibrated on these rows.",
    "The outcomes are true.",
    "The certificate is for one use: trying several targets or policies on the same rows and keeping one weakens it.",
  ];
}
