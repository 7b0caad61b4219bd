/** Where progress is shown: standard error, when a person is watching it. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A progress line that appears only on work longer than half a second, and leaves nothing behind. */
export interface Progress {
  /** @param fraction done in [0, 1], or undefined where it cannot be told */
  update(what: string, fraction: number | undefined, rows?: number): void;
  /** Takes the line away. */
  clear(): void;
}

const DELAY_MS = 500;
const EVERY_MS = 100;
const WIDTH = 24;

/** A progress line on `output`; silent unless it is a terminal. */
export function createProgress(output: ProgressOutput, now: () => number = Date.now): Progress {
  if (!output.isTTY) return { update: () => undefined, clear: () => undefined };
  const started = now();
  let last = 0;
  let shown = false;
  return {
    update(what, fraction, rows) {
      const time = now();
      if (time - started < DELAY_MS || time - last < EVERY_MS) return;
      last = time;
      shown = true;
      const count = rows === undefined ? "" : ` ${rows.toLocaleString("en")} rows`;
      output.write(`\r\x1b[K${what}${fraction === undefined ? "" : ` ${bar(fraction)}`}${count}`);
    },
    clear() {
      if (shown) output.write("\r\x1b[K");
      shown = false;
    },
  };
}

function bar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * WIDTH);
  return `${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${String(Math.floor(100 * fraction)).padStart(3)} %`;
}
