import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { canMount, onOwnDisk, ownMounts } from "../own-disk.ts";
import { inFolder } from "./recording-engine.ts";

const script = fileURLToPath(new URL("full-disk.mjs", import.meta.url));

/** The child that fills its log, under a shell command that makes the system refuse. */
function fill(folder: string, shell: string, wrapper: readonly string[] = []): Record<string, unknown> {
  const command = [...wrapper, "bash", "-c", shell, "bash", process.execPath, script, folder];
  const { stdout, stderr } = spawnSync(command[0] ?? "", command.slice(1), { encoding: "utf8" });
  return stdout === "" ? { failed: stderr } : JSON.parse(stdout);
}

const mount = 'mount -t tmpfs -o size=200k tmpfs "$3" && exec "$@"';

describe("a log that the system refuses to write", () => {
  it.skipIf(process.platform === "win32")("because files may not be longer goes on in the next segment", () =>
    inFolder(async (folder) => {
      // bash counts blocks of 1024 bytes.
      const result = fill(folder, 'ulimit -f 60; exec "$@"');
      expect(result).toMatchObject({ refused: [], warnings: [], status: { writable: true } });
      expect(result["acknowledged"]).toHaveLength(250);
      expect(result["found"]).toEqual(result["acknowledged"]);
    }),
  );

  it.skipIf(!canMount)(
    onOwnDisk("because the disk is full refuses with a sentence, and has exactly what it acknowledged"),
    () =>
      inFolder(async (folder) => {
        const { acknowledged, refused, found, status } = fill(folder, mount, ownMounts);
        expect(refused).toEqual([
          expect.stringMatching(/^cannot-write: the log in .* cannot be written: ENOSPC: no space left on device/),
        ]);
        expect(status).toMatchObject({ writable: false });
        expect(found).toEqual(acknowledged);
        expect(found).not.toHaveLength(0);
      }),
  );
});
