import type { News, Wish } from "./messages.ts";

/** Makes reports in a worker, so that the page stays responsive. */
export interface Reporter {
  /** Begins a report, in place of one under way; the last news is `done` or `failed`. */
  start(wish: Wish, hear: (news: News) => void): void;
  /** Stops what is under way. */
  stop(): void;
}

/** A worker that is ready before the first file comes: a drop then makes no request of its own. */
export function createReporter(): Reporter {
  const make = (): Worker =>
    new Worker(new URL("./report-worker.ts", import.meta.url), { type: "module", name: "report" });
  let worker = make();
  let isBusy = false;
  const stop = (): void => {
    if (!isBusy) return;
    worker.terminate();
    worker = make();
    isBusy = false;
  };
  return {
    stop,
    start(wish, hear) {
      stop();
      isBusy = true;
      worker.onmessage = ({ data }: MessageEvent<News>) => {
        if (data.kind === "done" || data.kind === "failed") isBusy = false;
        hear(data);
      };
      worker.onerror = ({ message }) => {
        stop();
        hear({ kind: "failed", message: message || "the worker that reads the file did not start", isExpected: false });
      };
      worker.postMessage(wish);
    },
  };
}
