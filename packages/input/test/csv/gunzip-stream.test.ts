import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { gunzipStream } from "../../src/csv/gunzip-stream.ts";

/** What the stream makes of the bytes, handed to it in pieces. */
async function unpacked(bytes: Uint8Array, piece: number): Promise<string> {
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += piece) controller.enqueue(bytes.slice(at, at + piece));
      controller.close();
    },
  });
  return new Response(source.pipeThrough(gunzipStream())).text();
}

const [first, second] = ["score,label\n".repeat(300), "0.5,1\n".repeat(500)];
const [one, two] = [gzipSync(first), gzipSync(second)];
const pieces = [1, 7, one.length, one.length + 1, 1 << 20];

describe("gunzipStream", () => {
  it.each(pieces)("unpacks members behind each other, handed on in pieces of %i bytes", async (piece) => {
    expect(await unpacked(Buffer.concat([one, two]), piece)).toBe(first + second);
  });

  it.each(pieces)("takes zeros behind the last member for padding, in pieces of %i bytes", async (piece) => {
    expect(await unpacked(Buffer.concat([one, Buffer.alloc(600)]), piece)).toBe(first);
  });

  it.each(pieces)("fails where a member is cut off, in pieces of %i bytes", async (piece) => {
    for (const missing of [1, 8, 30])
      await expect(unpacked(Buffer.concat([one, two.subarray(0, -missing)]), piece)).rejects.toThrow();
    await expect(unpacked(one.subarray(0, 9), piece)).rejects.toThrow();
  });

  it.each(pieces)("fails where a checksum does not fit, or something else follows, in pieces of %i", async (piece) => {
    const damaged = Buffer.from(one);
    damaged[damaged.length - 6] ^= 1;
    await expect(unpacked(Buffer.concat([damaged, two]), piece)).rejects.toThrow();
    await expect(unpacked(Buffer.concat([one, Buffer.from("0.5,1\n")]), piece)).rejects.toThrow();
  });
});
