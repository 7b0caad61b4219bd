import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { canMount, onOwnDisk, ownMounts } from "../own-disk.ts";

const script = fileURLToPath(new URL("rounds.mjs", import.meta.url));

async function killRounds(options: object, wrapper: readonly string[] = []): Promise<Record<string, unknown>> {
  const [command = "", ...args] = [...wrapper, process.execPath, script, JSON.stringify(options)];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  await once(child, "close");
  return stdout === "" ? { failures: [stderr] } : JSON.parse(stdout);
}

describe("a server that is killed under load", () => {
  it("has everything that it acknowledged, nothing twice, and cells that equal a rebuild, while its clock jumps", async () => {
    const { failures, acknowledged } = await killRounds({ rounds: 4, seed: 4, jumpDays: 3 });
    expect(failures).toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
  });

  it.skipIf(!canMount)(
    onOwnDisk("has the same on a disk that fills up under it, and goes on when there is space"),
    async () => {
      const { failures, filled, recovered } = await killRounds(
        { rounds: 2, seed: 3, diskMb: 40, loadMs: 200 },
        ownMounts,
      );
      expect(failures).toEqual([]);
      expect({ filled, recovered }).toEqual({ filled: 2, recovered: 1 });
    },
  );
});
