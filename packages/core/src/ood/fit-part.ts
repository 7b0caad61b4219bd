import { storedArray } from "./array.ts";
import type { LinearHead, OodEvidence, OodPart, OodReads, SingleOodMethod } from "./detector.ts";
import type { FitRows, FittedPart, LoadedPart } from "./detectors/kind.ts";
import { oodKinds } from "./detectors/kinds.ts";
import { type OodRows, oodRows, pickEvidence } from "./rows.ts";
import type { OodFitOptions } from "./training.ts";

/** Checked training rows of a fit. */
export interface TrainingRows {
  readonly evidence: OodEvidence;
  readonly count: number;
  readonly labels: Int32Array | null;
  readonly head: LinearHead | null;
  readonly classes: number;
  readonly reads: OodReads;
}

/** A part with its method. */
export interface MethodPart extends FittedPart {
  readonly method: SingleOodMethod;
}

/** The training rows as methods read them. */
export function fitRows({ evidence, count, labels, head, classes, reads }: TrainingRows): FitRows {
  return { ...oodRows(evidence, count, reads, head), labels, head, classes };
}

/** The training rows of the given numbers. */
export function pickTraining(training: TrainingRows, rows: Int32Array): TrainingRows {
  const { labels } = training;
  return {
    ...training,
    evidence: pickEvidence(training.evidence, rows),
    count: rows.length,
    labels: labels === null ? null : Int32Array.from(rows, (i) => labels[i]),
  };
}

/** The method fitted to the rows. */
export function fitPart(method: SingleOodMethod, rows: FitRows, options: OodFitOptions): MethodPart {
  return { method, ...oodKinds[method].fit(rows, options) };
}

/** The part as a document holds it. */
export function storedPart({ method, settings, arrays }: MethodPart): OodPart {
  return {
    method,
    settings,
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, storedArray(values)])),
  };
}

/** What scores rows by a part. */
export function partScorer(
  { method, ...part }: LoadedPart & { readonly method: SingleOodMethod },
  head: LinearHead | null,
): (rows: OodRows) => Float64Array {
  return oodKinds[method].scorer(part, head);
}
