import { binomialPValue } from "../../risk-control/bounds/binomial-p-value.ts";
import { acceptedRows } from "./accepted-rows.ts";
import { fewestRows } from "./error-rate-test.ts";
import { mostErrors } from "./start-thresholds.ts";

/** More labels than this are not promised. */
const MOST_LABELS = 1e8;

/** How likely the test is to succeed with the labels that are said to be missing. */
const POWER = 0.8;

/** The part of the failure that the start from which the test is reached can count on. */
const SHARE = 0.6;

/**
 * How many further labels would be expected to give a certificate: the fewest with which, at some threshold, the exact
 * test succeeds in four of five cases if the error rate there is what these rows show (half an error and half a success
 * added). Thresholds that accept too few rows to tell are passed over. A part of them goes to the pilot.
 *
 * @returns an integer ≥ 1; null where no threshold seems to have an error rate below `maxError`, so that more labels
 *   cannot be expected to help
 */
export function missingLabels(
  confidence: Float64Array,
  correct: Uint8Array,
  {
    maxError,
    failure,
    minCoverage,
    pilotShare,
  }: { maxError: number; failure: number; minCoverage: number; pilotShare: number },
): number | null {
  const n = confidence.length;
  const { rows, errors } = acceptedRows(
    confidence,
    correct,
    Uint32Array.from(confidence, (_, i) => i),
  );
  let needed = Infinity;
  const level = SHARE * failure;
  const fewest = fewestRows(maxError, level);
  const telling = Math.min(fewest / 2, n / 4);
  for (let g = 0; g < rows.length; g++) {
    if (rows[g] < Math.max(minCoverage * n, telling)) continue;
    const rate = (errors[g] + 0.5) / (rows[g] + 1);
    if (rate >= maxError) continue;
    const scale = n / rows[g];
    const distance = maxError - rate;
    if (Math.max(fewest, roughRows(rate, maxError, level, distance)) * scale >= needed) continue;
    const accepted = rowsFor(rate, maxError, level);
    needed = Math.min(needed, accepted * scale);
  }
  if (needed > MOST_LABELS) return null;
  return Math.max(1, Math.ceil(needed / (1 - pilotShare)) - n);
}

/** Fewer rows than any test takes: from the variance at the observed rate alone, at half the quantile. */
function roughRows(rate: number, risk: number, failure: number, distance: number): number {
  return (-Math.log(failure) * Math.min(rate, risk) * (1 - risk)) / (4 * distance * distance);
}

/** The fewest accepted rows with which the test succeeds with probability `POWER` at this error rate, to 0.1 %. */
function rowsFor(rate: number, risk: number, failure: number): number {
  const isEnough = (rows: number): boolean => {
    const allowed = mostErrors(rows, risk, failure);
    return allowed >= 0 && binomialPValue(allowed, rows, rate) >= POWER;
  };
  let high = fewestRows(risk, failure);
  while (high < MOST_LABELS && !isEnough(high)) high *= 2;
  let low = high / 2;
  while (high - low > Math.max(1, high / 1000)) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
