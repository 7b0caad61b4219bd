import { InputError } from "../../errors.ts";
import type { Estimate } from "../../estimate.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { unseenShare } from "../../intervals/unseen.ts";
import type { Matrix } from "../../matrix.ts";
import { applyMultiLabel } from "./apply-multi-label.ts";
import { checkLabels } from "./check-scores.ts";
import type { MultiLabelDocument, MultiLabelEvaluation } from "./multi-label-document.ts";
import { sealMultiLabel } from "./seal-multi-label.ts";

/** The loss of a row, or NaN where it has none. */
function lossOf(isMissed: boolean, right: number, given: number, trueOnes: number): number {
  if (isMissed) return trueOnes === 0 ? Number.NaN : (trueOnes - right) / trueOnes;
  return given === 0 ? 0 : (given - right) / given;
}

/** An interval that counts losses of 1 that were not seen among so many rows. */
function withUnseen(estimate: Estimate): Estimate {
  const { n, level, upper } = estimate;
  return { ...estimate, upper: Math.max(upper, unseenShare(n, (1 - level) / 2)) };
}

/**
 * What rows with known labels say of a threshold: its risk and how many labels it gives, with intervals.
 *
 * @param document from `fitMultiLabel` or `openMultiLabel`
 * @param scores rows × labels that neither the model nor the threshold has seen, labels in the order of `labelNames`
 * @param labels rows × labels, row-major, 1 where the label is true
 * @param level coverage of the intervals, in (0, 1)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`; `too-few` where no row counts
 *
 * Source: intervals of means by Student's t, cut to the possible; the upper end of the risk is at least the share of rows
 * of a kind of which not one was seen (Clopper and Pearson), so that a risk of 0 has an upper end above 0.
 */
export function evaluateMultiLabel(
  document: MultiLabelDocument,
  scores: Matrix,
  labels: Uint8Array,
  level = 0.95,
): MultiLabelEvaluation {
  const { labelNames, risk, target } = document;
  const { rows, cols } = scores;
  const given = applyMultiLabel(scores, { threshold: document.threshold, labels: labelNames.length });
  checkLabels(labels, scores);
  const losses = new Float64Array(rows);
  const sizes = new Float64Array(rows);
  let n = 0;
  let empty = 0;
  for (let row = 0; row < rows; row++) {
    let size = 0;
    let right = 0;
    let trueOnes = 0;
    for (let cell = row * cols; cell < row * cols + cols; cell++) {
      size += given[cell];
      trueOnes += labels[cell];
      right += given[cell] & labels[cell];
    }
    sizes[row] = size;
    if (size === 0) empty++;
    const loss = lossOf(risk === "fnr", right, size, trueOnes);
    if (!Number.isNaN(loss)) losses[n++] = loss;
  }
  if (n === 0) throw new InputError("too-few", "no row has a true label, so there is nothing to miss");
  const spec = { risk, target, method: document.method };
  return {
    rows,
    n,
    risk: withUnseen(meanEstimate(losses.subarray(0, n), { metric: "label-risk", ...spec }, { level, min: 0, max: 1 })),
    meanLabels: meanEstimate(sizes, { metric: "label-count", ...spec }, { level, min: 0, max: cols }),
    empty,
  };
}

/**
 * The document with what test rows say, sealed anew.
 *
 * @param evaluation from `evaluateMultiLabel`
 */
export function withMultiLabelEvaluation(
  document: MultiLabelDocument,
  evaluation: MultiLabelEvaluation,
): MultiLabelDocument {
  const { fingerprint: _, ...draft } = document;
  return sealMultiLabel({ ...draft, evaluation });
}
