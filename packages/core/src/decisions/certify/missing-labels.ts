import { binomialPValue } from "../../risk-control/bounds/binomial-p-value.ts";
import { acceptedRows } from "./accepted-rows.ts";
import { fewestRows } from "./error-rate-test.ts";

/** More labels than this are not promised. */
const MOST_LABELS = 1e8;

/**
 * How many further labels would be expected to give a certificate: the fewest with which, at some threshold, the exact
 * test succeeds if the error rate there is what these rows show (half an error and half a success added).
 *
 * @returns an integer ≥ 1; null where no threshold seems to have an error rate below `maxError`, so that more labels
 *   cannot be expected to help
 */
export function missingLabels(
  confidence: Float64Array,
  correct: Uint8Array,
  { maxError, failure, minCoverage }: { maxError: number; failure: number; minCoverage: number },
): number | null {
  const n = confidence.length;
  const { rows, errors } = acceptedRows(
    confidence,
    correct,
    Uint32Array.from(confidence, (_, i) => i),
  );
  let needed = Infinity;
  const fewest = fewestRows(maxError, failure);
  for (let g = 0; g < rows.length; g++) {
    if (rows[g] < minCoverage * n) continue;
    const rate = (errors[g] + 0.5) / (rows[g] + 1);
    if (rate >= maxError) continue;
    const scale = n / rows[g];
    const distance = maxError - rate;
    if (Math.max(fewest, roughRows(rate, maxError, failure, distance)) * scale >= needed) continue;
    const accepted = rowsFor(rate, maxError, failure);
    needed = Math.min(needed, accepted * scale);
  }
  if (needed > MOST_LABELS) return null;
  return Math.max(1, Math.ceil(needed) - n);
}

/** Fewer rows than any test takes: from the variance at the observed rate alone, at half the quantile. */
function roughRows(rate: number, risk: number, failure: number, distance: number): number {
  return (-Math.log(failure) * Math.min(rate, risk) * (1 - risk)) / (4 * distance * distance);
}

/** The fewest accepted rows with which ⌈rate · rows⌉ errors show a risk of at most `risk`. */
function rowsFor(rate: number, risk: number, failure: number): number {
  let high = fewestRows(risk, failure);
  while (high < MOST_LABELS && binomialPValue(Math.ceil(rate * high), high, risk) > failure) high *= 2;
  let low = high / 2;
  while (high - low > Math.max(1, high / 1000)) {
    const middle = Math.floor((low + high) / 2);
    if (binomialPValue(Math.ceil(rate * middle), middle, risk) > failure) low = middle;
    else high = middle;
  }
  return high;
}
