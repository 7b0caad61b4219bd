import { InputError } from "../errors.ts";
import { remember } from "../kernels/remember.ts";
import { loadedArray } from "./array.ts";
import { combineScores } from "./combine.ts";
import type { LinearHead, OodDetector, OodEvidence } from "./detector.ts";
import { partScorer } from "./fit-part.ts";
import { checkEvidence, type OodRows, oodRows, sliceEvidence } from "./rows.ts";

/** Rows that are worked on at a time, so that what is worked out of them stays small. */
const BLOCK = 4096;

interface Loaded {
  readonly head: LinearHead | null;
  readonly scorers: readonly ((rows: OodRows) => Float64Array)[];
}

const loadedOnce: (detector: OodDetector) => Loaded = remember((detector: OodDetector): Loaded => {
  const head =
    detector.head === null
      ? null
      : { weights: loadedArray(detector.head.weights), bias: loadedArray(detector.head.bias).data };
  const scorers = detector.parts.map(({ method, settings, arrays }) =>
    partScorer(
      {
        method,
        settings,
        arrays: Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, loadedArray(array)])),
      },
      head,
    ),
  );
  return { head, scorers };
});

function checkAttached({ head, parts }: OodDetector): void {
  const arrays = [
    ...(head === null ? [] : [head.weights, head.bias]),
    ...parts.flatMap((part) => Object.values(part.arrays)),
  ];
  if (arrays.some(({ values }) => values === null))
    throw new InputError("incompatible", "arrays of the detector are kept outside of its document: attach them first");
}

/**
 * How much each row is like the training rows.
 *
 * @param detector sealed or opened, its arrays attached
 * @param rows what the detector reads (`detector.reads`), as wide as in the training rows; more is ignored
 * @returns one score per row, larger = more like the training rows; the unit is that of the method, the zero means nothing
 * @throws {InputError} `incompatible` for what is missing, `shape-mismatch` with both widths, `not-finite` with the row;
 *   `out-of-range` for values so large that a distance or a logit overflows
 *
 * Accuracy: a row's score is the same in batches of any size up to rounding, 1e-12 of the distances and logits it comes from.
 */
export function oodScores(detector: OodDetector, rows: OodEvidence): Float64Array {
  const { reads, combination } = detector;
  checkAttached(detector);
  const count = checkEvidence(rows, reads, "rows");
  const { head, scorers } = loadedOnce(detector);
  const scores = new Float64Array(count);
  for (let start = 0; start < count; start += BLOCK) {
    const end = Math.min(start + BLOCK, count);
    const block = oodRows(sliceEvidence(rows, start, end), end - start, reads, head);
    const parts = fromRow(start, () => scorers.map((score) => score(block)));
    scores.set(combination === null ? parts[0] : combineScores(parts, combination), start);
  }
  checkFinite(scores);
  return scores;
}

function checkFinite(scores: Float64Array): void {
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0)
    throw new InputError("out-of-range", `the values of row ${bad} are too large: its score is ${scores[bad]}`, bad);
}

/** Errors about rows of a block that starts at a row, told as of that row. */
function fromRow<Value>(start: number, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (start === 0 || !InputError.is(error) || error.index === undefined) throw error;
    const message = `${error.message} (row ${start + error.index} in all: this part starts at ${start})`;
    throw new InputError(error.code, message, start + error.index);
  }
}
