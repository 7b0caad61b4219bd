import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { inFolder } from "./log/recording-engine.ts";

const script = fileURLToPath(new URL("power-loss.mjs", import.meta.url));
const canTrace = spawnSync("strace", ["-f", "-e", "trace=fsync", "true"]).status === 0;

/** What a system call did: `make` and `remove` name a file, `sync` a file or folder, `say` what was promised. */
type Step = readonly ["make" | "sync" | "remove" | "say", string];

/** The steps in a trace of strace -f, in their order; calls that were interrupted by another thread end where they resume. */
function stepsOf(trace: string): Step[] {
  const files = new Map<string, string>();
  const begun = new Map<string, string>();
  const steps: Step[] = [];
  for (const raw of trace.split("\n")) {
    const [, thread = "", text = ""] = raw.match(/^(\d+) +(.*)$/) ?? [];
    if (text.endsWith("<unfinished ...>")) {
      begun.set(thread, text.slice(0, -"<unfinished ...>".length).trimEnd());
      continue;
    }
    const rest = text.match(/^<\.\.\. \w+ resumed>(.*)$/)?.[1];
    const call = rest === undefined ? text : `${begun.get(thread) ?? ""}${rest}`;
    const opened = call.match(/^openat\(AT_FDCWD, "([^"]*)", (\S+?)[,)].* = (\d+)$/);
    if (opened !== null) {
      const [, path = "", flags = "", fd = ""] = opened;
      files.set(fd, path);
      if (flags.includes("O_CREAT")) steps.push(["make", path]);
    }
    const synced = call.match(/^f(?:data)?sync\((\d+)\) += 0$/)?.[1];
    if (synced !== undefined) steps.push(["sync", files.get(synced) ?? ""]);
    const removed = call.match(/^unlink\("([^"]*)"\) += 0$/)?.[1];
    if (removed !== undefined) steps.push(["remove", removed]);
    const said = call.match(/^write\(2, "(.*)\\n", \d+\)/)?.[1];
    if (said !== undefined) steps.push(["say", said]);
  }
  return steps;
}

it.skipIf(!canTrace)(
  canTrace
    ? "the log is on disk, name and content, before an acknowledgement, and the engine's commit before the log goes"
    : "the order of syncs is not tested here: strace is missing or may not trace",
  () =>
    inFolder(async (place) => {
      const root = join(place, "data");
      const out = join(place, "trace");
      const calls = "trace=openat,fsync,fdatasync,unlink,write";
      const { status, stderr } = spawnSync("strace", ["-f", "-o", out, "-e", calls, process.execPath, script, root], {
        encoding: "utf8",
      });
      expect([status, stderr]).toEqual([0, "acknowledged a\nacknowledged b\nacknowledged c\n"]);
      const steps = stepsOf(await readFile(out, "utf8"));
      const wal = join(root, "candor.duckdb.wal");
      let wals = 0;
      let segments = 0;
      steps.forEach(([kind, path], at) => {
        const since = (from: Step): Step[] => {
          const begin = steps.slice(0, at).findLastIndex(([k, p]) => k === from[0] && p === from[1]);
          return steps.slice(begin + 1, at);
        };
        if (kind === "make" && path === wal) wals++;
        if (kind === "say") {
          const segment = steps.slice(0, at).findLast(([k, p]) => k === "make" && p.endsWith(".log"))?.[1] ?? "";
          expect(since(["make", segment])).toEqual(
            expect.arrayContaining([
              ["sync", segment],
              ["sync", join(root, "log")],
            ]),
          );
        }
        if (kind === "remove" && path.endsWith(".log")) {
          segments++;
          expect(since(["make", path])).toEqual(expect.arrayContaining([["sync", wal]]));
          expect(since(["make", wal])).toEqual(expect.arrayContaining([["sync", root]]));
        }
      });
      expect({ wals, segments }).toEqual({ wals: 2, segments: 3 });
      const first = (step: Step): number => steps.findIndex(([k, p]) => k === step[0] && p === step[1]);
      expect(first(["sync", place])).toBeGreaterThan(-1);
      expect(first(["sync", root])).toBeGreaterThan(-1);
    }),
);
