import { InputError } from "../../errors.ts";
import type { CalibrationData } from "../calibration-data.ts";
import type { ScoreKind } from "../calibrator.ts";
import { createSha256, type Sha256 } from "./sha256.ts";
import { utf8 } from "./utf8.ts";

const CHUNK_BYTES = 1 << 16;

/** A fingerprint of data that comes in batches. */
export interface DataFingerprint {
  /** Takes the next rows. */
  add(batch: CalibrationData): void;
  /** `sha256:` and 64 hexadecimal digits over all rows so far. */
  digest(): string;
}

/** What the rows of a fingerprint are made of. */
export interface DataLayout {
  readonly scoreKind: ScoreKind;
  /** Scores per row: 1, or the number of classes. */
  readonly columns: number;
  /** Whether rows have weights. */
  readonly weighted: boolean;
  /** Whether rows are aggregates with counts. */
  readonly merged: boolean;
}

function layoutOf(data: CalibrationData): DataLayout {
  return {
    scoreKind: data.scoreKind,
    columns: "logits" in data ? data.logits.cols : 1,
    weighted: data.weights !== undefined,
    merged: data.merged !== undefined,
  };
}

function headerOf({ scoreKind, columns, weighted, merged }: DataLayout): string {
  return `candor.data/1 ${scoreKind} ${columns}${weighted ? " weighted" : ""}${merged ? " merged" : ""}\n`;
}

function hashRows(hash: Sha256, data: CalibrationData, columns: number): void {
  const scores = "logits" in data ? data.logits.data : data.scores;
  const labels = "logits" in data ? data.labels : data.outcomes;
  const extras: Float64Array[] = [];
  if (data.weights) extras.push(data.weights);
  if (data.merged) extras.push(data.merged.counts, data.merged.squaredWeights);
  const rowBytes = 8 * columns + 4 + 8 * extras.length;
  const chunkRows = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
  const bytes = new Uint8Array(chunkRows * rowBytes);
  const view = new DataView(bytes.buffer);
  for (let start = 0; start < data.rows; start += chunkRows) {
    const end = Math.min(start + chunkRows, data.rows);
    let at = 0;
    for (let i = start; i < end; i++) {
      for (let j = i * columns; j < (i + 1) * columns; j++, at += 8) view.setFloat64(at, scores[j], true);
      view.setInt32(at, labels[i], true);
      at += 4;
      for (let k = 0; k < extras.length; k++, at += 8) view.setFloat64(at, extras[k][i], true);
    }
    hash.update(bytes.subarray(0, at));
  }
}

/**
 * A fingerprint for data that comes in batches: the same as `dataFingerprint` of all rows together.
 *
 * @param layout what every batch has
 * @throws {InputError} from `add`: `shape-mismatch` for a batch of another layout
 */
export function createDataFingerprint(layout: DataLayout): DataFingerprint {
  const header = headerOf(layout);
  const hash = createSha256();
  hash.update(utf8(header));
  return {
    add(batch: CalibrationData): void {
      const given = headerOf(layoutOf(batch));
      if (given !== header)
        throw new InputError("shape-mismatch", `expected rows of "${header.trim()}", got "${given.trim()}"`);
      hashRows(hash, batch, layout.columns);
    },
    digest: () => `sha256:${hash.digest()}`,
  };
}

/**
 * Which data a calibrator was fitted on: SHA-256 over a header line and the rows in order.
 *
 * The header is ASCII and ends with a line feed: `candor.data/1`, the kind of score, the number of scores per row, then
 * `weighted` and `merged` where they hold, with a space between. A row is its scores (or logits) as float64, its outcome
 * (or label) as int32, its weight as float64 where there are weights, its count and sum of squared weights as float64
 * where rows are merged; all little-endian, without padding.
 *
 * @param data any calibration data; groups, times, segments and class names do not count
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function dataFingerprint(data: CalibrationData): string {
  const fingerprint = createDataFingerprint(layoutOf(data));
  fingerprint.add(data);
  return fingerprint.digest();
}
