import type { LogTarget } from "./log.ts";

/** A target that writes many lines at once. */
export interface GatheredLines extends LogTarget {
  /** Writes what is there now: before the process ends. */
  flush(): void;
}

/** Levels of pino from which on a line does not wait. */
const urgent = /^\{"level":[4-6]0,/;

/**
 * Gathers lines, because one call of the system per request would be felt: a piece is written when it is long enough, after a
 * moment, or at once with a line that warns of something.
 *
 * @param write takes whole lines, in their order
 * @param most characters that wait
 * @param waitMs how long a line waits at most
 */
export function gatherLines(write: (lines: string) => void, most = 16_384, waitMs = 100): GatheredLines {
  let gathered = "";
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (gathered === "") return;
    const lines = gathered;
    gathered = "";
    write(lines);
  };
  return {
    write(line) {
      gathered += line;
      if (gathered.length >= most || urgent.test(line)) flush();
      else if (timer === null) timer = setTimeout(flush, waitMs).unref();
    },
    flush,
  };
}
