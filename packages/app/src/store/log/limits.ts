/** Sizes and paces of the way into the store. */
export interface IngestLimits {
  /** Events acknowledged and not loaded, above which appends are refused. Default 250 000. */
  readonly queueEvents: number;
  /** The same in bytes of JSON. Default 128 MiB. */
  readonly queueBytes: number;
  /** A segment of the log that is longer is followed by a new one. Default 64 MiB. */
  readonly segmentBytes: number;
  /** Events and bytes of JSON that share one sync, unless one append alone has more. Default 50 000 and 8 MiB. */
  readonly groupEvents: number;
  readonly groupBytes: number;
  /** Events that are loaded in one transaction, unless one group alone has more. Default 50 000. */
  readonly loadEvents: number;
  /**
   * Pause after a load, at least: milliseconds. Default 1000: a load costs 30 to 100 ms of a core even of a few events, in
   * which decisions wait longer. What comes after a quiet time is loaded at once, and whoever waits for a load makes the pause end.
   */
  readonly pauseMs: number;
  /** The same in lengths of the load before: 2 means that loading takes at most a third of the time. Default 2. */
  readonly pauseShare: number;
  /**
   * Milliseconds after which a log of which everything is loaded is emptied, so that what is erased from the store does not
   * stay here. Default 60 000.
   */
  readonly restMs: number;
  /** Before a failed write or load is tried again: milliseconds; doubles up to 20 times as long. Default 250. */
  readonly retryMs: number;
}

export const defaultIngestLimits: IngestLimits = {
  queueEvents: 250_000,
  queueBytes: 128 * 1024 * 1024,
  segmentBytes: 64 * 1024 * 1024,
  groupEvents: 50_000,
  groupBytes: 8 * 1024 * 1024,
  loadEvents: 50_000,
  pauseMs: 1000,
  pauseShare: 2,
  restMs: 60_000,
  retryMs: 250,
};
