import { StoreBusy, StoreError } from "../errors.ts";
import type { EventStore } from "../event-store.ts";
import type { SpineEvent } from "../events.ts";
import type { Ingest } from "../ingest.ts";
import { openJournal } from "./journal.ts";
import { defaultIngestLimits, type IngestLimits } from "./limits.ts";
import { startLoader } from "./loader.ts";
import { type LogFiles, openLogFiles } from "./log-files.ts";
import { openPending } from "./pending.ts";
import { readBacklog } from "./read-backlog.ts";
import { recoverLog } from "./recover-log.ts";
import { openSetAside } from "./set-aside.ts";

export interface IngestOptions {
  /** Of the log; made where it is missing. */
  readonly folder: string;
  /** The engine. It is not closed with the ingest. */
  readonly events: Pick<EventStore, "storeId" | "position" | "load">;
  /** Milliseconds since 1970; may jump. */
  readonly now: () => number;
  readonly limits?: Partial<IngestLimits>;
  /** Told, in a sentence, of what an operator should know: what a crash left, events that were set aside. */
  readonly warn?: (message: string) => void;
  /** Default: the files of `folder`. */
  readonly files?: LogFiles;
}

interface Waiting {
  readonly count: number;
  readonly text: Buffer;
  readonly events: readonly SpineEvent[];
  resolve(): void;
  reject(error: Error): void;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Opens the way into the store. What a crash left in the log is checked before the promise resolves and loaded, in its
 * order and before anything newer, while appends are taken already; `settled()` waits for it.
 *
 * An append that arrives while a sync is under way shares the next one. Where the disk refuses, the appends at hand are
 * refused with `cannot-write`, and the disk is tried again on its own until it takes as much as it refused.
 *
 * @returns the ingest; only one may be open on a folder (`openDataFolder` sees to that)
 * @throws {StoreError} `damaged` with file and offset where acknowledged events cannot be read; `foreign` where the log is
 *   that of another store; `schema`
 */
export async function openIngest(options: IngestOptions): Promise<Ingest> {
  const { folder, events, now, warn = () => undefined } = options;
  const limits = { ...defaultIngestLimits, ...options.limits };
  const files = options.files ?? (await openLogFiles(folder));
  const store = await events.storeId();
  let loadedPosition = await events.position();
  const recovered = await recoverLog(files, { store, loaded: loadedPosition }, warn);
  const aside = await openSetAside(files);
  const journal = openJournal(files, recovered, { store, segmentBytes: limits.segmentBytes });
  const pending = openPending({ recovered, backlog: readBacklog(files, recovered, loadedPosition), now });

  let waiting: Waiting[] = [];
  let waitingEvents = 0;
  let waitingBytes = 0;
  let flushing: Promise<void> | null = null;
  let settlers: { position: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  let diskProblem: string | null = null;
  let loadProblem: string | null = null;
  let refusedBytes = 0;
  let retry: NodeJS.Timeout | null = null;
  let retries = 0;
  let resting: NodeJS.Timeout | null = null;
  let closing: Promise<void> | null = null;
  const counts = {
    appendedEvents: 0,
    loadedEvents: 0,
    duplicates: 0,
    conflicts: 0,
    orphans: 0,
    refused: 0,
    setAside: 0,
  };

  const cannotRemove = (error: unknown): void => warn(`a log file cannot be removed: ${messageOf(error)}`);

  await journal.removeLoaded(loadedPosition).catch(cannotRemove);

  const loader = startLoader({
    events,
    files,
    aside,
    limits,
    take: () => pending.take(limits.loadEvents),
    hurries: () =>
      settlers.length > 0 || pending.events > limits.queueEvents / 2 || pending.bytes > limits.queueBytes / 2,
    loaded(summary, position) {
      const count = pending.loaded(position);
      loadedPosition = position;
      if (summary === null) counts.setAside += count;
      else {
        counts.loadedEvents += count;
        counts.duplicates += summary.duplicates;
        counts.conflicts += summary.conflicts;
        counts.orphans += summary.orphans;
        counts.refused += summary.refused;
      }
      const ready = settlers.filter((settler) => settler.position <= position);
      settlers = settlers.filter((settler) => settler.position > position);
      for (const { resolve } of ready) resolve();
      journal
        .removeLoaded(position)
        .catch((error: unknown) => warn(`a log file cannot be removed: ${messageOf(error)}`));
      restLater();
    },
    problem(text) {
      if (text !== null && loadProblem === null) warn(text);
      loadProblem = text;
      if (text === null) return;
      const failed = settlers;
      settlers = [];
      for (const { reject } of failed) reject(new StoreError("cannot-write", text));
    },
    warn,
  });
  loader.wake();

  function takeGroup(): Waiting[] {
    let count = 0;
    let bytes = 0;
    let groups = 0;
    for (const { count: more, text } of waiting) {
      if (groups > 0 && (count + more > limits.groupEvents || bytes + text.length > limits.groupBytes)) break;
      count += more;
      bytes += text.length;
      groups++;
    }
    waitingEvents -= count;
    waitingBytes -= bytes;
    return waiting.splice(0, groups);
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const group = takeGroup();
      const texts = group.map(({ text }) => text);
      const count = group.reduce((sum, item) => sum + item.count, 0);
      const bytes = texts.reduce((sum, text) => sum + text.length, 0);
      const writtenAt = now();
      try {
        const position = await journal.write(texts, count, writtenAt);
        const taken =
          group.length === 1 && group[0] !== undefined ? group[0].events : group.flatMap((item) => item.events);
        pending.add({ events: taken, position, bytes, writtenAt });
        counts.appendedEvents += count;
        for (const { resolve } of group) resolve();
        loader.wake();
      } catch (error) {
        refusedBytes = bytes;
        refuseAll(group, error);
      }
    }
  }

  function refuseAll(group: readonly Waiting[], error: unknown): void {
    diskProblem = `the log in ${files.folder} cannot be written: ${messageOf(error)}`;
    warn(diskProblem);
    const all = [...group, ...waiting];
    waiting = [];
    waitingEvents = 0;
    waitingBytes = 0;
    for (const { reject } of all) reject(new StoreError("cannot-write", diskProblem, { cause: error }));
    retryLater();
  }

  function retryLater(): void {
    if (closing !== null) return;
    retry = setTimeout(
      () => {
        useJournal(probe);
      },
      limits.retryMs * 2 ** Math.min(retries++, 4),
    );
    retry.unref();
  }

  async function probe(): Promise<void> {
    retry = null;
    try {
      await journal.probe(Math.max(64 * 1024, Math.min(refusedBytes, 2 * limits.groupBytes)));
      diskProblem = null;
      retries = 0;
    } catch (error) {
      diskProblem = `the log in ${files.folder} cannot be written: ${messageOf(error)}`;
      retryLater();
    }
  }

  function restLater(): void {
    if (resting !== null || closing !== null) return;
    resting = setTimeout(() => {
      resting = null;
      if (pending.events > 0 || flushing !== null) restLater();
      else useJournal(rest);
    }, limits.restMs);
    resting.unref();
  }

  async function rest(): Promise<void> {
    await journal.rest();
    await journal.removeLoaded(loadedPosition).catch(cannotRemove);
  }

  /** Calls of the journal must not overlap. */
  function useJournal(work: () => Promise<void>): void {
    const turn = (flushing ?? Promise.resolve()).then(work).finally(() => {
      if (flushing !== turn) return;
      flushing = null;
      startFlush();
    });
    flushing = turn;
  }

  function startFlush(): void {
    if (flushing === null && waiting.length > 0) useJournal(flush);
  }

  function checkRoom(count: number, bytes: number): void {
    const ahead = pending.events + waitingEvents;
    const bytesAhead = pending.bytes + waitingBytes;
    if (ahead === 0 || (ahead + count <= limits.queueEvents && bytesAhead + bytes <= limits.queueBytes)) return;
    const seconds = loader.rate === 0 ? 1 : Math.ceil((ahead * (1 + limits.pauseShare)) / loader.rate / 1000);
    throw new StoreBusy(
      `${ahead} events (${bytesAhead} bytes) wait to be stored, and ${count} more would be too many`,
      Math.min(60, Math.max(1, seconds)),
    );
  }

  async function closeNow(): Promise<void> {
    if (retry !== null) clearTimeout(retry);
    if (resting !== null) clearTimeout(resting);
    while (flushing !== null) await flushing;
    await loader.finish();
    const left = settlers;
    settlers = [];
    for (const { reject } of left)
      reject(new StoreError("closed", "the store was closed before everything was loaded"));
    await pending.close();
    await journal.close(loadedPosition).catch(cannotRemove);
    if (pending.events > 0)
      warn(`${pending.events} events stay in the log in ${files.folder}: the next start loads them`);
  }

  return {
    async append(batch) {
      if (closing !== null) throw new StoreError("closed", "the store is closing and takes nothing more");
      if (batch.length === 0) return;
      if (diskProblem !== null) throw new StoreError("cannot-write", diskProblem);
      const text = Buffer.from(JSON.stringify(batch));
      checkRoom(batch.length, text.length);
      await new Promise<void>((resolve, reject) => {
        waiting.push({ count: batch.length, text, events: batch, resolve, reject });
        waitingEvents += batch.length;
        waitingBytes += text.length;
        startFlush();
      });
    },

    settled() {
      const position = journal.position;
      if (position <= loadedPosition) return Promise.resolve();
      if (loadProblem !== null) return Promise.reject(new StoreError("cannot-write", loadProblem));
      if (closing !== null) return closing;
      return new Promise((resolve, reject) => {
        settlers.push({ position, resolve, reject });
        loader.wake();
      });
    },

    forgetProject: (project) => aside.forgetProject(project),

    get status() {
      const problem = diskProblem ?? loadProblem;
      return {
        pendingEvents: pending.events,
        pendingBytes: pending.bytes,
        lagMs: pending.lagMs,
        asOf: pending.asOf,
        writable: problem === null,
        problem,
        ...counts,
      };
    },

    close() {
      closing ??= closeNow();
      return closing;
    },
  };
}
