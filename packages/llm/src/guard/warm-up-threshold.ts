import { InputError, sortedCopy } from "@candor/core";

/**
 * The threshold that the best `keep` share of warm-up traces pass: for a guard that stops traces which would not be among them.
 *
 * @param values the guarded statistic of each warm-up trace, finite; larger is more confident
 * @param keep share in (0, 1]; 0.1 is the paper's "low", 0.9 its "high"
 * @returns one of the values: the ⌈keep · n⌉-th largest
 * @throws {InputError} `empty`, `not-finite`, `out-of-range`
 *
 * Source: Fu, Wang, Tian & Zhao (2025), "Deep Think with Confidence", arXiv 2508.15260, §3.3 (offline warm-up).
 */
export function warmUpThreshold(values: readonly number[], keep = 0.1): number {
  if (values.length === 0) throw new InputError("empty", "warmUpThreshold needs at least one trace");
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError("not-finite", `value ${values[bad]} at position ${bad} is not a finite number`, bad);
  if (!(keep > 0 && keep <= 1)) throw new InputError("out-of-range", `keep must be in (0, 1], got ${keep}`);
  const sorted = sortedCopy(Float64Array.from(values));
  const kept = Math.max(1, Math.ceil(keep * values.length - 1e-9));
  return sorted[values.length - kept]!;
}
