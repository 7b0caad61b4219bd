import { binomialPValue } from "../../risk-control/bounds/binomial-p-value.ts";
import { normalQuantile } from "../../special/normal.ts";
import type { AcceptedRows } from "./accepted-rows.ts";
import { fewestRows } from "./error-rate-test.ts";
import { mostErrors } from "./start-thresholds.ts";

/** More labels than this are not promised. */
const MOST_LABELS = 1e8;

/** How likely the test is to succeed with the labels that are said to be missing. */
const POWER = 0.85;

/** The part of the failure that the start from which the test is reached can count on. */
const SHARE = 0.5;

/**
 * How many further labels would be expected to give a certificate: the fewest with which, at some threshold, the exact
 * test succeeds in 85 of 100 cases if the error rate there is what these rows show (half an error added). Thresholds that
 * accept too few rows to tell are passed over. A part of the labels goes to the pilot, so that about three of four
 * certificates succeed.
 *
 * @returns an integer ≥ 1; null where no threshold seems to have an error rate below `maxError`, so that more labels
 *   cannot be expected to help
 */
export function missingLabels(
  { rows, errors, total: n }: AcceptedRows,
  {
    maxError,
    failure,
    minCoverage,
    pilotShare,
  }: { maxError: number; failure: number; minCoverage: number; pilotShare: number },
): number | null {
  const level = SHARE * failure;
  const fewest = fewestRows(maxError, level);
  const telling = Math.min(fewest / 2, n / 4);
  let best: { rate: number; scale: number; needed: number } | undefined;
  for (let g = 0; g < rows.length; g++) {
    if (rows[g] < telling || rows[g] / n < minCoverage) continue;
    const rate = (errors[g] + 0.5) / Math.max(rows[g] + 1, 1 / maxError);
    if (rate >= maxError) continue;
    const scale = n / rows[g];
    const needed = Math.max(fewest, roughRows(rate, maxError, level)) * scale;
    if (best === undefined || needed < best.needed) best = { rate, scale, needed };
  }
  if (best === undefined || best.needed > MOST_LABELS) return null;
  const accepted = rowsFor(best.rate, maxError, level, Math.round(best.needed / best.scale));
  return Math.max(1, Math.ceil((accepted * best.scale) / (1 - pilotShare)) - n);
}

/** Rows with which the test succeeds with probability `POWER`, by the normal approximation of both binomials. */
function roughRows(rate: number, risk: number, failure: number): number {
  const spread =
    -normalQuantile(failure) * Math.sqrt(risk * (1 - risk)) + normalQuantile(POWER) * Math.sqrt(rate * (1 - rate));
  return (spread / (risk - rate)) ** 2;
}

/** The fewest accepted rows with which the test succeeds with probability `POWER` at this error rate, to 1 %. */
function rowsFor(rate: number, risk: number, failure: number, near: number): number {
  const isEnough = (rows: number): boolean => {
    const allowed = mostErrors(rows, risk, failure);
    return allowed >= 0 && binomialPValue(allowed, rows, rate) >= POWER;
  };
  let high = near;
  while (!isEnough(high)) high = Math.ceil(high * 1.25);
  let low = high;
  while (low > 1 && isEnough(low)) {
    high = low;
    low = Math.floor(low / 1.25);
  }
  while (high - low > Math.max(1, high / 100)) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
