import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, it } from "vitest";
import {
  filesBelow,
  finish,
  npm,
  packages,
  plainEnvironment,
  readManifest,
  root,
  succeed,
  temporaryFolder,
} from "./helpers.ts";

interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

async function pack(name: string, ...options: string[]): Promise<Packed> {
  const folder = join(root, "packages", name);
  const { stdout } = await succeed(npm(["pack", "--json", "--ignore-scripts", ...options], folder));
  const [packed]: Packed[] = JSON.parse(stdout);
  return packed;
}

describe.each(packages)("the package of %s", (name) => {
  it("contains what is built, its sources and the licence, and nothing else", async () => {
    const paths = (await pack(name, "--dry-run")).files.map(({ path }) => path);
    expect(paths).toContain("LICENSE");
    expect(
      paths.filter((path) => !/^(bundle|dist|dashboard|src)\/|^(LICENSE|README\.md|package\.json)$/.test(path)),
    ).toEqual([]);
    expect(paths.filter((path) => /\.test\.|(^|\/)(test|fixtures|bench)\/|\.tsbuildinfo$/.test(path))).toEqual([]);

    const sources = filesBelow(`packages/${name}/src`, ".ts").map((path) => path.replace(`packages/${name}/src/`, ""));
    const stems = sources.map((path) => path.replace(/\.ts$/, ""));
    const ends = [...(name === "app" ? [".js", ".js.map"] : []), ".d.ts", ".d.ts.map"];
    const wanted = stems.flatMap((stem) => ends.map((end) => `dist/${stem}${end}`));
    expect(paths.filter((path) => path.startsWith("dist/")).sort()).toEqual(wanted.sort());
    const made = paths.filter((path) => /^(bundle|dashboard)\//.test(path));
    if (name === "app") expect(made).toContain("dashboard/index.html");
    else expect(made).toEqual(["bundle/index.js"]);
  });

  it("has nothing that publint complains about", async () => {
    const pkgDir = join(root, "packages", name);
    const { messages, pkg } = await publint({ pkgDir, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });
});

it("the packages work where nothing else is: npx candor, and @candor/core from TypeScript", async () => {
  const folder = temporaryFolder();
  const tarballs = join(folder, "tarballs");
  const project = join(folder, "project");
  mkdirSync(tarballs);
  mkdirSync(project);
  for (const name of packages) await pack(name, "--pack-destination", tarballs);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');

  const files = readdirSync(tarballs).map((file) => join(tarballs, file));
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  await succeed(npm([...install, ...files], project));

  const env = plainEnvironment({ npm_config_offline: "true" });
  const npx = (...args: string[]) => succeed(finish("npx", ["candor", ...args], project, env));
  expect((await npx("--version")).stdout).toBe(`${readManifest("packages/app").version}\n`);

  const rows = Array.from({ length: 400 }, (_, i) => `${((i % 20) + 0.5) / 20},${i % 3 === 0 ? 1 : 0}`);
  writeFileSync(join(project, "small.csv"), `score,label\n${rows.join("\n")}\n`);
  await npx("report", "small.csv", "--html", "report.html", "--json", "report.json");
  expect(existsSync(join(project, "report.html"))).toBe(true);
  const printed = await npx("report", "small.csv", "--json");
  expect(JSON.parse(printed.stdout)).toMatchObject({ schema: "candor.report/1", task: "binary", n: 400 });

  const code =
    'import { InputError } from "@candor/core";\nexport const error: InputError = new InputError("empty", "none");\nconsole.log(error.code);\n';
  writeFileSync(join(project, "use.ts"), code);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  for (const resolution of ["--module nodenext", "--module esnext --moduleResolution bundler"]) {
    const options = [...resolution.split(" "), "--strict", "--target", "es2022", "--lib", "es2023,dom"];
    await succeed(finish(process.execPath, [tsc, ...options, "use.ts"], project));
  }
  expect((await succeed(finish(process.execPath, ["use.js"], project))).stdout).toBe("empty\n");
});
