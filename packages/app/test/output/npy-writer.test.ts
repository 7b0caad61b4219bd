import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openNpyArray } from "../../src/input/npy/npy-array.ts";
import { openNpyWriter } from "../../src/output/npy-writer.ts";

const folder = mkdtempSync(join(tmpdir(), "candor-npy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(path: string): Promise<{ shape: readonly number[]; values: number[] }> {
  const array = await openNpyArray(path, path, "x");
  const count = array.header.shape.reduce((product, length) => product * length, 1);
  const bytes = await array.read(0, count);
  await array.close();
  return { shape: array.header.shape, values: [...new Float64Array(bytes.buffer, bytes.byteOffset, count)] };
}

describe("openNpyWriter(path, width)", () => {
  it("writes one number per row over several batches, NaN for bad rows", async () => {
    const path = join(folder, "one.npy");
    const writer = await openNpyWriter(path, undefined);
    await writer.write({ rows: 2, keep: undefined, confidences: Float64Array.of(0.25, 0.5), classes: undefined });
    await writer.write({ rows: 3, keep: Int32Array.of(1), confidences: Float64Array.of(0.75), classes: undefined });
    await writer.finish();
    await writer.close();
    expect(await read(path)).toEqual({ shape: [5], values: [0.25, 0.5, Number.NaN, 0.75, Number.NaN] });
  });

  it("writes one row per row of several classes", async () => {
    const path = join(folder, "two.npy");
    const writer = await openNpyWriter(path, 2);
    const probabilities = { data: Float64Array.of(0.25, 0.75), rows: 1, cols: 2 };
    const classes = { predictions: Int32Array.of(1), probabilities };
    await writer.write({ rows: 2, keep: Int32Array.of(1), confidences: Float64Array.of(0.75), classes });
    await writer.finish();
    await writer.close();
    expect(await read(path)).toEqual({ shape: [2, 2], values: [Number.NaN, Number.NaN, 0.25, 0.75] });
  });

  it("does not take the place of a file that is there", async () => {
    await expect(openNpyWriter(join(folder, "one.npy"), undefined)).rejects.toThrow(/EEXIST/);
  });
});
