import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openDuckStore } from "../../../src/store/duckdb/open-store.ts";

const script = fileURLToPath(new URL("state-killed.mjs", import.meta.url));
const built = fileURLToPath(new URL("../../../dist/store/duckdb/open-store.js", import.meta.url));

/** Starts the script and kills it a while after its first change; what it acknowledged last. */
async function killed(folder: string, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  let isTimed = false;
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve());
    child.stdout.on("data", (bytes) => {
      text += String(bytes);
      if (isTimed) return;
      isTimed = true;
      setTimeout(() => child.kill("SIGKILL"), afterMs);
    });
  });
  return Number(text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1));
}

it.skipIf(!existsSync(built))(
  "kill -9 between state writes keeps what was acknowledged, each with its audit entry",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "candor-killed-"));
    try {
      for (const afterMs of [3, 17, 40, 90]) {
        const last = await killed(folder, afterMs);
        const path = join(folder, "candor.duckdb");
        const store = await openDuckStore({ path, temporaryFolder: join(folder, "tmp"), now: () => 1 });
        const ids = (await store.state.projects()).map(({ id }) => id).sort();
        const audited: string[] = [];
        for (let before: number | undefined; ; ) {
          const page = await store.state.audit({ limit: 1000, ...(before === undefined ? {} : { before }) });
          audited.push(...page.map(({ subject }) => subject));
          before = page.at(-1)?.sequence;
          if (page.length < 1000) break;
        }
        const { revision } = store.state;
        await store.close();
        expect(audited.sort()).toEqual(ids);
        expect(revision).toBe(ids.length);
        expect(ids.length - 1).toBeGreaterThanOrEqual(last);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
