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

/** Rows whose weight is not zero. */
function countedRows({ rows, sample: { weights } }: ScoredProblem, chosen: Uint32Array | null): Uint32Array | null {
  if (weights === undefined) return chosen;
  const all = chosen ?? Uint32Array.from({ length: rows }, (_, i) => i);
  return all.filter((i) => weights[i] > 0);
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
  const rows = countedRows(problem, chosen);
  const confidence = rows ? Float64Array.from(rows, (i) => problem.scores[i]) : problem.scores;
  const correct = rows ? Uint8Array.from(rows, (i) => problem.truth[i]) : problem.truth;
  const options = { maxError, sure, seed, ...(minCoverage === null ? {} : { minCoverage }) };
  const result = certifySelectiveRisk(confidence, correct, options);
  return {
    certificate: {
      certified: result.certified,
      maxError,
      sure,
      n: confidence.length,
      accepted: result.accepted,
      errors: result.errors,
      coverage: result.coverage,
      threshold: result.threshold,
      upperBound: result.upperBound,
      method: result.method,
      seed,
      dataHash,
      assumptions,
      spec: result.spec,
    },
    missingLabels: result.certified ? null : result.missingLabels,
  };
}

/** What has to be true for a certificate to mean what it says, in plain sentences. */
export function riskAssumptions(fittedHere: boolean, isGrouped: boolean): string[] {
  return [
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
