import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDataFolder } from "../../src/store/data-folder.ts";
import { processIdentity } from "../../src/store/process-identity.ts";
import { runningServer } from "../../src/store/running-server.ts";
import { inFolder } from "./log/recording-engine.ts";

const secret = new Uint8Array(32).fill(7);
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

/** Number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

describe("openDataFolder", () => {
  it("openDataFolder(path) makes the folder for its owner alone, and begin() empties what is temporary", () =>
    inFolder(async (place) => {
      const root = join(place, "a", "data");
      await mkdir(join(root, "tmp", "left"), { recursive: true });
      const folder = await openDataFolder(root);
      expect(folder).toMatchObject({ root, database: join(root, "candor.duckdb"), log: join(root, "log") });
      expect(await readdir(folder.temporary)).toEqual(["left"]);
      await folder.begin();
      expect(await readdir(folder.temporary)).toEqual([]);
      for (const path of [folder.log, folder.temporary]) expect(await modeOf(path)).toBe(0o700);
      await folder.release();
      const fresh = await openDataFolder(join(place, "b"));
      expect(await modeOf(fresh.root)).toBe(0o700);
      await fresh.release();
    }));

  it("openDataFolder(path) refuses a folder in use with the process and its address", () =>
    inFolder(async (root) => {
      const folder = await openDataFolder(root);
      await expect(openDataFolder(root)).rejects.toMatchObject({
        code: "owned",
        message: `the data folder ${root} is in use by candor (pid ${process.pid})`,
      });
      await folder.announce({ url: "http://127.0.0.1:8400", startedAt: 5, secret });
      await expect(openDataFolder(root)).rejects.toMatchObject({
        code: "owned",
        message: `the data folder ${root} is in use by candor (pid ${process.pid}) at http://127.0.0.1:8400`,
      });
      await folder.release();
      await (await openDataFolder(root)).release();
      expect(await readdir(root)).toEqual(["log", "tmp"]);
    }));

  it("openDataFolder(path) takes over from a process that is gone, and from a number that was given again", () =>
    inFolder(async (root) => {
      const me = await processIdentity(process.pid);
      for (const left of [
        JSON.stringify({ pid: await deadPid(), began: null }),
        ...(me.began === null ? [] : [JSON.stringify({ pid: process.pid, began: "another boot 1" })]),
        "",
        '{"pid":',
      ]) {
        await writeFile(join(root, "lock"), left);
        await writeFile(join(root, "server.json"), `{"pid": 1, "url": "http://left.invalid", "startedAt": 0}`);
        const folder = await openDataFolder(root);
        await folder.begin();
        expect(await runningServer(root)).toBeNull();
        await folder.release();
      }
    }));

  it("openDataFolder(path) lets one of many in that come at once", () =>
    inFolder(async (root) => {
      const opened = await Promise.allSettled(Array.from({ length: 8 }, () => openDataFolder(root)));
      expect(opened.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const result of opened)
        if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "owned" });
    }));

  it("release() leaves alone what another process has taken over, and begin() was never called for", () =>
    inFolder(async (root) => {
      const folder = await openDataFolder(root);
      for (const name of ["lock", "server.json", "local-token"]) await writeFile(join(root, name), "of another");
      await folder.release();
      expect(await readdir(root)).toEqual(["local-token", "lock", "log", "server.json", "tmp"]);
    }));

  it("openDataFolder(path) says that a file stands there", () =>
    inFolder(async (place) => {
      const path = join(place, "file");
      await writeFile(path, "");
      await expect(openDataFolder(path)).rejects.toMatchObject({
        code: "cannot-write",
        message: `${path} cannot be used as the data folder: there is a file of this name`,
      });
    }));
});

describe("runningServer", () => {
  it("runningServer(folder) finds the server, with its token, and only its owner can read them", () =>
    inFolder(async (root) => {
      const folder = await openDataFolder(root);
      expect(await runningServer(root)).toBeNull();
      const token = await folder.announce({ url: "http://127.0.0.1:8400", startedAt: 5, secret });
      expect(await runningServer(root)).toEqual({
        ...(await processIdentity(process.pid)),
        url: "http://127.0.0.1:8400",
        startedAt: 5,
        token,
      });
      expect(Buffer.from(token, "base64url")).toEqual(Buffer.from(secret));
      for (const name of ["server.json", "local-token", "lock"]) expect(await modeOf(join(root, name))).toBe(0o600);
      expect(await readFile(join(root, "server.json"), "utf8")).not.toContain(token);
      await expect(folder.announce({ url: "", startedAt: 5, secret: new Uint8Array(8) })).rejects.toThrow("got 8");
      await folder.release();
      expect(await runningServer(root)).toBeNull();
    }));

  it("runningServer(folder) does not count what a killed server left", () =>
    inFolder(async (root) => {
      const server = { pid: await deadPid(), began: null, url: "http://127.0.0.1:1", startedAt: 1 };
      await writeFile(join(root, "server.json"), JSON.stringify(server));
      expect(await runningServer(root)).toBeNull();
      await writeFile(join(root, "server.json"), "half a docu");
      expect(await runningServer(root)).toBeNull();
    }));
});
