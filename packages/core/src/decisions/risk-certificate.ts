import { InputError } from "../errors.ts";
import { certifySelectiveRisk } from "./certify/certify-selective-risk.ts";
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

/**
 * Lets rows pass that a binomial bound can count: those of a weight all have the same.
 *
 * @throws {InputError} `incompatible` with the first row of another weight
 */
export function checkEqualWeights({ sample: { weights } }: DecisionProblem): void {
  if (weights === undefined) return;
  const common = weights.find((w) => w > 0);
  const at = weights.findIndex((w) => w > 0 && w !== common);
  if (at >= 0)
    throw new InputError(
      "incompatible",
      `a risk target needs rows of equal weight, got ${common} and ${weights[at]}: the binomial bound counts rows`,
      at,
    );
}

/** Rows whose weight is not zero and that can be acted on; and how many there are with those that cannot. */
function countedRows(
  { rows, sample: { weights }, outside }: ScoredProblem,
  chosen: Uint32Array | null,
): { counted: Uint32Array | null; all: number } {
  if (weights === undefined && outside === undefined) return { counted: chosen, all: chosen?.length ?? rows };
  const some = chosen ?? Uint32Array.from({ length: rows }, (_, i) => i);
  const weighing = weights === undefined ? some : some.filter((i) => weights[i] > 0);
  const counted = outside === undefined ? weighing : weighing.filter((i) => outside[i] === 0);
  return { counted, all: weighing.length };
}

/**
 * The certificate of a risk target on labelled rows.
 *
 * @param chosen row numbers, ascending; null: all
 * @throws {InputError} `incompatible` for weights that differ; `empty` where all rows weigh nothing; `out-of-range`
 */
export function certifyRisk(problem: ScoredProblem, request: RiskRequest, chosen: Uint32Array | null): CertifiedRisk {
  const { maxError, sure, minCoverage, seed, dataHash, assumptions } = request;
  checkEqualWeights(problem);
  const { counted: rows, all } = countedRows(problem, chosen);
  if (rows !== null && rows.length === 0 && all > 0) return nothingInside(request, all);
  const confidence = rows ? Float64Array.from(rows, (i) => problem.scores[i]) : problem.scores;
  const correct = rows ? Uint8Array.from(rows, (i) => problem.truth[i]) : problem.truth;
  const share = confidence.length / all;
  const wanted = (minCoverage ?? 0) / share;
  const options = { maxError, sure, seed, ...(minCoverage === null ? {} : { minCoverage: Math.min(1, wanted) }) };
  const result = certifySelectiveRisk(confidence, correct, options);
  if (wanted > 1 && result.certified) return refusedFor(request, result.method, result.spec, confidence.length);
  return {
    certificate: {
      certified: result.certified,
      maxError,
      sure,
      n: confidence.length,
      accepted: result.accepted,
      errors: result.errors,
      coverage: share === 1 ? result.coverage : result.accepted / all,
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

/** What has to be true for a certificate to mean what it says, in plain sentences. */
export function riskAssumptions(fittedHere: boolean, isGrouped: boolean, readsPValues = false): string[] {
  return [
    ...(readsPValues
      ? ["The p-values come from a detector that has not seen these rows, and is the same for the rows to come."]
      : []),
    "The rows to come are like these: drawn in the same way, in no particular order.",
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
