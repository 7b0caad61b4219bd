import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeWhole } from "../../src/cli/write-file.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-write-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("writeWhole(path, content) replaces a file and leaves no draft", async () => {
  const path = join(folder, "out.txt");
  writeFileSync(path, "old");
  await writeWhole(path, "new");
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(readdirSync(folder)).toEqual(["out.txt"]);
});

it("writeWhole(path, content) says why it cannot, and leaves no draft", async () => {
  await expect(writeWhole(join(folder, "no/out.txt"), "x")).rejects.toThrow(/cannot write .*the folder does not exist/);
  mkdirSync(join(folder, "taken"));
  await expect(writeWhole(join(folder, "taken"), "x")).rejects.toThrow(/cannot write .*it is a folder/);
  expect(readdirSync(folder).sort()).toEqual(["out.txt", "taken"]);
});
