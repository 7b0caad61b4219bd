import { cholesky, choleskySolve } from "../../linalg/cholesky.ts";

/** Coefficients of 1, t, t² and t³ of one piece, t measured from where the piece starts. */
export type CubicPiece = readonly [number, number, number, number];

/**
 * The natural cubic splines on given knots, as linear functions of m parameters: the values at the first and the last knot,
 * and between them the heights at the inner knots above the chord. A nearly straight spline has small heights, so that its
 * roughness keeps its digits.
 */
export interface NaturalSpline {
  /** m ≥ 2 ascending. */
  readonly knots: Float64Array;
  /**
   * For each of m + 1 segments a 4 × m matrix, row-major: parameters to the coefficients of 1, t, t² and t³.
   * Segment 0 lies below the first knot, with t from there; segment k from knot k - 1 on; the last above the last knot.
   */
  readonly segments: readonly Float64Array[];
  /** m × m: (last knot - first knot)³ ∫ s″(x)² dx as a quadratic form of the parameters, free of units. */
  readonly roughness: Float64Array;
}

/**
 * @param knots m ≥ 2 strictly ascending
 *
 * Source: Green & Silverman (1994), "Nonparametric regression and generalized linear models", section 2.1.
 */
export function naturalSpline(knots: Float64Array): NaturalSpline {
  const m = knots.length;
  const widths = Float64Array.from({ length: m - 1 }, (_, i) => knots[i + 1] - knots[i]);
  const curvature = secondDerivatives(widths);
  const segments = Array.from({ length: m + 1 }, () => new Float64Array(4 * m));
  const roughness = new Float64Array(m * m);
  const scale = (knots[m - 1] - knots[0]) ** 3;
  for (let i = 0; i < m - 1; i++) {
    const h = widths[i];
    const piece = segments[i + 1];
    piece[i] = 1;
    piece[m + i] -= 1 / h;
    piece[m + i + 1] += 1 / h;
    for (let k = 0; k < m; k++) {
      const left = curvature[i * m + k];
      const right = curvature[(i + 1) * m + k];
      piece[m + k] -= (h * (2 * left + right)) / 6;
      piece[2 * m + k] = left / 2;
      piece[3 * m + k] = (right - left) / (6 * h);
      for (let j = 0; j < m; j++) {
        const otherLeft = curvature[i * m + j];
        const otherRight = curvature[(i + 1) * m + j];
        const both = 2 * (left * otherLeft + right * otherRight) + left * otherRight + right * otherLeft;
        roughness[k * m + j] += (scale * h * both) / 6;
      }
    }
  }
  const [below, first, last, above] = [segments[0], segments[1], segments[m - 1], segments[m]];
  const h = widths[m - 2];
  below[0] = 1;
  above[m - 1] = 1;
  for (let k = 0; k < m; k++) {
    below[m + k] = first[m + k];
    above[m + k] = last[m + k] + 2 * h * last[2 * m + k] + 3 * h * h * last[3 * m + k];
  }
  return {
    knots,
    segments: segments.map((segment) => fromChord(segment, knots)),
    roughness: withoutChord(roughness, m),
  };
}

/** Rows that act on values at the knots, made to act on the parameters. */
function fromChord(rows: Float64Array, knots: Float64Array): Float64Array {
  const m = knots.length;
  const result = rows.slice();
  for (let row = 0; row < rows.length; row += m)
    for (let k = 1; k < m - 1; k++) {
      const share = (knots[k] - knots[0]) / (knots[m - 1] - knots[0]);
      result[row] += (1 - share) * rows[row + k];
      result[row + m - 1] += share * rows[row + k];
    }
  return result;
}

/** The roughness of the heights above the chord; that of a chord is 0. */
function withoutChord(roughness: Float64Array, m: number): Float64Array {
  return roughness.map((value, i) => {
    const [row, col] = [Math.floor(i / m), i % m];
    return row === 0 || row === m - 1 || col === 0 || col === m - 1 ? 0 : value;
  });
}

/** The parameters of the straight line intercept + slope·x. */
export function lineParameters(knots: Float64Array, intercept: number, slope: number): Float64Array {
  const last = knots.length - 1;
  return knots.map((x, k) => (k === 0 || k === last ? intercept + slope * x : 0));
}

/** m × m: values at the knots to second derivatives there, which are 0 at both ends. */
function secondDerivatives(widths: Float64Array): Float64Array {
  const m = widths.length + 1;
  const inner = m - 2;
  const result = new Float64Array(m * m);
  if (inner < 1) return result;
  const band = new Float64Array(inner * inner);
  for (let j = 0; j < inner; j++) {
    band[j * inner + j] = (widths[j] + widths[j + 1]) / 3;
    if (j > 0) band[j * inner + j - 1] = widths[j] / 6;
  }
  const factor = cholesky(band, inner);
  for (let k = 0; k < m; k++) {
    const kinks = new Float64Array(inner);
    for (let j = 0; j < inner; j++) {
      if (k === j) kinks[j] = 1 / widths[j];
      else if (k === j + 1) kinks[j] = -1 / widths[j] - 1 / widths[j + 1];
      else if (k === j + 2) kinks[j] = 1 / widths[j + 1];
    }
    const solved = choleskySolve(factor, kinks, inner);
    for (let j = 0; j < inner; j++) result[(j + 1) * m + k] = solved[j];
  }
  return result;
}

/** The coefficients of one segment for given parameters. */
export function segmentPiece(segment: Float64Array, parameters: Float64Array): CubicPiece {
  const m = parameters.length;
  const piece: [number, number, number, number] = [0, 0, 0, 0];
  for (let j = 0; j < 4; j++) for (let k = 0; k < m; k++) piece[j] += segment[j * m + k] * parameters[k];
  return piece;
}

/** Whether the spline decreases nowhere on the whole line. */
export function isNonDecreasing({ knots, segments }: NaturalSpline, parameters: Float64Array): boolean {
  for (let i = 1; i < knots.length; i++) {
    const [, c1, c2, c3] = segmentPiece(segments[i], parameters);
    const width = knots[i] - knots[i - 1];
    const turn = -c2 / (3 * c3);
    if (c1 < 0 || c1 + width * (2 * c2 + 3 * c3 * width) < 0) return false;
    if (turn > 0 && turn < width && c1 + turn * (2 * c2 + 3 * c3 * turn) < 0) return false;
  }
  return true;
}
