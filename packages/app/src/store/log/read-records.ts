import type { LogFile } from "./log-files.ts";
import { decodeRecordHeader, isIntact, type RecordHeader, recordHeaderBytes } from "./segment-format.ts";

/** An intact record and where it stands. */
export interface LogRecord {
  readonly header: RecordHeader;
  readonly text: Buffer;
  readonly offset: number;
  /** Offset of what follows. */
  readonly end: number;
}

const chunkBytes = 1 << 20;

/**
 * Intact records of a segment in their order, some at a time; ends before the first place where none begins. Memory: a
 * megabyte, or one record where that is more.
 *
 * @param segment its number
 * @param from offset of a record
 * @param to offset at which reading ends
 */
export async function* readRecords(
  file: LogFile,
  segment: number,
  from: number,
  to: number,
): AsyncGenerator<readonly LogRecord[]> {
  let at = from;
  let wanted = chunkBytes;
  while (at < to) {
    const buffer = Buffer.allocUnsafe(Math.min(to - at, wanted));
    const chunk = buffer.subarray(0, await file.read(buffer, at));
    const { records, next, needed } = recordsIn(chunk, segment, at);
    if (records.length > 0) yield records;
    at = next;
    if (needed === 0 || at + needed > to || chunk.length < buffer.length) return;
    wanted = Math.max(chunkBytes, needed);
  }
}

/** Intact records from the beginning of a stretch, and how many bytes the next one needs; 0 where none begins there. */
function recordsIn(chunk: Buffer, segment: number, offset: number) {
  const records: LogRecord[] = [];
  let at = 0;
  for (;;) {
    const next = offset + at;
    if (chunk.length - at < recordHeaderBytes) return { records, next, needed: recordHeaderBytes };
    const header = decodeRecordHeader(chunk, at, segment);
    if (header === null) return { records, next, needed: 0 };
    const end = at + recordHeaderBytes + header.length;
    if (end > chunk.length) return { records, next, needed: end - at };
    const text = chunk.subarray(at + recordHeaderBytes, end);
    if (!isIntact(header, text)) return { records, next, needed: 0 };
    records.push({ header, text, offset: next, end: offset + end });
    at = end;
  }
}

/** What a stretch is that begins where a record should. */
export type BrokenStretch =
  /** What a crash leaves of a write that was not synced. */
  | { readonly kind: "torn" }
  /** Something that had been synced was changed; `next` is the first intact record after it. */
  | { readonly kind: "damaged"; readonly next: LogRecord | null };

/**
 * Tells what a crash leaves from damage. A crash leaves a prefix of the last record, or, after a loss of power, stretches
 * of zero bytes in it, which JSON text never has. Whatever is followed by an intact record had been synced.
 *
 * @param offset where `readRecords` stopped before `to`
 */
export async function judgeBroken(file: LogFile, segment: number, offset: number, to: number): Promise<BrokenStretch> {
  const buffer = Buffer.allocUnsafe(to - offset);
  const rest = buffer.subarray(0, await file.read(buffer, offset));
  for (let at = rest.indexOf("[{", 0, "latin1"); at >= 0; at = rest.indexOf("[{", at + 1, "latin1")) {
    const begins = at - recordHeaderBytes;
    if (begins <= 0) continue;
    const header = decodeRecordHeader(rest, begins, segment);
    if (header === null || at + header.length > rest.length) continue;
    const text = rest.subarray(at, at + header.length);
    if (isIntact(header, text)) {
      const next = { header, text, offset: offset + begins, end: offset + at + header.length };
      return { kind: "damaged", next };
    }
  }
  return isTorn(rest, segment) ? { kind: "torn" } : { kind: "damaged", next: null };
}

function isTorn(rest: Buffer, segment: number): boolean {
  if (rest.length < recordHeaderBytes) return true;
  if (rest.at(-1) === 0 || rest.indexOf("\0\0", recordHeaderBytes, "latin1") >= 0) return true;
  const header = decodeRecordHeader(rest, 0, segment);
  if (header !== null) return recordHeaderBytes + header.length > rest.length;
  return rest.readUInt32LE(28) === 0 || (rest.readUInt32LE(0) === 0 && rest.readUInt32LE(4) === 0);
}
