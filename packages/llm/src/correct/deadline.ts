/** The largest delay of a timer; longer ones would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A signal that follows the caller's and ends with the time. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** True where it was the time that ended, not the caller who aborted. */
  readonly isTimeout: () => boolean;
  /** Lets go of timer and listener. */
  readonly release: () => void;
}

/** @param timeMs from now on; Infinity for none */
export function startDeadline(timeMs: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let timedOut = false;
  const follow = (): void => controller.abort(outer?.reason);
  if (outer?.aborted) follow();
  else outer?.addEventListener("abort", follow, { once: true });
  const timer =
    timeMs <= LONGEST_DELAY
      ? setTimeout(
          () => {
            timedOut = !controller.signal.aborted;
            controller.abort(new DOMException("the time budget is spent", "TimeoutError"));
          },
          Math.max(0, timeMs),
        )
      : undefined;
  return {
    signal: controller.signal,
    isTimeout: () => timedOut,
    release: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", follow);
    },
  };
}

/** What a promise gives, or a rejection at the signal: late results of a call that does not stop are dropped. */
export function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
