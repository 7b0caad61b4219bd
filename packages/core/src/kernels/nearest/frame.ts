import type { Matrix } from "../../matrix.ts";
import type { Frame } from "./quantise.ts";

/** Sizes beyond which squares in units could leave the range of a double. */
const SMALLEST = 1e-100;
const LARGEST = 1e100;

/**
 * The mean of the bank, and the root mean square distance from it as unit.
 *
 * @returns null where the bank has no spread, or where it or the queries are too large or small to be squared safely
 */
export function frameOf(bank: Matrix, queries: Matrix): Frame | null {
  const centre = meanRow(bank);
  const largest = Math.max(largestDifference(bank, centre), largestDifference(queries, centre));
  if (!(largest < LARGEST)) return null;
  const unit = Math.sqrt(totalSquare(bank, centre) / bank.rows);
  return unit > SMALLEST ? { centre, unit } : null;
}

function meanRow({ data, rows, cols }: Matrix): Float64Array {
  const mean = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let l = 0; l < cols; l++) mean[l] += data[i * cols + l] / rows;
  return mean;
}

function largestDifference({ data, rows, cols }: Matrix, centre: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < rows; i++)
    for (let l = 0; l < cols; l++) {
      const size = Math.abs(data[i * cols + l] - centre[l]);
      if (size > largest) largest = size;
    }
  return largest;
}

function totalSquare({ data, rows, cols }: Matrix, centre: Float64Array): number {
  let total = 0;
  for (let i = 0; i < rows; i++)
    for (let l = 0; l < cols; l++) {
      const difference = data[i * cols + l] - centre[l];
      total += difference * difference;
    }
  return total;
}
