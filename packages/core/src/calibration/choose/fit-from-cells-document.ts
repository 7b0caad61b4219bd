import { type Cells, cellTotal } from "../../cells/cells.ts";
import { InputError } from "../../errors.ts";
import { dataFingerprint } from "../artefact/data-fingerprint.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { BinaryCalibrationData } from "../calibration-data.ts";
import type { FitDocument } from "../fit-document.ts";
import { cellRows } from "../from-cells/cell-rows.ts";
import { type CellFitError, type CellMethod, cellMethods, fitFromCells } from "../from-cells/fit-from-cells.ts";
import { assembleBinary, type FitDocumentOptions, type FitOrigin } from "./assemble-document.ts";
import { type BinaryCandidate, binaryCandidates, namedBinaryCandidate } from "./binary-candidates.ts";
import type { DataSize } from "./candidate.ts";
import { withinBounds } from "./certainty-bounds.ts";
import { type RowsElsewhere, runBinaryChoice } from "./choose-calibrator.ts";
import { fitDocumentFromSample, sampleWords } from "./fit-from-sample-document.ts";
import { atLeastOfRarest } from "./too-few.ts";

/** One score per row, of rows that are not kept one by one. */
export interface CellsWithSample {
  /** Of all rows with weight. */
  readonly cells: Cells;
  /** A uniform random sample of them, or all. */
  readonly sample: BinaryCalibrationData;
  /** `dataFingerprint` of all rows. Default: that of the merged rows that stand for the cells. */
  readonly fingerprint?: string;
}

/** A mean bound on the error from cells above which a document warns of it. */
const NOTABLE = 1e-3;

/** Rows of the rarer outcome that `auto` takes for isotonic regression from cells. */
const ISOTONIC_ROWS = 400;

/**
 * `fitDocument` for more rows than memory holds: a sample chooses the method and proves it on rows held out, and the method
 * is fitted to all rows from their cells.
 *
 * `auto` tries what `fitFromCells` can fit with a bound: temperature, Platt, quadratic and beta scaling, and bounded
 * isotonic regression. The bound is in the notes of the source and in the spec of the calibrator (`fittedFrom: "cells"`,
 * `errorBound`, `meanErrorBound`), and in the warnings where it is not small. A method asked for by name that cells cannot
 * fit is fitted to the sample alone; a warning says so, and the spec has `fittedFrom: "sample"`. Corrections per segment
 * are fitted to the held-out predictions of the sample.
 *
 * @returns a document whose `n` counts all rows, or those of the sample where only they were fitted; its scores, intervals,
 *   diagrams and segments are of the sample
 * @throws {InputError} as `fitDocument`; `out-of-range`, `not-finite` for cells that no rows could have given
 */
export function fitDocumentFromCells(rows: CellsWithSample, options: FitDocumentOptions): FitDocument {
  const { cells, sample } = rows;
  const { method = "auto", source } = options;
  const fingerprint = rows.fingerprint ?? cellsFingerprint(cells, sample);
  const size = sizeOf(cells);
  const n = cellTotal(cells, "count");
  const refusal = method === "auto" ? null : refusalOf(cells, namedBinaryCandidate(method, {}), options);
  if (refusal !== null) return fitDocumentFromSample({ sample, rows: n, fingerprint, reason: refusal }, options);

  const bounds = new Map<string, CellFitError>();
  const elsewhere: RowsElsewhere<BinaryCalibrationData, BinaryMap> = {
    rows: n,
    n,
    size,
    candidates: cellCandidates(cells, sample),
    fit(candidate) {
      const cellMethod = cellMethodOf(candidate.method);
      if (cellMethod === null) return candidate.fit(sample);
      const { fit, errorBound } = fitFromCells(cells, cellMethod, options.methodOptions);
      bounds.set(candidate.method, errorBound);
      return method === "auto" ? withinBounds(fit, sample) : fit;
    },
  };
  const originOf = (chosen: string): FitOrigin => {
    const bound = bounds.get(chosen);
    const isNotable = bound !== undefined && bound.mean > NOTABLE;
    return {
      fingerprint,
      spec: bound ? { fittedFrom: "cells", errorBound: bound.probability, meanErrorBound: bound.mean } : {},
      notes: [...provenance(sample, n, bound !== undefined), ...(bound && !isNotable ? [bound.description] : [])],
      warnings: isNotable ? [bound.description] : [],
    };
  };
  const run = runBinaryChoice(sample, options, elsewhere);
  return assembleBinary(sample, run, { ...options, source: { ...source, approximate: true } }, originOf).document;
}

function provenance(sample: BinaryCalibrationData, n: number, isFitted: boolean): string[] {
  const fitted = isFitted ? "; from cells, it was fitted to all rows" : "";
  const corrected = sample.segments.length > 0 ? [`Corrections by segment rest on the same rows.`] : [];
  return [`The method was chosen and proven on ${sampleWords(sample, n)}${fitted}.`, ...corrected];
}

/** What `auto` chooses among, simplest first. */
function cellCandidates(cells: Cells, { weights }: BinaryCalibrationData): BinaryCandidate[] {
  const smooth = binaryCandidates.filter(({ method }) => cellMethodOf(method) !== null);
  const free = namedBinaryCandidate("isotonic-linear-bounded", {});
  const refusal = weights ? refusalOf(cells, free, {}) : null;
  const enough = atLeastOfRarest(ISOTONIC_ROWS);
  return [...smooth, { ...free, tooFew: (size) => refusal ?? enough(size) }];
}

/** The name of the same method among those that cells can fit; null where they cannot, and for identity. */
function cellMethodOf(method: string): CellMethod | null {
  const name = method === "beta" ? "beta-abm" : method;
  return cellMethods.find((known) => known === name) ?? null;
}

/** Why cells cannot fit a method, as a clause; null where they can. */
function refusalOf(
  cells: Cells,
  { method }: BinaryCandidate,
  { methodOptions }: Pick<FitDocumentOptions, "methodOptions">,
): string | null {
  if (method === "identity") return null;
  const cellMethod = cellMethodOf(method);
  if (cellMethod === null) return `no bound is known for ${method} from cells`;
  try {
    fitFromCells(cells, cellMethod, methodOptions);
    return null;
  } catch (error) {
    if (InputError.is(error) && error.code === "incompatible") return error.message;
    throw error;
  }
}

function sizeOf(cells: Cells): DataSize {
  const weight = cellTotal(cells, "weight");
  const squared = cellTotal(cells, "squared");
  const positive = { weight: cellTotal(cells, "weightPositive"), squared: cellTotal(cells, "squaredPositive") };
  const effective = (w: number, ww: number): number => (ww > 0 ? (w * w) / ww : 0);
  return {
    effectiveN: effective(weight, squared),
    rarest: Math.min(
      effective(positive.weight, positive.squared),
      effective(weight - positive.weight, squared - positive.squared),
    ),
    classes: 2,
  };
}

function cellsFingerprint(cells: Cells, { scoreKind, classNames }: BinaryCalibrationData): string {
  const { scores, outcomes, weights, merged } = cellRows(cells);
  return dataFingerprint({
    scoreKind,
    classNames,
    rows: scores.length,
    scores,
    outcomes,
    weights,
    merged,
    segments: [],
  });
}
