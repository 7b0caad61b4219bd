import { InputError } from "../errors.ts";
import { argsort } from "../kernels/argsort.ts";
import { checkFailure } from "./bounds/check.ts";

/** What a selection has to keep. */
export interface SelectionTarget {
  /** Largest acceptable share of errors among the rows accepted, in (0, 1). */
  readonly maxError: number;
  /** Probability in (0, 1) that the selection breaks it, at most. */
  readonly failure: number;
}

/** Which rows to accept, and what is proven of them. Plain JSON. */
export interface Selection {
  /** Rows with at least this confidence are accepted; null where nothing could be certified. */
  readonly threshold: number | null;
  readonly n: number;
  /** Rows accepted among the n, and errors among those. */
  readonly accepted: number;
  readonly errors: number;
  /** Share accepted, in [0, 1]. */
  readonly coverage: number;
  /** Share of errors among the accepted; null where none is. */
  readonly error: number | null;
  /** Bound of the error among accepted rows at the level of its test; null where nothing could be certified. */
  readonly upperBound: number | null;
}

/** Rows by descending confidence, and how many errors the first of them make. */
export interface RankedErrors {
  readonly n: number;
  /** Descending. */
  readonly confidence: Float64Array;
  /** Errors among the first i rows, at i in [0, n]. */
  readonly errors: Float64Array;
}

/**
 * Rows ranked by confidence.
 *
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the row
 */
export function rankErrors(confidence: Float64Array, isError: Uint8Array): RankedErrors {
  const n = confidence.length;
  if (n === 0) throw new InputError("empty", "a selection needs at least one row");
  if (isError.length !== n)
    throw new InputError("shape-mismatch", `there are ${n} confidences but ${isError.length} outcomes`);
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(confidence[i]))
      throw new InputError("not-finite", `confidence ${confidence[i]} at row ${i} is not finite`, i);
    if (isError[i] > 1)
      throw new InputError("out-of-range", `outcome ${isError[i]} at row ${i} is not 0 (right) or 1 (wrong)`, i);
  }
  const order = argsort(confidence);
  const ranked = new Float64Array(n);
  const errors = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    const row = order[n - 1 - i];
    ranked[i] = confidence[row];
    errors[i + 1] = errors[i] + isError[row];
  }
  return { n, confidence: ranked, errors };
}

/** Rows with a confidence of at least the threshold. */
export function acceptedAt({ n, confidence }: RankedErrors, threshold: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (confidence[middle] >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The selection at a threshold with this bound; of nothing where the threshold is null. */
export function selectionAt(ranked: RankedErrors, threshold: number | null, upperBound: number | null): Selection {
  const accepted = threshold === null ? 0 : acceptedAt(ranked, threshold);
  const errors = ranked.errors[accepted];
  return {
    threshold,
    n: ranked.n,
    accepted,
    errors,
    coverage: accepted / ranked.n,
    error: accepted === 0 ? null : errors / accepted,
    upperBound,
  };
}

/** @throws {InputError} `out-of-range` */
export function checkSelectionTarget({ maxError, failure }: SelectionTarget): void {
  checkFailure(failure);
  if (!(maxError > 0 && maxError < 1))
    throw new InputError("out-of-range", `maxError must be in (0, 1), got ${maxError}`);
}
