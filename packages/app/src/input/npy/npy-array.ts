import { open } from "node:fs/promises";
import { BadInput } from "@candor/input";
import { type NpyHeader, parseNpyHeader } from "./npy-header.ts";

/** An array whose bytes are read where they are needed. */
export interface NpyArray {
  readonly name: string;
  readonly header: NpyHeader;
  /** Elements `first` to `first + count`, in the order of the file, in memory of their own. */
  read(first: number, count: number): Promise<Buffer>;
  close(): Promise<void>;
}

function checkLength(header: NpyHeader, available: number, file: string): void {
  const elements = header.shape.reduce((product, length) => product * length, 1);
  const promised = header.offset + elements * header.size;
  if (available < promised)
    throw new BadInput(
      `${file}: the file is cut off, its header promises ${promised} bytes (shape ${header.shape.join(" × ")}), got ${available}`,
      { file },
    );
}

const headerRoom = 1 << 16;

/**
 * Opens an NPY file.
 *
 * @param path where the file is
 * @param file as the user named it
 * @param name of the field
 * @throws {BadInput} when it is not NPY, or cut off
 */
export async function openNpyArray(path: string, file: string, name: string): Promise<NpyArray> {
  const handle = await open(path, "r");
  try {
    const head = Buffer.alloc(headerRoom);
    const { bytesRead } = await handle.read(head, 0, headerRoom, 0);
    const header = parseNpyHeader(head.subarray(0, bytesRead), file);
    checkLength(header, (await handle.stat()).size, file);
    return {
      name,
      header,
      async read(first, count) {
        const bytes = Buffer.from(new ArrayBuffer(count * header.size));
        for (let done = 0; done < bytes.length; ) {
          const position = header.offset + first * header.size + done;
          const part = await handle.read(bytes, done, bytes.length - done, position);
          if (part.bytesRead === 0) throw new BadInput(`${file}: the file became shorter while it was read`, { file });
          done += part.bytesRead;
        }
        return bytes;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * An NPY array that is already in memory.
 *
 * @param file for messages
 */
export function npyArrayFrom(content: Uint8Array, file: string, name: string): NpyArray {
  const header = parseNpyHeader(content, file);
  checkLength(header, content.length, file);
  return {
    name,
    header,
    async read(first, count) {
      const start = header.offset + first * header.size;
      const bytes = Buffer.from(new ArrayBuffer(count * header.size));
      bytes.set(content.subarray(start, start + bytes.length));
      return bytes;
    },
    close: async () => {},
  };
}
