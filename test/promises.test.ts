import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesBelow, finish, read, root, succeed } from "./helpers.ts";

/** The folders directly inside a folder, each with a slash. */
function foldersOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`);
}

/** What a section of ARCHITECTURE.md names in the first column of its table. */
function namedIn(section: string): string[] {
  const [, body = ""] = read("ARCHITECTURE.md").split(`## \`${section}\`\n`);
  const [table] = body.split("\n## ");
  return table
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => [...line.split("|")[1].matchAll(/`([^`]+)`/g)].map(([, name]) => name));
}

describe("ARCHITECTURE.md", () => {
  it.each([
    ["core/src", "packages/core/src"],
    ["llm/src", "packages/llm/src"],
    ["input/src", "packages/input/src"],
    ["app/src", "packages/app/src"],
    ["dashboard/src", "packages/dashboard/src"],
  ])("names every folder of %s, and only those that are there", (section, folder) => {
    const named = namedIn(section);
    expect(named.length).toBeGreaterThan(2);
    expect(
      named.filter((name) => !existsSync(join(root, folder, name)) && !existsSync(join(root, folder, `${name}.ts`))),
    ).toEqual([]);
    const covers = (part: string): boolean => named.some((name) => name.startsWith(part));
    expect(foldersOf(folder).filter((part) => !covers(part))).toEqual([]);
  });
});

/** `--flags` of a text. */
function flagsIn(text: string): Set<string> {
  return new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag));
}

describe("flags", () => {
  const pages = ["README.md", "CHANGELOG.md", ...filesBelow("docs", ".md")].filter((page) =>
    existsSync(join(root, page)),
  );
  /** Of npm and curl. */
  const ofOthers = new Set(["--data-binary", "--json"]);

  const help = async (...args: string[]): Promise<string> => {
    const cli = join(root, "packages/app/dist/cli/main.js");
    return (await succeed(finish(process.execPath, [cli, ...args, "--help"], root))).stdout;
  };

  it("that the pages name exist, and those that exist are on a page", async () => {
    const commandsIn = (text: string): string[] =>
      [...(text.split("\nCommands:\n")[1]?.split("\n\n")[0] ?? "").matchAll(/^ {2}([a-z]+) /gm)].map(
        ([, name]) => name ?? "",
      );
    const texts: string[] = [];
    const readAll = async (...args: string[]): Promise<void> => {
      const text = await help(...args);
      texts.push(text);
      const below = commandsIn(text).filter((name) => name !== "help");
      await Promise.all(below.map((name) => readAll(...args, name)));
    };
    await readAll();
    expect(commandsIn(texts[0] ?? "")).toContain("report");
    const known = flagsIn(texts.join("\n"));
    const said = flagsIn(pages.map(read).join("\n"));
    expect([...said].filter((flag) => !known.has(flag) && !ofOthers.has(flag))).toEqual([]);
    expect([...known].filter((flag) => !said.has(flag) && flag !== "--help" && flag !== "--version")).toEqual([]);
  });

  it("are found in prose and code, not inside words or rules", () => {
    expect([...flagsIn("`--by REGION`, --skip-bad. x--y ---- <!-- no --> --html=f")]).toEqual([
      "--by",
      "--skip-bad",
      "--html",
    ]);
  });
});
