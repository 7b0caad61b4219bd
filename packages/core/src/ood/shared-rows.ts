import { countText } from "../decisions/words.ts";
import type { Matrix } from "../matrix.ts";
import type { CheckedRows } from "./check-training.ts";
import type { OodReads } from "./detector.ts";
import type { TrainingRows } from "./fit-part.ts";

/** Up to this share of calibration rows may also be training rows without a note. */
const TOLERATED = 0.01;

/**
 * What to say of calibration rows that the detector learns from as well: of new rows p-values then come out too small.
 *
 * Rows are the same where all values that are read of them are. Rows that the training data has more than once do not count:
 * saturated probabilities and rounded features coincide by chance.
 */
export function sharedRowsNotes(training: TrainingRows, calibration: CheckedRows): string[] {
  const learned = given(training.evidence, training.reads);
  const held = given(calibration.evidence, training.reads);
  if (learned === undefined || held === undefined) return [];
  const shared = countShared(learned, held);
  if (shared <= TOLERATED * held.rows) return [];
  return [
    `${countText(shared)} of ${countText(held.rows)} calibration rows are training rows, too. P-values need rows that nothing has learned from: those of new rows come out too small.`,
  ];
}

function given(
  { features, logits, probabilities }: CheckedRows["evidence"],
  reads: Pick<OodReads, "features" | "logits" | "probabilities">,
): Matrix | undefined {
  if (reads.features === "given") return features;
  return reads.logits === "given" ? logits : probabilities;
}

function countShared(learned: Matrix, held: Matrix): number {
  const rowOf = new Map<number, number>();
  const keys = rowKeys(learned);
  for (let i = 0; i < learned.rows; i++) rowOf.set(keys[i], rowOf.has(keys[i]) ? -1 : i);
  let shared = 0;
  rowKeys(held).forEach((key, i) => {
    const row = rowOf.get(key);
    if (row !== undefined && row >= 0 && isSameRow(learned, row, held, i)) shared++;
  });
  return shared;
}

/** A number of 53 bits for the values of each row, the same for 0 and −0. */
function rowKeys({ data, rows, cols }: Matrix): Float64Array {
  const value = new Float64Array(1);
  const words = new Uint32Array(value.buffer);
  const keys = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let high = 0x811c9dc5;
    let low = 0x2545f491;
    for (let j = 0; j < cols; j++) {
      value[0] = data[i * cols + j] + 0;
      high = Math.imul(high ^ words[0], 0x01000193);
      high = Math.imul(high ^ (high >>> 15) ^ words[1], 0x85ebca6b);
      low = Math.imul(low ^ words[1], 0xc2b2ae35);
      low = Math.imul(low ^ (low >>> 13) ^ words[0], 0x27d4eb2f);
    }
    keys[i] = (high >>> 11) * 2 ** 32 + (low >>> 0);
  }
  return keys;
}

function isSameRow(a: Matrix, i: number, b: Matrix, j: number): boolean {
  for (let k = 0; k < a.cols; k++) if (a.data[i * a.cols + k] !== b.data[j * b.cols + k]) return false;
  return true;
}
