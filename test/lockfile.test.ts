import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cloneInto, type Manifest, npm, packages, read, readManifest, temporaryFolder } from "./helpers.ts";

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Lockfile = Readonly<Record<string, Entry>>;

const lockfile: Lockfile = JSON.parse(read("package-lock.json")).packages;
const manifests = [".", ...packages.map((name) => `packages/${name}`)].map((folder) => readManifest(folder));
const own = new Set(manifests.map(({ name }) => name));

function nameOf(path: string): string {
  return path.replace(/^.*node_modules\//, "");
}

/** Installed packages: not the workspace's own folders and links. */
function installed(lock: Lockfile): [string, Entry][] {
  return Object.entries(lock).filter(([path, entry]) => path.includes("node_modules/") && !entry.link);
}

/** Platform packages that the lockfile names as optional dependencies and does not have: `npm ci` would refuse it. */
function missingPlatforms(lock: Lockfile): string[] {
  const have = new Set(Object.keys(lock).map(nameOf));
  return Object.values(lock)
    .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    .filter((name) => !have.has(name));
}

function needsNewer(engines: Entry["engines"]): boolean {
  return /^\s*>=?\s*v?(2[1-9]|[3-9]\d)/.test(engines?.["node"] ?? "");
}

function foreignSources(lock: Lockfile): string[] {
  return installed(lock)
    .filter(([, { resolved }]) => resolved !== undefined && !resolved.startsWith("https://registry.npmjs.org/"))
    .map(([path, { resolved }]) => `${path} from ${resolved}`);
}

function inexactVersions({ name, dependencies, devDependencies, optionalDependencies }: Manifest): string[] {
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !/^(npm:[@\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([dependency, version]) => `${name}: ${dependency} ${version}`);
}

describe("package-lock.json", () => {
  it("has every platform's packages, so that npm ci works on each of them", () => {
    expect(missingPlatforms(lockfile)).toEqual([]);
  });

  it("a lockfile that lacks a platform is caught", () => {
    const { "node_modules/@duckdb/node-bindings-darwin-arm64": _, ...lacking } = lockfile;
    expect(missingPlatforms(lacking)).toEqual(["@duckdb/node-bindings-darwin-arm64"]);
  });

  it("takes packages from the public registry only, each with its checksum", () => {
    expect(foreignSources(lockfile)).toEqual([]);
    expect(installed(lockfile).filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))).toEqual([]);
  });

  it("a package from elsewhere is caught", () => {
    const planted = { "node_modules/a": { resolved: "https://evil.example/a.tgz" } };
    expect(foreignSources(planted)).toEqual(["node_modules/a from https://evil.example/a.tgz"]);
  });

  it("has no package that runs a script when it is installed", () => {
    expect(installed(lockfile).filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  });

  it("ships only packages under permissive licences", () => {
    const shipped = installed(lockfile).filter(([, { dev }]) => !dev);
    const permissive = [
      "MIT",
      "ISC",
      "Apache-2.0",
      "BSD-2-Clause",
      "BSD-3-Clause",
      "0BSD",
      "Unlicense",
      "CC0-1.0",
      "Zlib",
    ];
    expect(shipped.length).toBeGreaterThan(20);
    const isPermissive = ({ license = "" }: Entry): boolean =>
      license
        .replaceAll(/[()]/g, "")
        .split(" OR ")
        .some((choice) => choice.split(" AND ").every((part) => permissive.includes(part)));
    expect(shipped.filter(([, entry]) => !isPermissive(entry)).map(([path]) => path)).toEqual([]);
  });

  it("agrees with every package.json, as npm ci sees it", async () => {
    const folder = temporaryFolder();
    cloneInto(folder);
    const { code, output } = await npm(["ci", "--dry-run", "--offline", "--ignore-scripts"], folder);
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  it("a package.json that asks for something else is caught", async () => {
    const folder = temporaryFolder();
    cloneInto(folder);
    const file = join(folder, "packages/app/package.json");
    writeFileSync(file, readFileSync(file, "utf8").replace(/"fflate": ".*?"/, '"fflate": "0.7.1"'));
    const { code, output } = await npm(["ci", "--dry-run", "--offline", "--ignore-scripts"], folder);
    expect(code).not.toBe(0);
    expect(output).toMatch(/fflate/);
  });
});

describe("package.json", () => {
  it("names exact versions", () => {
    expect(manifests.flatMap(inexactVersions)).toEqual([]);
  });

  it.each(["^1.0.0", "~1.0.0", "1.x", "*", "latest", "npm:c@^1.0.0", "git+https://example.com/a.git"])(
    "%s is caught",
    (version) => {
      const given = { name: "a", version: "1.0.0" };
      expect(inexactVersions({ ...given, dependencies: { b: version } })).toEqual([`a: b ${version}`]);
      expect(inexactVersions({ ...given, optionalDependencies: { b: version } })).toEqual([`a: b ${version}`]);
    },
  );

  it("gives all packages one version, which they ask of each other", () => {
    for (const { name, version, dependencies = {} } of manifests) {
      expect(`${name} ${version}`).toBe(`${name} ${manifests[0].version}`);
      for (const [dependency, wanted] of Object.entries(dependencies))
        if (own.has(dependency)) expect(`${name}: ${dependency} ${wanted}`).toBe(`${name}: ${dependency} ${version}`);
    }
  });

  it("says which Node.js is needed, and no package needs a newer one but those that npm then leaves out", () => {
    expect(manifests.map(({ engines }) => engines?.["node"])).toEqual(manifests.map(() => ">=20.19"));
    const newer = installed(lockfile).filter(([, { engines }]) => needsNewer(engines));
    expect(newer.filter(([, { optional }]) => !optional).map(([path]) => path)).toEqual([]);
    const asked = Object.keys(readManifest(".").optionalDependencies ?? {}).map((name) => `node_modules/${name}`);
    expect(newer.map(([path]) => path).filter((path) => !path.includes("/node_modules/"))).toEqual(asked);
  });

  it("leaves optional packages to the workspace's own tests: no package that is shipped asks for one", () => {
    const shipped = manifests.filter(({ name }) => name !== "candor-workspace");
    expect(shipped.filter(({ optionalDependencies }) => optionalDependencies !== undefined)).toEqual([]);
  });
});
