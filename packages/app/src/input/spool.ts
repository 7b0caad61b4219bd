import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders = new Set<string>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** Cleans up, then lets the signal do what it would have done without us. */
function onSignal(signal: NodeJS.Signals): void {
  removeAll();
  unwatch();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function watch(): void {
  process.on("exit", removeAll);
  for (const signal of signals) process.on(signal, onSignal);
}

function unwatch(): void {
  process.off("exit", removeAll);
  for (const signal of signals) process.off(signal, onSignal);
}

/** A folder of our own for temporary files, gone when the process is, also when it is interrupted. */
export interface Spool {
  /** A path in it. */
  path(name: string): string;
  remove(): void;
}

/** Makes a `Spool` in the system's temporary folder. */
export function makeSpool(): Spool {
  const folder = mkdtempSync(join(tmpdir(), "candor-"));
  if (folders.size === 0) watch();
  folders.add(folder);
  return {
    path: (name) => join(folder, name),
    remove() {
      rmSync(folder, { recursive: true, force: true });
      if (folders.delete(folder) && folders.size === 0) unwatch();
    },
  };
}
