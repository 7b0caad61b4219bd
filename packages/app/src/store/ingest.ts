import type { SpineEvent } from "./events.ts";

/** How the way into the store is doing. */
export interface IngestStatus {
  /** Events acknowledged and not yet in the engine. */
  readonly pendingEvents: number;
  readonly pendingBytes: number;
  /** Age of the oldest of them in milliseconds; 0 where there is none. */
  readonly lagMs: number;
  /** Everything acknowledged before this moment can be read. */
  readonly asOf: number;
  /** False while the disk is full or cannot be written. */
  readonly writable: boolean;
  /** Why it is not, for people; null while it is. */
  readonly problem: string | null;
  /** Since the start. */
  readonly appendedEvents: number;
  readonly loadedEvents: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly orphans: number;
  readonly refused: number;
  /** Events that the engine could not take, kept in `set-aside.ndjson` beside the log so that they hold up nothing else. */
  readonly setAside: number;
}

/**
 * The one way for events into the store: a log on disk that is synced before anything is acknowledged, and one writer that
 * loads from it into the engine in large transactions. What a crash leaves in the log is loaded at the next start.
 */
export interface Ingest {
  /**
   * Takes all of the events or none.
   *
   * @returns when they are on disk, at which they survive `kill -9` and a loss of power
   * @throws {StoreBusy} when the queue is full
   * @throws {StoreError} `cannot-write`, `closed`
   */
  append(events: readonly SpineEvent[]): Promise<void>;
  /**
   * Resolves when everything that was acknowledged before the call can be read.
   *
   * @throws {StoreError} `cannot-write` where the engine takes nothing at the moment: what is acknowledged stays in the log
   */
  settled(): Promise<void>;
  /** Removes what was set aside of a project. */
  forgetProject(project: string): Promise<void>;
  readonly status: IngestStatus;
  /** Takes nothing more, loads what is there, and closes the log. */
  close(): Promise<void>;
}
