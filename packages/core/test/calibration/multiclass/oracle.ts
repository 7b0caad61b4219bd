import oracle from "../../../../../fixtures/calibrate/multiclass.json" with { type: "json" };
import { type Matrix, matrixFromRows } from "../../../src/index.ts";

/** Parameters of an optimum: scales row by row, biases that sum to 0. */
export interface ExpectedLinear {
  readonly scale: readonly number[];
  readonly bias: readonly number[];
  readonly objective: number;
}

type Linear = {
  readonly scale: readonly number[] | readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly objective: number;
};

const flat = (expected: Linear): ExpectedLinear => ({ ...expected, scale: expected.scale.flat() });

/** Samples with the optima of every method, by full Newton steps. */
export const cases = oracle.cases.map((sample) => ({
  name: `${sample.labels.length} rows, ${sample.logits[0].length} classes`,
  logits: matrixFromRows(sample.logits) satisfies Matrix,
  labels: Int32Array.from(sample.labels),
  weights: Float64Array.from(sample.weights),
  vector: flat(sample.vector),
  matrix: flat(sample.matrix),
  matrixRidge: flat(sample.matrixRidge),
  dirichletL2: flat(sample.dirichletL2),
  dirichletOdir: flat(sample.dirichletOdir),
  structuredVector: flat(sample.structuredVector),
  structuredMatrix: flat(sample.structuredMatrix),
  ensemble: sample.ensemble,
}));

/** The largest difference, relative above 1. */
export function farthest(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = values.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length; i++)
    most = Math.max(most, Math.abs(values[i] - expected[i]) / Math.max(1, Math.abs(expected[i])));
  return most;
}
