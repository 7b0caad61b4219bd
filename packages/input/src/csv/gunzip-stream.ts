import type { Inflate } from "pako";

type Bytes = Uint8Array<ArrayBuffer>;

/** Unpacks gzip, of one member or of several behind each other, and checks the checksum of each. */
export interface Gunzip {
  /**
   * What the next bytes of the file add.
   *
   * @throws {Error} where they are not gzip, or damaged
   */
  push(bytes: Uint8Array): Bytes[];
  /** Whether the file may end here: behind a whole member. */
  readonly isWhole: boolean;
}

/**
 * A new `Gunzip`; the library behind it is loaded when it is first needed.
 *
 * Zeros behind the last member are padding, as for gzip itself.
 *
 * Source: Deutsch (1996), RFC 1952, section 2.2.
 */
export async function createGunzip(): Promise<Gunzip> {
  const { Inflate, Z_SYNC_FLUSH } = await import("pako");
  let member: Inflate | undefined;
  let isPadding = false;
  let unpacked: Bytes[] = [];
  return {
    push(bytes) {
      if (bytes.length === 0) return [];
      if (member === undefined || member.ended) {
        isPadding ||= member !== undefined && bytes[0] === 0;
        if (isPadding) return [];
        member = new Inflate({ chunkSize: 1 << 18 });
        member.onData = (part) => {
          unpacked.push(part.slice());
        };
      }
      member.push(bytes, Z_SYNC_FLUSH);
      if (member.err !== 0) throw new Error(member.msg || "not gzip");
      const found = unpacked;
      unpacked = [];
      return found;
    },
    get isWhole() {
      return member?.ended === true;
    },
  };
}

/**
 * A stream that unpacks gzip. `DecompressionStream` refuses everything behind the first member, as its standard asks.
 *
 * @returns the stream; it fails where the bytes are not gzip, are damaged, or end within a member
 */
export function gunzipStream(): TransformStream<Bytes, Bytes> {
  let gunzip: Gunzip | undefined;
  return new TransformStream<Bytes, Bytes>({
    async transform(bytes, controller) {
      gunzip ??= await createGunzip();
      for (const part of gunzip.push(bytes)) controller.enqueue(part);
    },
    flush() {
      if (!gunzip?.isWhole) throw new Error("the end is missing");
    },
  });
}
