import type { Matrix } from "../../matrix.ts";
import { insertNearest } from "./insert-nearest.ts";
import { squaredDistance } from "./squared-distance.ts";

/**
 * Writes the k nearest rows of the bank for every query, one distance after the other.
 *
 * @param distances queries × k; overwritten, ascending
 * @param indices queries × k; overwritten
 */
export function nearestPlain(
  queries: Matrix,
  bank: Matrix,
  k: number,
  distances: Float64Array,
  indices: Int32Array,
): void {
  distances.fill(Infinity);
  for (let i = 0; i < queries.rows; i++)
    for (let j = 0; j < bank.rows; j++) {
      const distance = squaredDistance(queries.data, i * queries.cols, bank.data, j * bank.cols, bank.cols);
      insertNearest(distances, indices, i * k, k, distance, j);
    }
}
