import { createSha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import type { CheckedStackData } from "../stack-data.ts";

const CHUNK_ROWS = 4096;

/**
 * Which data a stack was fitted on: SHA-256 over a header line and the rows in order.
 *
 * The header is UTF-8 and ends with a line feed: `candor.stack-data/1`, the names of the scores as a JSON list, and
 * `weighted` where there are weights. A row is its scores as float64 (NaN where missing), its outcome as one byte and its
 * weight as float64 where there are weights; little-endian, without padding.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function stackDataFingerprint({ rows, scores, outcomes, weights }: CheckedStackData): string {
  const hash = createSha256();
  const names = JSON.stringify(scores.map(({ name }) => name));
  hash.update(utf8(`candor.stack-data/1 ${names}${weights === undefined ? "" : " weighted"}\n`));
  const rowBytes = 8 * scores.length + 1 + (weights === undefined ? 0 : 8);
  const bytes = new Uint8Array(Math.min(rows, CHUNK_ROWS) * rowBytes);
  const view = new DataView(bytes.buffer);
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    let at = 0;
    for (let i = start; i < Math.min(rows, start + CHUNK_ROWS); i++) {
      for (let j = 0; j < scores.length; j++, at += 8) {
        const value = scores[j].values[i];
        if (Number.isNaN(value)) view.setBigUint64(at, 0x7ff8000000000000n, true);
        else view.setFloat64(at, value, true);
      }
      bytes[at++] = outcomes[i];
      if (weights !== undefined) {
        view.setFloat64(at, weights[i], true);
        at += 8;
      }
    }
    hash.update(bytes.subarray(0, at));
  }
  return `sha256:${hash.digest()}`;
}
