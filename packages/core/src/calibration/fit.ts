import type { MergedRows } from "../estimate.ts";

/** Proof that a fit is an optimum. */
export interface FitCertificate {
  /** Value of what was minimised, at the optimum: mean log loss plus penalty, nats. */
  readonly objective: number;
  /** Largest absolute component of its gradient, ≤ 1e-10. */
  readonly gradientNorm: number;
  readonly iterations: number;
}

/** A fitted map, with what is worth knowing about it. Plain data. */
export interface CalibrationFit<FittedMap> {
  readonly method: string;
  readonly map: FittedMap;
  /** The numbers a person would quote, by their usual names (`temperature`, `slope`, ...). */
  readonly parameters: Readonly<Record<string, number | readonly number[]>>;
  /** `null` for a closed form or an exact algorithm. */
  readonly certificate: FitCertificate | null;
  /** Free parameters, for comparing simplicity; effective number where shrunk. */
  readonly complexity: number;
  readonly n: number;
  readonly effectiveN: number;
  /** What was done about unusual data, in sentences. */
  readonly notes: readonly string[];
}

/** Options that every fit takes. */
export interface FitOptions {
  /** One weight per row, ≥ 0, not all zero; only ratios matter. Default: all equal. */
  readonly weights?: Float64Array;
  /** Set when the rows are aggregates, such as cells. */
  readonly merged?: MergedRows;
}
