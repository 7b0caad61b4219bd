import type { Matrix } from "../../matrix.ts";

/** The column of the largest value of each row, the first of equal ones. */
export function predictedClasses({ data, rows, cols }: Matrix): Int32Array {
  const classes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let best = 0;
    for (let j = 1; j < cols; j++) if (data[i * cols + j] > data[i * cols + best]) best = j;
    classes[i] = best;
  }
  return classes;
}
