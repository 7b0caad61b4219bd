import { createSha256, type Sha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import { givenScores, type SetsData, type SetsScoreKind, trueClasses } from "./sets-data.ts";

const CHUNK = 8192;
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function addNumbers(hash: Sha256, values: Float64Array | Int32Array): void {
  if (isLittleEndian) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return;
  }
  const size = values.BYTES_PER_ELEMENT;
  for (let start = 0; start < values.length; start += CHUNK) {
    const part = values.subarray(start, start + CHUNK);
    const view = new DataView(new ArrayBuffer(part.byteLength));
    part.forEach((value, i) => {
      if (size === 8) view.setFloat64(size * i, value, true);
      else view.setInt32(size * i, value, true);
    });
    hash.update(new Uint8Array(view.buffer));
  }
}

/**
 * Which rows sets were fitted on: SHA-256 over a header line and the columns in order.
 *
 * The header is ASCII and ends with a line feed: `candor.conformal-data/1`, the kind of score, rows, scores per row, then
 * `weighted` where rows have weights, with a space between. All scores follow, row after row, as float64; then all true
 * classes as int32; then all weights as float64; little-endian, without padding.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 */
export function setsDataHash(data: SetsData, scoreKind: SetsScoreKind): string {
  const scores = givenScores(data, scoreKind);
  const hash = createSha256();
  const weighted = data.weights === undefined ? "" : " weighted";
  hash.update(utf8(`candor.conformal-data/1 ${scoreKind} ${scores.rows} ${scores.cols}${weighted}\n`));
  addNumbers(hash, scores.data);
  addNumbers(hash, trueClasses(data));
  if (data.weights !== undefined) addNumbers(hash, data.weights);
  return `sha256:${hash.digest()}`;
}
