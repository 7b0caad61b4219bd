import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cloneInto, finish, npm, plainEnvironment, readManifest, succeed, temporaryFolder } from "./helpers.ts";

/** When each installed package and each compiled file was written. */
function written(folder: string): Map<string, number> {
  const built = ["core", "plots", "llm", "app"].flatMap((name) => {
    const dist = join(folder, "packages", name, "dist");
    return readdirSync(dist, { recursive: true, encoding: "utf8" }).map((file) => join(dist, file));
  });
  const installed = readdirSync(join(folder, "node_modules")).map((name) => join(folder, "node_modules", name));
  return new Map([...built, ...installed].map((path) => [path, statSync(path).mtimeMs]));
}

describe("a fresh clone", () => {
  it("npm start installs, builds and shows the example; again, it does only the last; npx candor works", async () => {
    const folder = temporaryFolder();
    cloneInto(folder);
    expect(existsSync(join(folder, "node_modules"))).toBe(false);
    const env = plainEnvironment({ CI: "true", npm_config_prefer_offline: "true" });

    const first = await succeed(npm(["start"], folder, env));
    expect(first.output).toContain("Installing dependencies (nothing is installed yet)");
    expect(first.output).toContain("Trained a small classifier");
    expect(first.stdout).toMatch(/^[✗✓?] /m);
    expect(first.stdout).toContain("a perfect model shows");
    expect(first.stdout).toMatch(/file:\S+\/\.candor\/example\/report\.html/);
    expect(
      Math.max(
        ...first.stdout
          .split("\n")
          .filter((line) => !/file:|^\$/.test(line))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
    const page = readFileSync(join(folder, ".candor/example/report.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page.length).toBeGreaterThan(20_000);
    expect(page.length).toBeLessThan(2_000_000);

    const before = written(folder);
    const second = await succeed(npm(["start"], folder, env));
    expect(second.output).not.toMatch(/Installing|Building/);
    expect(written(folder)).toEqual(before);
    expect(second.stdout).toBe(first.stdout);

    await succeed(npm(["run", "build"], folder, env));
    const version = await succeed(
      finish("npx", ["candor", "--version"], folder, { ...env, npm_config_offline: "true" }),
    );
    expect(version.stdout).toBe(`${readManifest("packages/app").version}\n`);
  });
});
