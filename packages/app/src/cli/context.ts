/** What a command gets from the process it runs in. */
export interface CliContext {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /**
   * Runs work that keeps the process busy and has nothing to clean up. Meanwhile Ctrl-C ends the process at once, instead
   * of waiting for a turn of the event loop to abort `signal`.
   */
  readonly whileBusy: <T>(work: () => T) => T;
  /** The time of day. */
  readonly now: () => Date;
  readonly env: Readonly<Record<string, string | undefined>>;
}
