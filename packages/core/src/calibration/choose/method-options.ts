/** Choices that some methods read; the others ignore them. */
export interface MethodOptions {
  /** Bins of histogram binning and scaling-binning, ≥ 1. Default 10. */
  readonly bins?: number;
  /** Knots of the spline, 3 to 30. Default 8. */
  readonly knots?: number;
  /** Smallest score that a logarithm is taken of, in (0, 0.5); binary methods. Default 1e-6. */
  readonly clip?: number;
  /** Multiplies the penalties of SVS and SMS, > 0. Default 1. */
  readonly scale?: number;
  /** Penalty of matrix scaling, ≥ 0. Default 0. */
  readonly l2?: number;
  /** Penalty of Dirichlet calibration, > 0, and that of its biases. Defaults 1e-3 and the same. */
  readonly lambda?: number;
  readonly mu?: number;
  /** A top-label calibrator for each predicted class. Default false: one for all. */
  readonly perClass?: boolean;
  /**
   * Of many classes: the class with the largest score keeps the largest probability. Of one score: `auto` passes over
   * methods whose map may fall where the score rises. Default false.
   */
  readonly keepOrder?: boolean;
}
