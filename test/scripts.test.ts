import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { staleInstall, tool } from "../scripts/setup.mjs";
import { totalLine } from "../scripts/total.mjs";
import { countTests } from "../scripts/total-reporter.mjs";
import { finish, plainEnvironment, root, temporaryFolder } from "./helpers.ts";

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

describe("countTests(modules, unhandledErrors)", () => {
  const module = (isOk: boolean, ...states: string[]) => ({
    ok: () => isOk,
    children: { allTests: () => states.map((state) => ({ result: () => ({ state }) })) },
  });

  it("counts tests over all files", () => {
    const modules = [module(true, "passed", "passed", "skipped"), module(false, "passed", "failed")];
    expect(countTests(modules, [])).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it("counts a file that could not be loaded, and an error outside of any test, as a failure", () => {
    expect(countTests([module(false), module(true, "passed")], [])).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(countTests([module(true, "passed")], [new Error("late")])).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });
});

describe("the reporter of npm test", () => {
  it.each([
    ["a run that passes", "1 + 1", { passed: 1, failed: 0 }],
    ["a test that fails", "expect(1).toBe(2)", { passed: 0, failed: 1 }],
    ["an error outside of tests", 'setTimeout(() => { throw new Error("late"); })', { passed: 1, failed: 1 }],
  ])("writes the total of %s", async (_, body, total) => {
    const folder = temporaryFolder();
    const late = "await new Promise((resolve) => setTimeout(resolve, 50));";
    const source = `import { expect, it } from "vitest";\nit("works", async () => { ${body}; ${late} expect(1).toBe(1); });\n`;
    writeFileSync(join(folder, "planted.test.ts"), source);
    writeFileSync(join(folder, "vitest.config.mjs"), "export default { test: {} };\n");
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const env = plainEnvironment({ CANDOR_TOTAL: join(folder, "total.json") });
    const reporter = `--reporter=${join(root, "scripts/total-reporter.mjs")}`;
    const { code } = await finish(process.execPath, [tool("vitest"), "run", reporter], folder, env);
    expect(code).toBe(total.failed === 0 ? 0 : 1);
    expect(JSON.parse(readFileSync(join(folder, "total.json"), "utf8"))).toEqual({ ...total, skipped: 0 });
  });
});

describe("totalLine(total)", () => {
  it("mentions what was skipped only when something was", () => {
    expect(totalLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
    expect(totalLine({ passed: 12, failed: 1, skipped: 2 })).toBe("12 passed, 1 failed, 2 skipped");
  });
});

describe("npm test", () => {
  it("ends with a total also when it cannot start", async () => {
    const env = plainEnvironment({ CANDOR_CHROMIUM: "/nowhere/chromium" });
    const result = await finish(process.execPath, ["scripts/test.mjs"], root, env);
    expect(result.code).toBe(2);
    expect(result.stdout.trimEnd().split("\n").at(-1)).toBe("0 passed, 1 failed");
  });
});
