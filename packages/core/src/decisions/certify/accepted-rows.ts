import { argsort } from "../../kernels/argsort.ts";

/** How many rows, and how many wrong ones, are accepted at each confidence, from the highest down. */
export interface AcceptedRows {
  /** Distinct confidences, descending. */
  readonly confidences: Float64Array;
  /** Rows with at least this confidence. */
  readonly rows: Uint32Array;
  /** Wrong ones among them. */
  readonly errors: Uint32Array;
  readonly total: number;
}

/** Outcomes by descending confidence. */
export interface RankedOutcomes {
  readonly confidences: Float64Array;
  readonly wrong: Uint8Array;
  /** 1 for rows of the pilot. */
  readonly pilot: Uint8Array;
}

/**
 * Ranks rows once for everything that counts them.
 *
 * @param pilot row numbers
 */
export function rankOutcomes(confidence: Float64Array, correct: Uint8Array, pilot: Uint32Array): RankedOutcomes {
  const n = confidence.length;
  const isPilot = new Uint8Array(n);
  for (let k = 0; k < pilot.length; k++) isPilot[pilot[k]] = 1;
  const order = argsort(confidence);
  const ranked = { confidences: new Float64Array(n), wrong: new Uint8Array(n), pilot: new Uint8Array(n) };
  for (let k = 0; k < n; k++) {
    const row = order[n - 1 - k];
    ranked.confidences[k] = confidence[row];
    ranked.wrong[k] = 1 - correct[row];
    ranked.pilot[k] = isPilot[row];
  }
  return ranked;
}

/** @param part 1 counts the rows of the pilot alone, 0 all others. Default: every row */
export function acceptedRows({ confidences: values, wrong, pilot }: RankedOutcomes, part?: 0 | 1): AcceptedRows {
  const n = values.length;
  const confidences = new Float64Array(n);
  const rows = new Uint32Array(n);
  const errors = new Uint32Array(n);
  let last = -1;
  let total = 0;
  let failed = 0;
  for (let k = 0; k < n; k++) {
    if (part !== undefined && pilot[k] !== part) continue;
    if (last < 0 || values[k] !== confidences[last]) confidences[++last] = values[k];
    total++;
    failed += wrong[k];
    rows[last] = total;
    errors[last] = failed;
  }
  return {
    confidences: confidences.subarray(0, last + 1),
    rows: rows.subarray(0, last + 1),
    errors: errors.subarray(0, last + 1),
    total,
  };
}

/** Groups with at least this confidence: the first `count` of them. */
export function groupsFrom({ confidences }: AcceptedRows, threshold: number): number {
  let low = 0;
  let high = confidences.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (confidences[middle] >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}
