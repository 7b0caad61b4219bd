import table from "../../../../fixtures/ood/detectors.json" with { type: "json" };
import { type Matrix, matrixFromRows } from "../../src/matrix.ts";
import type { LinearHead } from "../../src/ood/detector.ts";

/** Features, labels and a last layer with the scores that formulas in NumPy give. */
export const small: {
  readonly features: Matrix;
  readonly labels: Int32Array;
  readonly rows: Matrix;
  readonly head: LinearHead;
  readonly k: number;
  readonly dimension: number;
  readonly shrinkage: number;
  readonly scores: Readonly<Record<string, readonly number[]>>;
} = {
  features: matrixFromRows(table.train),
  labels: Int32Array.from(table.labels),
  rows: matrixFromRows(table.rows),
  head: { weights: matrixFromRows(table.weights), bias: Float64Array.from(table.bias) },
  k: table.k,
  dimension: table.dimension,
  shrinkage: table.shrinkage,
  scores: table.scores,
};
