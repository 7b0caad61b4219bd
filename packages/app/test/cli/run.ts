import { PassThrough, Writable } from "node:stream";
import { runCli } from "../../src/cli/run-cli.ts";

/** What a command line printed and returned. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
export async function candor(
  args: readonly string[],
  {
    input = "",
    env = {},
    signal = new AbortController().signal,
  }: { input?: string | Buffer; env?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<CliResult> {
  const stdin = new PassThrough();
  stdin.end(input);
  const stdout = collector();
  const stderr = collector();
  const whileBusy = <T>(work: () => T): T => work();
  const now = (): Date => new Date("2026-01-02T03:04:05Z");
  const code = await runCli(args, { stdin, stdout: stdout.stream, stderr: stderr.stream, signal, whileBusy, now, env });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString("utf8") };
}
