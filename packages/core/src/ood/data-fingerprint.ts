import { createSha256, type Sha256 } from "../calibration/artefact/sha256.ts";
import { utf8 } from "../calibration/artefact/utf8.ts";
import type { OodEvidence } from "./detector.ts";

const CHUNK_BYTES = 1 << 16;

function hashValues(hash: Sha256, values: Float64Array | Int32Array): void {
  const size = values.BYTES_PER_ELEMENT;
  const chunk = CHUNK_BYTES / size;
  const bytes = new Uint8Array(CHUNK_BYTES);
  const view = new DataView(bytes.buffer);
  for (let start = 0; start < values.length; start += chunk) {
    const end = Math.min(start + chunk, values.length);
    for (let i = start; i < end; i++)
      if (size === 8) view.setFloat64((i - start) * 8, values[i], true);
      else view.setInt32((i - start) * 4, values[i], true);
    hash.update(bytes.subarray(0, (end - start) * size));
  }
}

/**
 * Which rows a detector was fitted to: SHA-256 over a header line and the arrays.
 *
 * The header is ASCII and ends with a line feed: `candor.ood-data/1`, then for each of `logits`, `probabilities`, `features` that
 * is there its name, rows and columns, then `labels` where there are. The arrays follow in the same order, row after row, float64
 * and int32, little-endian.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function oodDataFingerprint(
  { logits, probabilities, features }: OodEvidence,
  labels: Int32Array | undefined,
): string {
  const hash = createSha256();
  const parts = Object.entries({ logits, probabilities, features }).flatMap(([name, rows]) =>
    rows === undefined ? [] : [{ name, rows }],
  );
  const header = parts.map(({ name, rows }) => ` ${name} ${rows.rows} ${rows.cols}`).join("");
  hash.update(utf8(`candor.ood-data/1${header}${labels === undefined ? "" : " labels"}\n`));
  for (const { rows } of parts) hashValues(hash, rows.data);
  if (labels !== undefined) hashValues(hash, labels);
  return `sha256:${hash.digest()}`;
}
