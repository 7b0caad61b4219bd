import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { staleInstall } from "../scripts/setup.mjs";
import { totalLine, totalOf } from "../scripts/total.mjs";
import { finish, root, temporaryFolder } from "./helpers.ts";

const lock = {
  "": { name: "x" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/b-linux": { version: "2.0.0", integrity: "sha512-b", optional: true },
};

function folderWith(installed: object | undefined): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: lock }));
  mkdirSync(join(folder, "node_modules"));
  if (installed)
    writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages: installed }));
  return folder;
}

describe("staleInstall(folder)", () => {
  const { "": _, "node_modules/b-linux": optional, ...required } = lock;

  it("is undefined for the clone this runs in", () => {
    expect(staleInstall(root)).toBeUndefined();
  });

  it("is undefined when everything is there, with or without what other platforms need", () => {
    expect(staleInstall(folderWith(required))).toBeUndefined();
    expect(staleInstall(folderWith({ ...required, "node_modules/b-linux": optional }))).toBeUndefined();
  });

  it("says that nothing is installed yet, also after an interrupted install", () => {
    expect(staleInstall(folderWith(undefined))).toBe("nothing is installed yet");
  });

  it("names a package that is missing", () => {
    expect(staleInstall(folderWith({}))).toBe("a is not installed");
  });

  it("names a package of another version", () => {
    const older = { ...required, "node_modules/a": { version: "0.9.0", integrity: "sha512-z" } };
    expect(staleInstall(folderWith(older))).toBe("a 0.9.0 is installed, the lockfile says 1.0.0");
  });
});

describe("requireNode(version)", () => {
  it.each([
    ["20.18.3", 2],
    ["18.20.0", 2],
    ["20.19.0", 0],
    ["22.0.0", 0],
  ])("on Node.js %s the exit code is %i", async (version, code) => {
    const script = `import("./scripts/setup.mjs").then(({ requireNode }) => requireNode("${version}"))`;
    const result = await finish(process.execPath, ["-e", script], root);
    expect(result.code).toBe(code);
    if (code !== 0) expect(result.stderr).toContain(`Candor needs Node.js 20.19 or newer; this is ${version}`);
  });
});

describe("totalOf(report, exitCode)", () => {
  const file = (status: string, ...tests: string[]) => ({
    status,
    assertionResults: tests.map((s) => ({ status: s })),
  });

  it("counts tests over all files", () => {
    const testResults = [file("passed", "passed", "passed", "pending"), file("failed", "passed", "failed")];
    expect(totalOf({ testResults }, 1)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it("counts a file that could not be loaded as a failure", () => {
    expect(totalOf({ testResults: [file("failed"), file("passed", "passed")] }, 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });

  it("never says 0 failed about a run that failed", () => {
    expect(totalOf({ testResults: [file("passed", "passed")] }, 1).failed).toBe(1);
    expect(totalOf(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe("totalLine(total)", () => {
  it("mentions what was skipped only when something was", () => {
    expect(totalLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
    expect(totalLine({ passed: 12, failed: 1, skipped: 2 })).toBe("12 passed, 1 failed, 2 skipped");
  });
});
