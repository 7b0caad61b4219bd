import { InputError } from "../errors.ts";
import { sum } from "../kernels/sum.ts";
import type { Matrix } from "../matrix.ts";
import { checkBound } from "./bounds/check.ts";

/** Losses of the same rows under several rules, in order from the most conservative rule to the least. */
export interface LossCurve {
  /** Rows, ≥ 1. */
  readonly n: number;
  /** Rules, ≥ 1. */
  readonly rules: number;
  /** Largest possible loss; every loss is in [0, bound]. */
  readonly bound: number;
  /** True where every possible loss is 0 or `bound`, by its definition and not by chance in these rows. */
  readonly binary: boolean;
  /** Sum of the losses of all rows under a rule, compensated. */
  total(rule: number): number;
  /** Losses of the rows under a rule, in the order of the rows; valid until the next call. */
  losses(rule: number): Float64Array;
}

/** Choices of `lossCurve`. */
export interface LossCurveOptions {
  /** Largest possible loss, finite and > 0. Default 1. */
  readonly bound?: number;
  /** Whether a loss can only be 0 or `bound`, which makes exact bounds available. Default false. */
  readonly binary?: boolean;
}

/**
 * A loss curve over a table of losses; nothing is copied.
 *
 * @param losses rules × rows, the most conservative rule first
 * @throws {InputError} `empty`; `out-of-range` with the row of the first loss outside [0, bound], `incompatible` with
 *   that of the first that contradicts `binary`
 */
export function lossCurve(losses: Matrix, options: LossCurveOptions = {}): LossCurve {
  const { bound = 1, binary = false } = options;
  const { data, rows: rules, cols: n } = losses;
  checkBound(bound);
  if (rules === 0 || n === 0) throw new InputError("empty", `expected rules × rows losses, got ${rules} × ${n}`);
  for (let i = 0; i < data.length; i++) {
    const loss = data[i];
    if (!(loss >= 0 && loss <= bound))
      throw new InputError(
        "out-of-range",
        `loss ${loss} of row ${i % n} under rule ${Math.floor(i / n)} is not in [0, ${bound}]`,
        i % n,
      );
    if (binary && loss !== 0 && loss !== bound)
      throw new InputError(
        "incompatible",
        `loss ${loss} of row ${i % n} under rule ${Math.floor(i / n)} is neither 0 nor ${bound}`,
        i % n,
      );
  }
  const row = (rule: number) => data.subarray(rule * n, rule * n + n);
  return { n, rules, bound, binary, total: (rule) => sum(row(rule)), losses: row };
}
