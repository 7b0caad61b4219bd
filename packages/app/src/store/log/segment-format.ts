import { crc32 } from "node:zlib";

/*
 * A segment is a head and then records, one per group of appends that shared a sync:
 *
 *   head    "CANDORLG", u32 version, u32 number, u32 number of the segment before, u64 where that one ends,
 *           8 bytes that name the store, u32 crc32
 *   record  u32 bytes of text, u32 crc32 of the text, u64 position, u32 events, f64 time of writing, u32 crc32
 *           text: the events as a JSON array, UTF-8
 *
 * Little-endian. A record is written when the sync of the one before has returned, so only the last one can be torn.
 */

/** First bytes of every segment. */
export const headBytes = 40;

/** What stands before the text of a record. */
export const recordHeaderBytes = 32;

const magic = "CANDORLG";
const version = 1;

/** Head of a segment file. */
export interface SegmentHead {
  /** Id of the store that it was written for, 16 hexadecimal digits. */
  readonly store: string;
  readonly number: number;
  /** Number of the segment before, 0 where there is none. Segments between the two hold nothing that was acknowledged. */
  readonly previous: number;
  /** Bytes of the segment before that were acknowledged; what follows there was not. */
  readonly previousEnd: number;
}

/** What a record says of itself. */
export interface RecordHeader {
  /** Bytes of its text. */
  readonly length: number;
  /** CRC-32 of its text. */
  readonly checksum: number;
  /** Position of its last event; events are counted from 1 over the life of the data folder. */
  readonly position: number;
  readonly count: number;
  /** By the server's clock, milliseconds since 1970. */
  readonly writtenAt: number;
}

/** File name of a segment: names sort as numbers do. */
export function segmentName(number: number): string {
  return `${String(number).padStart(10, "0")}.log`;
}

/** Number of a segment by its file name; 0 where it is no segment. */
export function segmentNumber(name: string): number {
  return /^\d{10}\.log$/.test(name) ? Number(name.slice(0, 10)) : 0;
}

function writeU64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32LE(value % 2 ** 32, at);
  bytes.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}

function readU64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

/** The head of a new segment. */
export function encodeHead({ store, number, previous, previousEnd }: SegmentHead): Buffer {
  const bytes = Buffer.alloc(headBytes);
  bytes.write(magic, 0, "latin1");
  bytes.writeUInt32LE(version, 8);
  bytes.writeUInt32LE(number, 12);
  bytes.writeUInt32LE(previous, 16);
  writeU64(bytes, previousEnd, 20);
  bytes.write(store, 28, 8, "hex");
  bytes.writeUInt32LE(crc32(bytes.subarray(0, headBytes - 4)), headBytes - 4);
  return bytes;
}

/** The head of a segment; `newer` where a newer version wrote it, null where it is none. */
export function decodeHead(bytes: Buffer, number: number): SegmentHead | "newer" | null {
  if (bytes.length < headBytes || bytes.toString("latin1", 0, 8) !== magic) return null;
  if (bytes.readUInt32LE(headBytes - 4) !== crc32(bytes.subarray(0, headBytes - 4))) return null;
  if (bytes.readUInt32LE(8) > version) return "newer";
  const head = {
    store: bytes.toString("hex", 28, 36),
    number: bytes.readUInt32LE(12),
    previous: bytes.readUInt32LE(16),
    previousEnd: readU64(bytes, 20),
  };
  return head.number === number ? head : null;
}

/**
 * A record, ready to be written in one go.
 *
 * @param texts JSON arrays, each of at least one event; the record holds all of their events in this order
 * @param segment number of the segment it goes to: in another one it is not valid
 */
export function encodeRecord(
  texts: readonly Buffer[],
  { position, count, writtenAt }: Omit<RecordHeader, "length" | "checksum">,
  segment: number,
): Buffer {
  // A text loses its own brackets; a comma or a bracket stands before each, and one bracket after the last.
  let length = 1;
  for (const text of texts) length += text.length - 1;
  const bytes = Buffer.allocUnsafe(recordHeaderBytes + length);
  let at = recordHeaderBytes;
  for (const text of texts) {
    bytes[at] = at === recordHeaderBytes ? 0x5b : 0x2c;
    at += 1 + text.copy(bytes, at + 1, 1, text.length - 1);
  }
  bytes[at] = 0x5d;
  bytes.writeUInt32LE(length, 0);
  bytes.writeUInt32LE(crc32(bytes.subarray(recordHeaderBytes)), 4);
  writeU64(bytes, position, 8);
  bytes.writeUInt32LE(count, 16);
  bytes.writeDoubleLE(writtenAt, 20);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 28), segment), 28);
  return bytes;
}

/**
 * What stands before the text of a record.
 *
 * @param at where in `bytes` the record begins; at least `recordHeaderBytes` follow
 * @returns null where no record of this segment begins
 */
export function decodeRecordHeader(bytes: Buffer, at: number, segment: number): RecordHeader | null {
  if (bytes.readUInt32LE(at + 28) !== crc32(bytes.subarray(at, at + 28), segment)) return null;
  return {
    length: bytes.readUInt32LE(at),
    checksum: bytes.readUInt32LE(at + 4),
    position: readU64(bytes, at + 8),
    count: bytes.readUInt32LE(at + 16),
    writtenAt: bytes.readDoubleLE(at + 20),
  };
}

/** Whether the text is the one that its record was written with. */
export function isIntact(header: RecordHeader, text: Buffer): boolean {
  return crc32(text) === header.checksum;
}
