import { type FileHandle, open } from "node:fs/promises";
import type { CalibratedBatch, CalibratedWriter } from "./calibrated-writer.ts";

const headerBytes = 128;

function header(rows: number, width: number | undefined): Buffer {
  const shape = width === undefined ? `(${rows},)` : `(${rows}, ${width})`;
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`;
  const bytes = Buffer.alloc(headerBytes, " ");
  bytes.write("\x93NUMPY\x01\x00", "latin1");
  bytes.writeUInt16LE(headerBytes - 10, 8);
  bytes.write(text, 10, "latin1");
  bytes.write("\n", headerBytes - 1);
  return bytes;
}

/** One value, or one row of `width` values, per row of the file; `NaN` for rows that are left out. */
function spread(values: Float64Array, { rows, keep }: CalibratedBatch, width: number): Float64Array {
  if (keep === undefined) return values;
  const out = new Float64Array(rows * width).fill(Number.NaN);
  for (let i = 0; i < keep.length; i++) out.set(values.subarray(i * width, (i + 1) * width), keep[i]! * width);
  return out;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}

/**
 * Writes calibrated probabilities as an array of float64: n of them, or n × K of several classes.
 *
 * @param path a file that does not exist yet
 * @param width K, or undefined for one number per row
 *
 * Source: NumPy, `numpy.lib.format`, version 1.0; the data is little-endian, as Node is wherever it runs.
 */
export async function openNpyWriter(path: string, width: number | undefined): Promise<CalibratedWriter> {
  const file = await open(path, "wx");
  let rows = 0;
  let isOpen = true;
  return {
    async write(batch) {
      const values = spread(batch.classes?.probabilities.data ?? batch.confidences, batch, width ?? 1);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      await writeAll(file, bytes, headerBytes + rows * (width ?? 1) * 8);
      rows += batch.rows;
    },
    finish: () => writeAll(file, header(rows, width), 0),
    async close() {
      if (isOpen) await file.close();
      isOpen = false;
    },
  };
}
