import { InputError } from "../errors.ts";
import { softmax } from "../kernels/softmax.ts";
import { checkRows } from "../linalg/check-rows.ts";
import type { Matrix } from "../matrix.ts";
import { checkProbabilityRows } from "../scores/check-rows.ts";
import type { LinearHead, OodEvidence, OodReads } from "./detector.ts";
import { headLogits } from "./head-logits.ts";

/** Rows as detectors read them. What has to be worked out is worked out once, when it is first asked for. */
export interface OodRows {
  readonly count: number;
  readonly logits: () => Matrix;
  readonly probabilities: () => Matrix;
  readonly features: () => Matrix;
}

const KINDS = ["logits", "probabilities", "features"] as const;

/**
 * The number of rows, the same in everything that is given.
 *
 * @param what whose rows they are, as in "training rows"
 * @throws {InputError} `empty` where nothing is given, `shape-mismatch`
 */
export function countRows(evidence: OodEvidence, what: string): number {
  let first: (typeof KINDS)[number] | undefined;
  let rows = 0;
  for (const kind of KINDS) {
    const given = evidence[kind];
    if (given === undefined) continue;
    if (first === undefined) {
      first = kind;
      rows = given.rows;
    } else if (given.rows !== rows)
      throw new InputError("shape-mismatch", `${what}: ${rows} rows of ${first} but ${given.rows} of ${kind}`);
  }
  if (first === undefined)
    throw new InputError("empty", `${what}: expected logits, probabilities or features, got none of them`);
  return rows;
}

function given(evidence: OodEvidence, kind: (typeof KINDS)[number], cols: number, what: string): Matrix {
  const found = evidence[kind];
  if (found === undefined)
    throw new InputError("incompatible", `${what}: the detector reads ${kind}, and there are none`);
  if (found.cols !== cols)
    throw new InputError(
      "shape-mismatch",
      `${what}: expected ${cols} ${kind} per row as in the training rows, got ${found.cols}`,
    );
  return found;
}

/**
 * Lets evidence pass that a detector can read, every value of it.
 *
 * @param what whose rows they are
 * @returns the number of rows
 * @throws {InputError} `empty`, `incompatible` for what is missing, `shape-mismatch` with both widths, `not-finite` and
 *   others with the row
 */
export function checkEvidence(evidence: OodEvidence, reads: OodReads, what: string): number {
  const count = countRows(evidence, what);
  if (count === 0) return 0;
  if (reads.features === "given") checkRows(given(evidence, "features", reads.width, what), `${what}: features`);
  if (reads.logits === "given") checkRows(given(evidence, "logits", reads.classes, what), `${what}: logits`);
  if (reads.probabilities === "given") checkProbabilityRows(given(evidence, "probabilities", reads.classes, what));
  return count;
}

function once(make: () => Matrix): () => Matrix {
  let known: Matrix | undefined;
  return () => {
    known ??= make();
    return known;
  };
}

/** Rows from evidence that `checkEvidence` let pass. */
export function oodRows(evidence: OodEvidence, count: number, reads: OodReads, head: LinearHead | null): OodRows {
  const features = (): Matrix => given(evidence, "features", reads.width, "rows");
  const logits = once(() =>
    reads.logits === "head" && head !== null
      ? headLogits(head, features())
      : given(evidence, "logits", reads.classes, "rows"),
  );
  const probabilities = once(() =>
    reads.probabilities === "given" ? given(evidence, "probabilities", reads.classes, "rows") : softmax(logits()),
  );
  return { count, logits, probabilities, features };
}

/** The rows from `start` to before `end`; nothing is copied. */
export function sliceEvidence(evidence: OodEvidence, start: number, end: number): OodEvidence {
  return mapEvidence(evidence, ({ data, cols }) => ({
    data: data.subarray(start * cols, end * cols),
    rows: end - start,
    cols,
  }));
}

/** The rows of the given numbers, copied. */
export function pickEvidence(evidence: OodEvidence, rows: Int32Array): OodEvidence {
  return mapEvidence(evidence, ({ data, cols }) => {
    const picked = new Float64Array(rows.length * cols);
    for (let i = 0; i < rows.length; i++) picked.set(data.subarray(rows[i] * cols, (rows[i] + 1) * cols), i * cols);
    return { data: picked, rows: rows.length, cols };
  });
}

function mapEvidence({ logits, probabilities, features }: OodEvidence, map: (rows: Matrix) => Matrix): OodEvidence {
  return {
    ...(logits !== undefined && { logits: map(logits) }),
    ...(probabilities !== undefined && { probabilities: map(probabilities) }),
    ...(features !== undefined && { features: map(features) }),
  };
}
