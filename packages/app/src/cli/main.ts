#!/usr/bin/env node
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { ExitCode } from "./exit-codes.ts";
import { runCli } from "./run-cli.ts";
import { reasonOf } from "./write-file.ts";

const interrupt = new AbortController();
const abort = (): void => interrupt.abort();
const signals = ["SIGINT", "SIGTERM"] as const;
for (const signal of signals) process.on(signal, abort);

function whileBusy<T>(work: () => T): T {
  for (const signal of signals) process.off(signal, abort);
  try {
    return work();
  } finally {
    for (const signal of signals) process.on(signal, abort);
  }
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`error: cannot write to standard output: ${reasonOf(error)}\n`);
  process.exit(ExitCode.badInput);
});

const code = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupt.signal,
  whileBusy,
  now: () => new Date(),
  env: process.env,
});
if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
await setImmediate();
process.exit(code);
