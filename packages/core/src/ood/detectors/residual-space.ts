import { InputError } from "../../errors.ts";
import { timesTransposed, transposedTimes } from "../../kernels/dense.ts";
import { symmetricEigen } from "../../linalg/symmetric-eigen.ts";
import type { Matrix } from "../../matrix.ts";
import type { OodFitOptions } from "../training.ts";
import { headOrigin } from "./head-origin.ts";
import type { FitRows } from "./kind.ts";

/** Residuals below this share of the length of the rows are rounding. */
const ROUNDING = 1e-9;

/** The directions in which training rows hardly vary. */
export interface ResidualSpace {
  /** 1 × width: where directions start. */
  readonly origin: Matrix;
  /** directions × width, each of length 1, at right angles. */
  readonly directions: Matrix;
  readonly dimension: number;
  /** Whether the origin is that of the head or the mean of the rows. */
  readonly from: "head" | "mean";
  /** Mean length of the residuals of the training rows. */
  readonly meanResidual: number;
}

/**
 * How many directions count as normal where nobody says.
 *
 * Source: the code of Wang et al. (2022) for 768 features and more; half of them as in OpenOOD v1.5 below.
 */
export function defaultDimension(width: number): number {
  if (width >= 2048) return 1000;
  return width >= 768 ? 512 : Math.floor(width / 2);
}

/**
 * The space of the smallest eigenvalues of the second moments of features about an origin.
 *
 * @throws {InputError} `out-of-range` for the dimension; `incompatible` where training rows do not vary outside of it
 */
export function residualSpace(rows: FitRows, { dimension, rankTolerance = 1e-6 }: OodFitOptions): ResidualSpace {
  const features = rows.features();
  const width = features.cols;
  const used = dimension ?? defaultDimension(width);
  if (!(Number.isInteger(used) && used >= 1 && used < width))
    throw new InputError(
      "out-of-range",
      `dimension must be an integer from 1 to ${width - 1} for ${width} features, got ${used}`,
    );
  if (!(rankTolerance >= 0 && rankTolerance < 1))
    throw new InputError("out-of-range", `rankTolerance must be in [0, 1), got ${rankTolerance}`);
  const origin: Matrix = {
    data: rows.head === null ? meanOf(features) : headOrigin(rows.head, rankTolerance),
    rows: 1,
    cols: width,
  };
  const moved = movedBy(features, origin);
  const moments = new Float64Array(width * width);
  transposedTimes(moved.data, moved.data, moments, features.rows, width, width);
  for (let i = 0; i < moments.length; i++) moments[i] /= features.rows;
  const { vectors } = symmetricEigen(moments, width);
  const rest = width - used;
  const directions = new Float64Array(rest * width);
  for (let i = 0; i < rest; i++)
    for (let j = 0; j < width; j++) directions[i * width + j] = vectors[j * width + used + i];
  const space = { origin, directions: { data: directions, rows: rest, cols: width } };
  const meanResidual = mean(residualLengths(features, space));
  let size = 0;
  for (let i = 0; i < width; i++) size += moments[i * width + i];
  if (!(meanResidual > ROUNDING * Math.sqrt(size)))
    throw new InputError(
      "incompatible",
      `the training rows do not vary outside of ${used} directions, which leaves no residual; take a smaller dimension`,
    );
  return { ...space, dimension: used, from: rows.head === null ? "mean" : "head", meanResidual };
}

/** The length of what is left of each row after its part in normal directions is taken away. */
export function residualLengths(
  features: Matrix,
  { origin, directions }: Pick<ResidualSpace, "origin" | "directions">,
): Float64Array {
  const rest = directions.rows;
  const products = new Float64Array(features.rows * rest);
  timesTransposed(movedBy(features, origin).data, directions.data, products, features.rows, features.cols, rest);
  const lengths = new Float64Array(features.rows);
  for (let i = 0; i < lengths.length; i++) {
    let square = 0;
    for (let j = i * rest; j < (i + 1) * rest; j++) square += products[j] * products[j];
    lengths[i] = Math.sqrt(square);
  }
  return lengths;
}

/** The mean of the values. */
export function mean(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total / values.length;
}

function meanOf({ data, rows, cols }: Matrix): Float64Array {
  const sums = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) sums[j] += data[i * cols + j];
  return sums.map((sum) => sum / rows);
}

function movedBy({ data, rows, cols }: Matrix, origin: Matrix): Matrix {
  const moved = new Float64Array(data.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) moved[i * cols + j] = data[i * cols + j] - origin.data[j];
  return { data: moved, rows, cols };
}
