import { join } from "node:path";
import { StoreError } from "../errors.ts";
import type { LogFile, LogFiles } from "./log-files.ts";
import { judgeBroken, type LogRecord, readRecords } from "./read-records.ts";
import { decodeHead, headBytes, type SegmentHead, segmentNumber } from "./segment-format.ts";

/** A segment that was there at the start. */
export interface RecoveredSegment {
  readonly name: string;
  readonly number: number;
  /** Offsets of the stretch with events that are not loaded yet; equal where there are none. */
  readonly from: number;
  readonly to: number;
  /** Position of its last event, or of what is loaded where it has none. */
  readonly position: number;
}

/** What the log holds at the start. */
export interface RecoveredLog {
  /** Oldest first. */
  readonly segments: readonly RecoveredSegment[];
  /** Of the newest event, here or loaded. */
  readonly position: number;
  /** Events and bytes that are not loaded yet, and when the oldest of them was written (null: there are none). */
  readonly pendingEvents: number;
  readonly pendingBytes: number;
  readonly oldestWrittenAt: number | null;
  /** Larger than the number of any file that is there. */
  readonly nextNumber: number;
}

interface Found {
  readonly name: string;
  readonly number: number;
  readonly size: number;
  readonly head: SegmentHead;
}

function damaged(files: LogFiles, name: string, text: string): StoreError {
  return new StoreError("damaged", `${join(files.folder, name)} ${text}`);
}

/**
 * Reads all segments, checks every record, and cuts off what a crash left of a last one that was never acknowledged.
 *
 * @param engine.store id of the store; a log of another one is refused
 * @param engine.loaded its position: damage in what it has loaded is said, and is no error
 * @param warn is told, in a sentence, of everything that was not as a clean stop leaves it
 * @throws {StoreError} `damaged`, with file and offset; `foreign`; `schema` where a newer version wrote the log
 */
export async function recoverLog(
  files: LogFiles,
  { store, loaded }: { readonly store: string; readonly loaded: number },
  warn: (message: string) => void,
): Promise<RecoveredLog> {
  const { chain, nextNumber } = await segmentChain(files, store, warn);
  const segments: RecoveredSegment[] = [];
  const tally: Tally = { seen: null, pendingEvents: 0, pendingBytes: 0, oldestWrittenAt: null };
  for (const [k, found] of chain.entries()) {
    const next = chain[k + 1];
    const { file } = await files.open(found.name);
    try {
      segments.push(await checkSegment({ files, file, found, next, loaded, warn, tally }));
    } finally {
      await file.close();
    }
  }
  return { ...tally, segments, position: Math.max(loaded, tally.seen ?? 0), nextNumber };
}

interface Tally {
  /** Position of the newest record so far. */
  seen: number | null;
  pendingEvents: number;
  pendingBytes: number;
  oldestWrittenAt: number | null;
}

/** The segments that were written one after the other, oldest first; what no later segment knows of is removed. */
async function segmentChain(files: LogFiles, store: string, warn: (message: string) => void) {
  const listed = (await files.list()).filter(({ name }) => segmentNumber(name) > 0);
  const newest = Math.max(0, ...listed.map(({ name }) => segmentNumber(name)));
  const chain: Found[] = [];
  let expected = newest;
  for (const { name, size } of [...listed].reverse()) {
    const number = segmentNumber(name);
    if (number > expected) {
      await files.remove(name);
      continue;
    }
    if (number < expected) throw damaged(files, name, `should be followed by segment ${expected}, which is missing`);
    const head = await readHead(files, name, { store, number });
    if (head !== null) {
      chain.unshift({ name, number, size, head });
      expected = head.previous;
      continue;
    }
    if (size > headBytes || chain.length > 0)
      throw damaged(files, name, `is damaged at offset 0: it does not begin as a log segment does`);
    warn(`${join(files.folder, name)} was being made when the server stopped and holds nothing: removed`);
    await files.remove(name);
    expected = Math.max(0, ...listed.map((other) => segmentNumber(other.name)).filter((other) => other < number));
  }
  return { chain, nextNumber: newest + 1 };
}

async function readHead(
  files: LogFiles,
  name: string,
  { store, number }: Pick<SegmentHead, "store" | "number">,
): Promise<SegmentHead | null> {
  const { file } = await files.open(name);
  const bytes = Buffer.alloc(headBytes);
  const got = await file.read(bytes, 0).finally(() => file.close());
  const head = decodeHead(bytes.subarray(0, got), number);
  if (head === "newer") throw new StoreError("schema", `${join(files.folder, name)} was written by a newer Candor`);
  if (head !== null && head.store !== store)
    throw new StoreError(
      "foreign",
      `${join(files.folder, name)} belongs to another store than the database beside it: it may hold events that were ` +
        "acknowledged and are in no database, so it is neither loaded nor removed",
    );
  return head;
}

async function checkSegment(scope: {
  files: LogFiles;
  file: LogFile;
  found: Found;
  next: Found | undefined;
  loaded: number;
  warn: (message: string) => void;
  tally: Tally;
}): Promise<RecoveredSegment> {
  const { files, file, found, next, loaded, warn, tally } = scope;
  const { name, number, size } = found;
  const limit = next === undefined ? size : next.head.previousEnd;
  if (limit > size) throw damaged(files, name, `ends at offset ${size}, and ${limit} bytes of it were acknowledged`);
  let from: number | null = null;
  let at = headBytes;
  let position = loaded;
  const take = (record: LogRecord): void => {
    checkPosition(scope, record);
    const { header } = record;
    tally.seen = Math.max(tally.seen ?? 0, header.position);
    position = header.position;
    at = record.end;
    if (header.position <= loaded) return;
    from ??= record.offset;
    tally.pendingEvents += Math.min(header.count, header.position - loaded);
    tally.pendingBytes += header.length;
    tally.oldestWrittenAt ??= header.writtenAt;
  };
  for (;;) {
    for await (const records of readRecords(file, number, at, limit)) for (const record of records) take(record);
    if (at === limit) break;
    const broken = await judgeBroken(file, number, at, limit);
    if (broken.kind === "torn" && next === undefined) {
      await file.truncate(at);
      await file.sync();
      warn(
        `${join(files.folder, name)} ended in a write of ${limit - at} bytes that the server did not finish before it ` +
          `stopped: nothing of it had been acknowledged, and it was cut off at offset ${at}`,
      );
      break;
    }
    const after = broken.kind === "damaged" ? broken.next : null;
    if (after === null || after.header.position - after.header.count > loaded) {
      throw damaged(files, name, `is damaged at offset ${at}: a record there does not match its checksum`);
    }
    warn(
      `${join(files.folder, name)} is damaged at offset ${at}, in events that had been loaded before: nothing is lost`,
    );
    take(after);
  }
  return { name, number, from: from ?? at, to: at, position };
}

function checkPosition(
  { files, found, loaded, warn, tally }: Parameters<typeof checkSegment>[0],
  { header, offset }: LogRecord,
): void {
  const before = header.position - header.count;
  if (before === tally.seen || before <= loaded) return;
  if (tally.seen === null) {
    warn(
      `the log in ${files.folder} begins with event ${before + 1} and the store ends with event ${loaded}: the events ` +
        "between were in a store that is not this one, or in log files that were removed",
    );
    return;
  }
  throw damaged(files, found.name, `is damaged at offset ${offset}: event ${before + 1} follows event ${tally.seen}`);
}
