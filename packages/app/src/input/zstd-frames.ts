import { type FileHandle, open } from "node:fs/promises";

const frameMagic = 0xfd2fb528;
const isSkippable = (magic: number) => magic >>> 4 === 0x184d2a5;

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Size of the frame header that starts after the magic number, from its descriptor byte. */
function headerSize(descriptor: number): number {
  const single = (descriptor >>> 5) & 1;
  const content = [single, 2, 4, 8][descriptor >>> 6]!;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  return 1 + (single ? 0 : 1) + dictionary + content;
}

/** Position after the frame that starts at `start`, or undefined when it has no proper end. */
async function endOfFrame(handle: FileHandle, start: number, size: number): Promise<number | undefined> {
  const head = await bytesAt(handle, start, 8);
  if (head.length < 5) return undefined;
  const magic = head.readUInt32LE(0);
  if (isSkippable(magic)) return head.length < 8 ? undefined : start + 8 + head.readUInt32LE(4);
  if (magic !== frameMagic) return undefined;
  const descriptor = head[4]!;
  let at = start + 4 + headerSize(descriptor);
  for (;;) {
    const block = await bytesAt(handle, at, 3);
    if (block.length < 3) return undefined;
    const header = block.readUIntLE(0, 3);
    const type = (header >>> 1) & 3;
    if (type === 3) return undefined;
    at += 3 + (type === 1 ? 1 : header >>> 3);
    if (at > size) return undefined;
    if (header & 1) return at + (descriptor & 4 ? 4 : 0);
  }
}

/**
 * Whether a zstd file ends where its last frame does. Only the headers of its blocks are read.
 *
 * Source: RFC 8878, section 3.1.
 */
export async function isWholeZstd(path: string): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    let at = 0;
    while (at < size) {
      const end = await endOfFrame(handle, at, size);
      if (end === undefined || end > size) return false;
      at = end;
    }
    return size > 0;
  } finally {
    await handle.close();
  }
}
