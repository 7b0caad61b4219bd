import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { checkScores } from "./check-scores.ts";
import type { MultiLabelControl } from "./multi-label-control.ts";

/**
 * The labels that each row is given: 1 where the score is at least the threshold.
 *
 * @param scores rows × labels, as those the threshold was made from
 * @returns rows × labels, row-major
 * @throws {InputError} `empty`, `shape-mismatch` for another number of labels, `not-finite`
 */
export function applyMultiLabel(
  scores: Matrix,
  control: Pick<MultiLabelControl, "threshold" | "labels">,
  out: Uint8Array = new Uint8Array(scores.data.length),
): Uint8Array {
  checkScores(scores);
  if (scores.cols !== control.labels)
    throw new InputError("shape-mismatch", `expected scores of ${control.labels} labels, got ${scores.cols}`);
  if (out.length !== scores.data.length)
    throw new InputError("shape-mismatch", `expected room for ${scores.data.length} labels, got ${out.length}`);
  for (let i = 0; i < out.length; i++) out[i] = scores.data[i] >= control.threshold ? 1 : 0;
  return out;
}
