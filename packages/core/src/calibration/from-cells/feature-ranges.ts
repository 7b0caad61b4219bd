import type { BinaryFeature } from "../binary-map.ts";

/** A column of a logistic fit: a feature plus a constant. */
export interface Column {
  readonly feature: BinaryFeature;
  readonly shift: number;
}

/** The columns at one score of a stretch, and how much they can change over it. */
export interface StretchFeatures {
  /** Value at the score. */
  readonly at: Float64Array;
  /** Largest absolute value over the stretch. */
  readonly size: Float64Array;
  /** Largest absolute first and second derivative by the score. */
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Room for `fillStretch`. */
export function stretchFeatures(columns: number): StretchFeatures {
  const room = (): Float64Array => new Float64Array(columns);
  return { at: room(), size: room(), first: room(), second: room() };
}

/**
 * Fills `out` with the columns at `score` and their bounds over [lower, upper].
 *
 * @param lower in (0, upper], for the score itself any real
 * @param score in [lower, upper]
 */
export function fillStretch(
  columns: readonly Column[],
  lower: number,
  score: number,
  upper: number,
  out: StretchFeatures,
): void {
  columns.forEach(({ feature, shift }, j) => {
    out.at[j] = evaluated(feature, score) + shift;
    out.size[j] = Math.max(Math.abs(evaluated(feature, lower) + shift), Math.abs(evaluated(feature, upper) + shift));
    const slack = Math.min(lower * (1 - lower), upper * (1 - upper));
    const logit = { first: 1 / slack, second: Math.max(Math.abs(1 - 2 * lower), Math.abs(1 - 2 * upper)) / slack ** 2 };
    switch (feature) {
      case "one":
        out.first[j] = 0;
        out.second[j] = 0;
        break;
      case "score":
        out.first[j] = 1;
        out.second[j] = 0;
        break;
      case "logit":
        out.first[j] = logit.first;
        out.second[j] = logit.second;
        break;
      case "logit-squared": {
        const size = Math.sqrt(out.size[j]);
        out.first[j] = 2 * size * logit.first;
        out.second[j] = 2 * logit.first ** 2 + 2 * size * logit.second;
        break;
      }
      case "log":
        out.first[j] = 1 / lower;
        out.second[j] = 1 / lower ** 2;
        break;
      case "minus-log-complement":
        out.first[j] = 1 / (1 - upper);
        out.second[j] = 1 / (1 - upper) ** 2;
        break;
    }
  });
}

function evaluated(feature: BinaryFeature, p: number): number {
  switch (feature) {
    case "one":
      return 1;
    case "score":
      return p;
    case "logit":
      return Math.log(p) - Math.log1p(-p);
    case "logit-squared":
      return (Math.log(p) - Math.log1p(-p)) ** 2;
    case "log":
      return Math.log(p);
    case "minus-log-complement":
      return -Math.log1p(-p);
  }
}
