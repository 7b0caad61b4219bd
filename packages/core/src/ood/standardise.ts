import { InputError } from "../errors.ts";
import type { OodEvidence } from "./detector.ts";
import { fitPart, fitRows, type MethodPart, partScorer, pickTraining, type TrainingRows } from "./fit-part.ts";
import { oodRows, pickEvidence } from "./rows.ts";
import type { OodFitOptions } from "./training.ts";

/** Rows that neither the parts nor the p-values use, at least so many, set the scale of the scores. */
const LEAST_ROWS = 10;
/** About so many are enough. */
const MOST_ROWS = 1000;
/** Of training rows, every such is held back at least. */
const TRAINING_STRIDE = 5;

/** Scores of parts on rows that the parts did not learn from. */
export interface HeldOutScores {
  /** One array per part. */
  readonly scores: readonly Float64Array[];
  readonly from: "calibration rows" | "training rows";
  readonly rows: number;
  /** The calibration rows that are left for p-values. */
  readonly rest: OodEvidence | undefined;
  readonly restCount: number;
}

/**
 * What the parts say of rows that they did not learn from: every `stride`-th calibration row, which p-values then do without;
 * or, where there are too few, every fifth training row, scored by parts fitted to the others. About 1000 rows are enough.
 *
 * @throws {InputError} `too-few`
 */
export function heldOutScores(
  training: TrainingRows,
  parts: readonly MethodPart[],
  calibration: { readonly evidence: OodEvidence; readonly count: number } | undefined,
  stride: number,
  options: OodFitOptions,
): HeldOutScores {
  const { reads, head } = training;
  if (calibration !== undefined && Math.floor(calibration.count / stride) >= LEAST_ROWS) {
    const [every, others] = split(calibration.count, stride);
    const rows = oodRows(pickEvidence(calibration.evidence, every), every.length, reads, head);
    return {
      scores: parts.map((part) => partScorer(part, head)(rows)),
      from: "calibration rows",
      rows: every.length,
      rest: pickEvidence(calibration.evidence, others),
      restCount: others.length,
    };
  }
  const [held, kept] = split(training.count, TRAINING_STRIDE);
  if (held.length < LEAST_ROWS)
    throw new InputError(
      "too-few",
      `a combination of scores needs ${LEAST_ROWS * TRAINING_STRIDE} training rows, or ${LEAST_ROWS * stride} calibration rows, got ${training.count} and ${calibration?.count ?? 0}`,
    );
  const fitted = fitRows(pickTraining(training, kept));
  const rows = oodRows(pickEvidence(training.evidence, held), held.length, reads, head);
  return {
    scores: parts.map(({ method }) => partScorer(fitPart(method, fitted, options), head)(rows)),
    from: "training rows",
    rows: held.length,
    rest: calibration?.evidence,
    restCount: calibration?.count ?? 0,
  };
}

/** Every stride-th number below count, at a stride that leaves no more than about 1000 of them; and the others. */
function split(count: number, stride: number): readonly [Int32Array, Int32Array] {
  const step = Math.max(stride, Math.floor(count / MOST_ROWS));
  const every = new Int32Array(Math.floor(count / step));
  const others = new Int32Array(count - every.length);
  let taken = 0;
  for (let i = 0; i < count; i++)
    if (i % step === step - 1) every[taken++] = i;
    else others[i - taken] = i;
  return [every, others];
}

/** Mean and standard deviation; the latter 0 where all values are the same. */
export function meanAndSpread(values: Float64Array): { readonly mean: number; readonly spread: number } {
  const n = values.length;
  let low = values[0];
  let high = values[0];
  let total = 0;
  for (let i = 0; i < n; i++) {
    total += values[i];
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  if (low === high) return { mean: low, spread: 0 };
  const mean = total / n;
  let square = 0;
  for (let i = 0; i < n; i++) square += (values[i] - mean) * (values[i] - mean);
  return { mean, spread: Math.sqrt(square / (n - 1)) };
}
