import type { LogFile, LogFiles } from "./log-files.ts";
import type { RecoveredLog } from "./recover-log.ts";
import { encodeHead, encodeRecord, headBytes, segmentName } from "./segment-format.ts";

/** The writing end of the log. Calls must not overlap, except `removeLoaded`. */
export interface Journal {
  /** Of the newest event that is on disk. */
  readonly position: number;
  /**
   * Writes one record and syncs it. When it throws, nothing was taken, and the next call begins a new segment.
   *
   * @param texts JSON arrays of events, together `count` of them
   * @returns position of the last event
   */
  write(texts: readonly Buffer[], count: number, writtenAt: number): Promise<number>;
  /** Tries whether so many bytes could be written; throws where not. */
  probe(bytes: number): Promise<void>;
  /** Ends the segment that is written to; the next write begins a new one. */
  rest(): Promise<void>;
  /** Removes segments of which everything is loaded, but for the one that is written to. */
  removeLoaded(position: number): Promise<void>;
  /** @param position of the engine: segments of which everything is loaded are removed */
  close(position: number): Promise<void>;
}

interface OpenSegment {
  readonly number: number;
  readonly file: LogFile;
  /** Bytes that were acknowledged. */
  end: number;
}

/**
 * Opens the log for writing. The first write begins a new segment; those of before stay as they are.
 *
 * A write or a sync that fails makes its segment suspect: what the system says of it later proves nothing (after a failed
 * fsync Linux marks the pages clean). It is left behind at the last byte that was acknowledged, which the head of the next
 * segment states, and the record is written to that next segment.
 *
 * @param store id of the store that the log belongs to
 * @param segmentBytes a segment that is longer is followed by a new one
 */
export function openJournal(
  files: LogFiles,
  recovered: RecoveredLog,
  { store, segmentBytes }: { readonly store: string; readonly segmentBytes: number },
): Journal {
  const finished = recovered.segments.map(({ name, position }) => ({ name, position }));
  const last = recovered.segments.at(-1);
  let previous = { number: last?.number ?? 0, end: last?.to ?? 0 };
  let nextNumber = recovered.nextNumber;
  let position = recovered.position;
  let current: OpenSegment | null = null;
  let removing: Promise<void> = Promise.resolve();

  async function begin(): Promise<OpenSegment> {
    const number = nextNumber++;
    const name = segmentName(number);
    const file = await files.create(name);
    try {
      await file.write(encodeHead({ store, number, previous: previous.number, previousEnd: previous.end }), 0);
      await file.sync();
      await files.sync();
    } catch (error) {
      await discard(file, name);
      throw error;
    }
    return { number, file, end: headBytes };
  }

  async function discard(file: LogFile, name: string): Promise<void> {
    await file.close().catch(() => undefined);
    await files.remove(name).catch(() => undefined);
  }

  /** Writes no more to a segment. */
  async function leave(segment: OpenSegment): Promise<void> {
    if (current === segment) current = null;
    if (segment.end === headBytes) {
      await discard(segment.file, segmentName(segment.number));
      return;
    }
    previous = { number: segment.number, end: segment.end };
    finished.push({ name: segmentName(segment.number), position });
    await segment.file.close().catch(() => undefined);
  }

  async function writeTo(segment: OpenSegment, record: Buffer): Promise<void> {
    try {
      await segment.file.write(record, segment.end);
      await segment.file.sync();
    } catch (error) {
      await segment.file.truncate(segment.end).catch(() => undefined);
      await leave(segment);
      throw error;
    }
    segment.end += record.length;
  }

  async function remove(loaded: number): Promise<void> {
    for (let first = finished[0]; first !== undefined && first.position <= loaded; first = finished[0]) {
      await files.remove(first.name);
      finished.shift();
    }
  }

  return {
    get position() {
      return position;
    },

    async write(texts, count, writtenAt) {
      const header = { position: position + count, count, writtenAt };
      if (current !== null && current.end >= segmentBytes) await leave(current);
      if (current !== null) {
        try {
          await writeTo(current, encodeRecord(texts, header, current.number));
          position += count;
          return position;
        } catch {
          // The segment was left behind; only a failure of a fresh one is reported.
        }
      }
      current = await begin();
      await writeTo(current, encodeRecord(texts, header, current.number));
      position += count;
      return position;
    },

    async probe(bytes) {
      if (current !== null) await leave(current);
      const segment = await begin();
      try {
        await segment.file.write(Buffer.alloc(bytes), headBytes);
        await segment.file.sync();
        await segment.file.truncate(headBytes);
        await segment.file.sync();
      } catch (error) {
        await leave(segment);
        throw error;
      }
      current = segment;
    },

    async rest() {
      if (current !== null) await leave(current);
    },

    removeLoaded(loaded) {
      removing = removing.then(() => remove(loaded));
      const done = removing;
      removing = removing.catch(() => undefined);
      return done;
    },

    async close(loaded) {
      if (current !== null) await leave(current);
      await removing;
      await remove(loaded);
    },
  };
}
