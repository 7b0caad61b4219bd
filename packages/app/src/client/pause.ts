/**
 * Resolves after some time, or at once when the signal aborts.
 *
 * @param held whether the pause keeps a process of Node alive
 */
export function pause(ms: number, signal: AbortSignal, held: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
    signal.addEventListener("abort", done);
    if (!held) release(timer);
  });
}

/** Lets a process of Node end although the timer runs; timers of browsers are numbers and hold nothing. */
export function release(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
    timer.unref();
}
