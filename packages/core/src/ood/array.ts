import { createSha256 } from "../calibration/artefact/sha256.ts";
import type { Matrix } from "../matrix.ts";
import type { OodArray } from "./detector.ts";

const CHUNK_VALUES = 8192;

/**
 * The fingerprint of an array: SHA-256 over rows and columns as uint32 and the values as float64, little-endian.
 *
 * @returns `sha256:` and 64 hexadecimal digits; −0 counts as 0, which JSON cannot tell apart
 */
export function arrayFingerprint({ data, rows, cols }: Matrix): string {
  const hash = createSha256();
  const bytes = new Uint8Array(CHUNK_VALUES * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, rows, true);
  view.setUint32(4, cols, true);
  hash.update(bytes.subarray(0, 8));
  for (let start = 0; start < data.length; start += CHUNK_VALUES) {
    const end = Math.min(start + CHUNK_VALUES, data.length);
    for (let i = start; i < end; i++) view.setFloat64((i - start) * 8, data[i] + 0, true);
    hash.update(bytes.subarray(0, (end - start) * 8));
  }
  return `sha256:${hash.digest()}`;
}

/** An array as a document holds it. */
export function storedArray(values: Matrix): OodArray {
  return {
    shape: [values.rows, values.cols],
    fingerprint: arrayFingerprint(values),
    values: Array.from(values.data, (value) => value + 0),
  };
}

/** The array as the arithmetic reads it. */
export function loadedArray({ shape: [rows, cols], values }: OodArray): Matrix {
  return { data: Float64Array.from(values ?? []), rows, cols };
}
