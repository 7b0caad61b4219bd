import type { Matrix } from "../../matrix.ts";

/** How many quantiles of each row lie below the outcome, and how many at or below it. */
export interface RowCounts {
  readonly below: Uint32Array;
  readonly atOrBelow: Uint32Array;
}

/** Counts that do not depend on the order of a row, so that a crossed one counts as if it were sorted. */
export function rowCounts({ data, rows, cols }: Matrix, outcomes: Float64Array): RowCounts {
  const below = new Uint32Array(rows);
  const atOrBelow = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    const y = outcomes[i];
    let less = 0;
    let equal = 0;
    for (let j = start; j < start + cols; j++) {
      if (data[j] < y) less++;
      else if (data[j] === y) equal++;
    }
    below[i] = less;
    atOrBelow[i] = less + equal;
  }
  return { below, atOrBelow };
}
