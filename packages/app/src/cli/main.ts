#!/usr/bin/env node
import { once } from "node:events";
import { runCli } from "./run-cli.ts";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    interrupt.abort();
  });

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const code = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupt.signal,
  env: process.env,
});
if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
process.exit(code);
