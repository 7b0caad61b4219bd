import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSender } from "../../../src/http/query/send-file.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-send-"));
});
afterAll(() => rm(folder, { recursive: true }));

const bytes = Uint8Array.from({ length: 700_001 }, (_, i) => i % 251);
const write = (path: string) => writeFile(path, bytes, { flag: "wx" });
const file = { write, name: "a.bin", type: "application/octet-stream" };
const get = (init: RequestInit = {}) => new Request("http://candor.test/", init);

describe("fileSender(folder, atOnce)(file, request)", () => {
  it("streams the whole file, whose name is gone before the first byte", async () => {
    const response = await fileSender(folder, 1)(file, get());
    expect(await readdir(folder)).toEqual([]);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "application/octet-stream",
      "content-length": "700001",
      "content-disposition": 'attachment; filename="a.bin"',
      "cache-control": "no-store",
    });
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), bytes)).toBe(0);
  });
  it("closes the file when the caller leaves, and leaves nothing when the caller left before", async () => {
    const response = await fileSender(folder, 1)(file, get());
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const signal = AbortSignal.abort(new Error("left"));
    await expect(fileSender(folder, 1)(file, get({ signal }))).rejects.toThrow("left");
    expect(await readdir(folder)).toEqual([]);
  });
  it("leaves nothing when the file cannot be made", async () => {
    const half = async (path: string) => {
      await write(path);
      throw new Error("disk full");
    };
    const send = fileSender(folder, 1);
    await expect(send({ ...file, write: half }, get())).rejects.toThrow("disk full");
    expect(await readdir(folder)).toEqual([]);
    expect((await send(file, get())).status).toBe(200);
  });
  it("refuses more than its number of files at once with 503", async () => {
    const send = fileSender(folder, 1);
    const first = send(file, get());
    await expect(send(file, get())).rejects.toMatchObject({ status: 503, headers: { "Retry-After": "5" } });
    await (await first).body?.cancel();
  });
  it("makes no file to answer HEAD", async () => {
    const response = await fileSender(folder, 1)(
      { ...file, write: () => expect.unreachable() },
      get({ method: "HEAD" }),
    );
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/octet-stream"]);
  });
});
