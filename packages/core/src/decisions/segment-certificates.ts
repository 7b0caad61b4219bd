import { fewestRows } from "./certify/error-rate-test.ts";
import type { ScoredProblem } from "./decision-problem.ts";
import { type CertifiedRisk, certifyRisk, type RiskRequest } from "./risk-certificate.ts";
import type { SegmentRows } from "./segment-rows.ts";

/** Rows that weigh something. */
function countedIn(rows: Uint32Array, weights: Float64Array | undefined): number {
  if (weights === undefined) return rows.length;
  let count = 0;
  for (let k = 0; k < rows.length; k++) if (weights[rows[k]] > 0) count++;
  return count;
}

/** The fewest parts of the failure such that no more segments than parts have enough rows for a proof at one part. */
function partsOfFailure(sizes: readonly number[], maxError: number, failure: number): number {
  const descending = sizes.toSorted((a, b) => b - a);
  let parts = 1;
  while (parts < descending.length && descending[parts] >= fewestRows(maxError, failure / parts)) parts++;
  return parts;
}

/**
 * One certificate for each segment, which hold all together with probability `sure`: every segment that has enough rows
 * for a proof has an equal part of the failure (Bonferroni). Which ones do is decided by numbers of rows, never by outcomes.
 *
 * @param request for all segments together; its `minCoverage` is not asked of a segment
 */
export function certifySegments(
  problem: ScoredProblem,
  request: RiskRequest,
  segments: readonly SegmentRows[],
): CertifiedRisk[] {
  const failure = 1 - request.sure;
  const sizes = segments.map(({ rows }) => countedIn(rows, problem.sample.weights));
  const sure = 1 - failure / partsOfFailure(sizes, request.maxError, failure);
  return segments.map(({ rows }) => certifyRisk(problem, { ...request, sure, minCoverage: null }, rows));
}
