import { addToCells, type Cells, createCells } from "../../cells/cells.ts";
import { InputError } from "../../errors.ts";
import { createDataFingerprint, type DataFingerprint } from "../artefact/data-fingerprint.ts";
import type { BinaryCalibrationData, CalibrationData } from "../calibration-data.ts";
import type { FitDocument } from "../fit-document.ts";
import type { FitDocumentOptions } from "./assemble-document.ts";
import { fitDocumentFromCells } from "./fit-from-cells-document.ts";
import { fitDocumentFromSample } from "./fit-from-sample-document.ts";
import { addToRowSample, createRowSample, type RowSample, sampledData } from "./row-sample.ts";

/** Everything that a fit needs of a stream of rows; bounded in size. */
export interface FitAccumulator {
  /** Of one score per row. */
  readonly cells: Cells;
  readonly options: FitAccumulatorOptions;
  sample: RowSample | undefined;
  fingerprint: DataFingerprint | undefined;
}

/** Options of `createFitAccumulator`. */
export interface FitAccumulatorOptions {
  /** Seed of the sample, an integer in [0, 2⁵³). Default 0. */
  readonly seed?: number;
  /** Most rows kept of one score per row, all of which are in the cells too, ≥ 1. Default 1e5. */
  readonly sampleRows?: number;
  /** Most rows kept of one score per class, which have no cells, ≥ 1. Default 3e6. */
  readonly classRows?: number;
  /** Most numbers kept of them, rows × classes. Default 5e7. */
  readonly classValues?: number;
}

/** Room for a stream of rows, none so far. */
export function createFitAccumulator(options: FitAccumulatorOptions = {}): FitAccumulator {
  return { cells: createCells(), options, sample: undefined, fingerprint: undefined };
}

/**
 * Adds a batch of rows, in place. Batches are of one kind; what comes out does not depend on how rows are divided into them,
 * up to rounding.
 *
 * @throws {InputError} `shape-mismatch` for a batch of another kind than the first; `incompatible` for merged rows; what
 *   `addToCells` throws
 */
export function accumulateFit(sums: FitAccumulator, batch: CalibrationData): void {
  const { seed = 0, sampleRows = 100_000, classRows = 3_000_000, classValues = 50_000_000 } = sums.options;
  const columns = "labels" in batch ? batch.logits.cols : 1;
  const size = "labels" in batch ? Math.min(classRows, Math.max(1000, Math.floor(classValues / columns))) : sampleRows;
  sums.sample ??= createRowSample(size, seed);
  sums.fingerprint ??= createDataFingerprint({
    scoreKind: batch.scoreKind,
    columns,
    weighted: batch.weights !== undefined,
    merged: batch.merged !== undefined,
  });
  sums.fingerprint.add(batch);
  addToRowSample(sums.sample, batch);
  if (!("labels" in batch)) addWeighted(sums.cells, batch);
}

/**
 * `fitDocument` of the rows added: from cells for one score per row (`fitDocumentFromCells`), else on as many rows as were
 * kept (`fitDocumentFromSample`).
 *
 * @throws {InputError} `empty` without rows with weight; what those throw
 */
export function approximateFit(sums: FitAccumulator, options: FitDocumentOptions): FitDocument {
  if (!sums.sample || !sums.fingerprint)
    throw new InputError("empty", "a calibrator needs rows with outcomes, got none");
  const { seen: rows } = sums.sample;
  const sample = sampledData(sums.sample);
  const fingerprint = sums.fingerprint.digest();
  if (!("labels" in sample)) return fitDocumentFromCells({ cells: sums.cells, sample, fingerprint }, options);
  const reason = "a fit of several classes needs its rows in memory";
  return fitDocumentFromSample({ sample, rows, reason, fingerprint }, options);
}

/** Rows without weight do not count, so that a cell that counts one row holds one score. */
function addWeighted(cells: Cells, { scores, outcomes, weights }: BinaryCalibrationData): void {
  if (!weights?.includes(0)) {
    addToCells(cells, scores, outcomes, weights);
    return;
  }
  const isIn = (_: number, i: number): boolean => weights[i] > 0;
  addToCells(cells, scores.filter(isIn), outcomes.filter(isIn), weights.filter(isIn));
}
