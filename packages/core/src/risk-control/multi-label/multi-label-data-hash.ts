import { createSha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import type { Matrix } from "../../matrix.ts";

const CHUNK = 8192;

/**
 * Which rows a threshold was chosen on: SHA-256 over a header line, the scores and the labels.
 *
 * The header is ASCII and ends with a line feed: `candor.multi-label-data/1`, rows, labels, with a space between. All
 * scores follow, row after row, as little-endian float64; then all labels, row after row, one byte each, 0 or 1.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function multiLabelDataHash({ data, rows, cols }: Matrix, labels: Uint8Array): string {
  const hash = createSha256();
  hash.update(utf8(`candor.multi-label-data/1 ${rows} ${cols}\n`));
  const bytes = new Uint8Array(8 * CHUNK);
  const view = new DataView(bytes.buffer);
  for (let start = 0; start < data.length; start += CHUNK) {
    const size = Math.min(CHUNK, data.length - start);
    for (let i = 0; i < size; i++) view.setFloat64(8 * i, data[start + i], true);
    hash.update(bytes.subarray(0, 8 * size));
  }
  hash.update(labels);
  return `sha256:${hash.digest()}`;
}
