import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkWritable, writeWhole } from "../../src/cli/write-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-write-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("writeWhole(files) replaces a file and leaves no draft", async () => {
  const path = join(folder, "out.txt");
  writeFileSync(path, "old");
  await writeWhole([{ path, content: "new" }]);
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(readdirSync(folder)).toEqual(["out.txt"]);
});

it("writeWhole(files) writes none of them where one cannot be written, says why, and leaves no draft", async () => {
  const good = { path: join(folder, "out.txt"), content: "x" };
  const missing = { path: join(folder, "no/out.txt"), content: "x" };
  await expect(writeWhole([good, missing])).rejects.toThrow(/cannot write .*the folder does not exist/);
  mkdirSync(join(folder, "taken"));
  const taken = { path: join(folder, "taken"), content: "x" };
  await expect(writeWhole([good, taken])).rejects.toThrow(/cannot write .*it is a folder/);
  expect(readdirSync(folder)).toEqual(["taken"]);
});

it.skipIf(process.platform === "win32")("writeWhole(files) follows a link and keeps it", async () => {
  const path = join(folder, "link");
  writeFileSync(join(folder, "real"), "old");
  symlinkSync("real", path);
  await writeWhole([{ path, content: "new" }]);
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, "real"), "utf8")).toBe("new");
});

it.skipIf(process.platform === "win32")("writeWhole(files) writes to a device without replacing it", async () => {
  const path = join(folder, "null");
  symlinkSync("/dev/null", path);
  await writeWhole([{ path, content: "gone" }]);
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
});

it("checkWritable(path) says before the work what writeWhole would say after it", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(checkWritable(folder)).rejects.toThrow(/it is a folder/);
  await expect(checkWritable(join(folder, "no", "out"))).rejects.toThrow(/the folder does not exist/);
  await expect(checkWritable(join(folder, "new"))).resolves.toBeUndefined();
  await expect(checkWritable(join(folder, "file"))).resolves.toBeUndefined();
});
