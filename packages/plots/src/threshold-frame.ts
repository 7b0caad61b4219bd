/** Where scores lie in a picture of thresholds. */
export interface ThresholdFrame {
  /** Lowest and highest score shown. */
  readonly from: number;
  readonly to: number;
  /** Pixels of both at scale 1. */
  readonly left: number;
  readonly right: number;
  readonly positionOf: (score: number) => number;
  readonly scoreOf: (position: number) => number;
}

/** Pixels around the plotted area of `thresholdHistogram`. */
export const thresholdMargins: {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
} = { left: 46, right: 20, top: 44, bottom: 44 };

/**
 * Where scores lie in a picture of this width.
 *
 * @param width pixels at scale 1
 * @param from lowest score shown; the highest is 1
 */
export function thresholdFrame(width: number, from = 0): ThresholdFrame {
  const [left, right] = [thresholdMargins.left, Math.max(thresholdMargins.left + 1, width - thresholdMargins.right)];
  const perScore = (right - left) / (1 - from);
  return {
    from,
    to: 1,
    left,
    right,
    positionOf: (score) => left + (Math.min(1, Math.max(from, score)) - from) * perScore,
    scoreOf: (position) => Math.min(1, Math.max(from, from + (position - left) / perScore)),
  };
}
