import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportCalibrator } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binaryCalibrator, classCalibrator } from "./calibrators.ts";
import { candor } from "./run.ts";

let folder = "";
let binary = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-export-"));
  binary = join(folder, "binary.json");
  writeFileSync(binary, JSON.stringify(binaryCalibrator()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("candor export CALIBRATOR --to LANGUAGE", () => {
  it.each(["ts", "python", "sql", "json-schema"] as const)(
    "--to %s prints the code and nothing else",
    async (language) => {
      const { code, stdout, stderr } = await candor(["export", binary, "--to", language]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toBe(exportCalibrator(binaryCalibrator(), language));
      expect(stdout).toMatch(/[^\n]\n$/);
    },
  );

  it("--out writes a file", async () => {
    const path = join(folder, "classes.ts");
    const file = join(folder, "classes.json");
    writeFileSync(file, JSON.stringify(classCalibrator()));
    const { code, stdout } = await candor(["export", file, "--to", "ts", "-o", path]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `wrote ${path}\n` });
    expect(readFileSync(path, "utf8")).toBe(exportCalibrator(classCalibrator(), "ts"));
  });

  it.each([
    ["no language", [], "a calibrator needs --to: ts, python, sql, json-schema"],
    ["an unknown language", ["--to", "perl"], "Allowed choices are ts, python, sql, json-schema"],
  ])("refuses %s", async (_, flags, complaint) => {
    const { code, stdout, stderr } = await candor(["export", binary, ...flags]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(complaint);
  });

  it("refuses a file that is no calibrator, and to write over one", async () => {
    const file = join(folder, "none.json");
    writeFileSync(file, "[]");
    const none = await candor(["export", file, "--to", "ts"]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("none.json: ");
    const over = await candor(["export", binary, "--to", "json-schema", "-o", binary]);
    expect(over).toMatchObject({ code: 2, stdout: "" });
    expect(over.stderr).toContain("is an input");
  });
});
