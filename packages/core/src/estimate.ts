/**
 * How far an interval can be relied on.
 *
 * - `exact`: covers at least at its level for every n (Clopper–Pearson, permutation-free closed forms)
 * - `asymptotic`: covers at its level as n grows; checked by simulation from the n the docs state
 * - `conservative`: covers at least at its level, usually more
 * - `approximate`: no theorem promises the level here; the docs say where and why
 * - `none`: no interval is defined; `lower` and `upper` equal `value`
 */
export type IntervalKind = "exact" | "asymptotic" | "conservative" | "approximate" | "none";

/** The identity of a number: which metric, and every choice that changes its value. Two conventions never share a spec. */
export interface Spec {
  readonly metric: string;
  readonly [choice: string]: string | number | boolean;
}

/** A number with its uncertainty and its identity. Plain data; survives JSON (an infinite bound becomes `null`). */
export interface Estimate {
  readonly value: number;
  /** Lower end of the interval at `level`, ≤ `value` except where the docs of the metric say otherwise. */
  readonly lower: number;
  readonly upper: number;
  /** Nominal two-sided coverage of [lower, upper], in (0, 1). */
  readonly level: number;
  /** Rows used. */
  readonly n: number;
  /** (Σw)² / Σw² over the rows used (Kish 1965); equals `n` without weights. */
  readonly effectiveN: number;
  readonly interval: IntervalKind;
  readonly spec: Spec;
}

/** An estimate that is also a test statistic. */
export interface TestEstimate extends Estimate {
  /** Standardised statistic where the test has one. */
  readonly z?: number;
  /** Probability under the null hypothesis of a statistic at least as extreme; two-sided unless the spec says otherwise. */
  readonly pValue: number;
}

/** Rows that each stand for several original rows, as the cells of a stream do. Goes with `weights` (their sums). */
export interface MergedRows {
  /** How many original rows each row stands for, ≥ 0. */
  readonly counts: Float64Array;
  /** Sum of the squared weights of those original rows; equals `counts` where they were unweighted. */
  readonly squaredWeights: Float64Array;
}

/** Options that every metric takes. */
export interface SampleOptions {
  /** One weight per row, ≥ 0, not all zero (importance or case weights; only ratios matter). Default: all equal. */
  readonly weights?: Float64Array;
  /** Set when the rows are aggregates; intervals then count the original rows. */
  readonly merged?: MergedRows;
  /** Nominal coverage of the interval, in (0, 1). Default 0.95. */
  readonly level?: number;
}
