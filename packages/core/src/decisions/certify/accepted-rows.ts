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

/** @param chosen the rows to count */
export function acceptedRows(confidence: Float64Array, correct: Uint8Array, chosen: Uint32Array): AcceptedRows {
  const values = Float64Array.from(chosen, (row) => confidence[row]);
  const order = argsort(values);
  const n = values.length;
  const confidences = new Float64Array(n);
  const rows = new Uint32Array(n);
  const errors = new Uint32Array(n);
  let groups = 0;
  let wrong = 0;
  for (let k = n - 1; k >= 0; k--) {
    const at = order[k];
    wrong += 1 - correct[chosen[at]];
    if (k > 0 && values[order[k - 1]] === values[at]) continue;
    confidences[groups] = values[at];
    rows[groups] = n - k;
    errors[groups] = wrong;
    groups++;
  }
  return {
    confidences: confidences.subarray(0, groups),
    rows: rows.subarray(0, groups),
    errors: errors.subarray(0, groups),
    total: n,
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
