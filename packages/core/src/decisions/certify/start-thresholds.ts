import { binomialPValue } from "../../risk-control/bounds/binomial-p-value.ts";
import { clopperPearsonUpper } from "../../risk-control/bounds/clopper-pearson.ts";
import type { AcceptedRows } from "./accepted-rows.ts";
import { fewestRows } from "./error-rate-test.ts";

/** Where a sequence of tests starts, and its share of the allowed failure. */
export interface Start {
  /** Confidence; -Infinity accepts every row. */
  readonly threshold: number;
  /** In (0, 1]; the shares of all starts sum to 1. */
  readonly share: number;
}

/** How the failure is spread over the starts; only power depends on it, never validity. */
export interface StartPlan {
  /** Rows accepted at the preferred start, times the risk: 12 allow for 4 or 5 errors. */
  readonly preferredErrors: number;
  /** The preferred start accepts at most this share of the rows. */
  readonly largestShare: number;
  /** Standard deviation of the preference over the logarithm of the rows accepted. */
  readonly spread: number;
  /** Added to every preference. */
  readonly floor: number;
}

/** The plan that is used. */
const startPlan: StartPlan = { preferredErrors: 12, largestShare: 0.3, spread: 0.5, floor: 0.03 };

/** The prior of the error rate of the pilot: so many rows with half of the allowed risk. */
const PRIOR_ROWS = 2;

/**
 * Thresholds at which to start, from the strictest to accepting all, chosen by the pilot rows alone: where, by their
 * confidences, enough rows will be accepted for a test to succeed, and where, by their outcomes, it seems likely to.
 *
 * @param pilot rows that are not tested later
 * @param rows rows that are
 * @param minCoverage share of rows that has to be accepted, if any: nothing stricter is tried
 */
export function startThresholds(
  pilot: AcceptedRows,
  rows: number,
  risk: number,
  failure: number,
  minCoverage: number,
  plan: StartPlan = startPlan,
): Start[] {
  const { preferredErrors, largestShare, spread, floor } = plan;
  const fewest = Math.max(1.3 * fewestRows(risk, failure), minCoverage * rows);
  const preferred = Math.max(fewest, Math.min(preferredErrors / risk, largestShare * rows));
  const starts: { threshold: number; weight: number }[] = [];
  for (let accepted = fewest; ; accepted *= 2) {
    const isLast = pilot.total === 0 || accepted >= 0.97 * rows;
    const group = isLast ? pilot.confidences.length - 1 : groupAt(pilot, accepted / rows);
    const distance = Math.log(Math.min(accepted, rows) / preferred) / spread;
    const hope = likelihoodOfSuccess(pilot, group, Math.min(rows, Math.round(accepted)), risk, failure);
    starts.push({
      threshold: isLast ? -Infinity : pilot.confidences[group],
      weight: (Math.exp((-distance * distance) / 2) + floor) * (hope + 0.01),
    });
    if (isLast) break;
  }
  const distinct = starts.filter(({ threshold }, i) => i === 0 || threshold < starts[i - 1].threshold);
  const total = distinct.reduce((sum, { weight }) => sum + weight, 0);
  return distinct.map(({ threshold, weight }) => ({ threshold, share: weight / total }));
}

/** The group down to which at least a share of the rows is accepted. */
function groupAt({ rows, total }: AcceptedRows, share: number): number {
  let group = 0;
  while (group < rows.length - 1 && rows[group] < share * total) group++;
  return group;
}

/** P(the test succeeds) where the error rate is what the pilot rows down to a group suggest. */
function likelihoodOfSuccess(
  { rows, errors }: AcceptedRows,
  group: number,
  accepted: number,
  risk: number,
  failure: number,
): number {
  const seen = group < 0 ? 0 : rows[group];
  const wrong = group < 0 ? 0 : errors[group];
  const rate = (wrong + (PRIOR_ROWS * risk) / 2) / (seen + PRIOR_ROWS);
  const allowed = mostErrors(accepted, risk, failure);
  return allowed < 0 ? 0 : binomialPValue(allowed, accepted, rate);
}

/** The most errors among n rows that still show an error rate of at most `risk`; -1 where even none do not. */
export function mostErrors(n: number, risk: number, failure: number): number {
  if (binomialPValue(0, n, risk) > failure) return -1;
  let low = 0;
  let high = n;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (clopperPearsonUpper(middle, n, failure) <= risk) low = middle;
    else high = middle;
  }
  return low;
}
