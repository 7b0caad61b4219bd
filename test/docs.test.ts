import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, it } from "vitest";
import { exampleCsv, generateExample } from "../packages/app/src/example/generate-example.ts";
import { filesBelow, read, root, temporaryFolder } from "./helpers.ts";
import { anchorsOf, linksOf } from "./markdown.ts";
import { prepareWorkspace, runPage } from "./run-page.ts";

const executed = ["README.md", ...filesBelow("docs", ".md")].filter((page) => existsSync(join(root, page)));
const linked = [...executed, "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].filter((page) =>
  existsSync(join(root, page)),
);

const example = exampleCsv(generateExample());

/** A folder as after `npm start`: the commands of the pages find the example where the README says it is. */
function workspace(): string {
  const folder = temporaryFolder();
  prepareWorkspace(folder);
  mkdirSync(join(folder, ".candor/example"), { recursive: true });
  writeFileSync(join(folder, ".candor/example/scores.csv"), example);
  return folder;
}

describe("every block of every page works", () => {
  it.each(executed)("%s", async (page) => {
    expect(await runPage(page, read(page), workspace())).toEqual([]);
  });
});

describe("runPage(page, markdown, folder)", () => {
  const fence = "```";
  const block = (language: string, text: string, marker?: string): string =>
    `${marker ? `<!-- ${marker} -->\n` : ""}${fence}${language}\n${text}\n${fence}\n`;
  const run = (...blocks: string[]): Promise<string[]> => runPage("page.md", blocks.join("\n"), workspace());

  it("keeps the files of earlier blocks", async () => {
    const file = block("csv", "a,b\n1,2", "file: data/in.csv");
    expect(await run(file, block("sh", "wc -l < data/in.csv | tr -d ' '"), block("text", "2", "output"))).toEqual([]);
  });

  it("runs TypeScript with the packages of this clone", async () => {
    const code = 'import { InputError } from "@candor/core";\nconsole.log(new InputError("empty", "none").code);';
    expect(await run(block("ts", code), block("text", "empty", "output"))).toEqual([]);
  });

  it("lets … stand for any lines, and JSON leave keys out", async () => {
    expect(await run(block("sh", "seq 5"), block("text", "1\n…\n5", "output"))).toEqual([]);
    const json = `echo '{"n": 3, "left": {"x": 1, "y": 2}}'`;
    expect(await run(block("sh", json), block("json", '{ "left": { "y": 2 } }', "output"))).toEqual([]);
  });

  it("accepts an exit code that the page announces, and leaves out what has a reason", async () => {
    expect(await run(block("sh", "exit 2", "exit: 2"), block("sh", "reboot", "not run: it would"))).toEqual([]);
    expect(await run(block("sh", "git clone https://example.com/candor.git\ncd candor\nnpm start"))).toEqual([]);
  });

  it("starts a server for the rest of a page, on a port of its own", async () => {
    const serve = block("sh", "npx candor serve --data here", "server");
    const ask = block("sh", "curl -s http://127.0.0.1:4319/health/ready");
    expect(await run(serve, ask, block("json", '{ "ready": true }', "output"))).toEqual([]);
    expect(await run(block("sh", "npx candor serve --port nine", "server"))).toEqual([
      expect.stringContaining("page.md:2 ended instead of serving"),
    ]);
  });

  it.each([
    ["a command that fails", [block("sh", "true\nfalse\ntrue")], "page.md:1 ends with exit code 1 instead of 0"],
    ["a command that does not exist", [block("sh", "npx candr")], "page.md:1 ends with exit code"],
    ["another exit code", [block("sh", "exit 3", "exit: 2")], "page.md:2 ends with exit code 3 instead of 2"],
    ["other output", [block("sh", "echo 1"), block("text", "2", "output")], "page.md:6 shows something else"],
    ["more output", [block("sh", "seq 2"), block("text", "1", "output")], "page.md:6 shows something else"],
    ["another number", [block("sh", "echo '{\"a\":1}'"), block("json", '{"a":2}', "output")], "page.md:6 shows"],
    ["output of nothing", [block("text", "2", "output")], "page.md:2 shows the output of nothing"],
    ["a block without a marker", [block("text", "hello")], "page.md:1 is text: neither run nor marked"],
    ["a block without a language", [block("", "hello")], "page.md:1 is a block without a language"],
    ["no reason", [block("sh", "reboot", "not run")], "page.md:2 is not run for no reason"],
    ["a wrong type", [block("ts", 'const a: number = "b";\nconsole.log(a);')], "page.md:1 ends with exit code"],
    ["a name that core has not", [block("ts", 'import { x } from "@candor/core";\nx();')], "page.md:1 ends with"],
    ["a script that is not there", [block("sh", "npm run nothing")], "page.md:1 ends with exit code"],
  ])("%s is caught", async (_, blocks, complaint) => {
    const complaints = await run(...blocks);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain(complaint);
  });
});

/** Links of a page that lead nowhere inside the repository. */
function deadLinks(page: string, markdown: string): string[] {
  return linksOf(markdown).flatMap(({ line, target }) => {
    if (/^(https?|mailto):/.test(target)) return [];
    const [path, anchor] = target.split("#");
    const file = path === "" ? page : posix.join(dirname(page), decodeURI(path));
    if (path !== "" && !existsSync(join(root, file))) return [`${page}:${line} ${target}`];
    if (anchor === undefined || !file.endsWith(".md")) return [];
    return anchorsOf(path === "" ? markdown : read(file)).has(anchor) ? [] : [`${page}:${line} ${target}`];
  });
}

describe("every link inside the repository leads somewhere", () => {
  it.each(linked)("%s", (page) => {
    expect(deadLinks(page, read(page))).toEqual([]);
  });

  it("a dead link, a dead anchor and a lost picture are caught, links in code are not links", () => {
    const text = [
      "# A title, with `code`",
      "[good](../LICENSE) [good](#a-title-with-code) [good](https://example.com/x)",
      "[bad](nothing.md)",
      "[bad](#nothing)",
      '<img src="lost.svg">',
      "`[code](nothing.md)`",
      "```sh",
      "echo '[code](nothing.md)'",
      "```",
      "![bad](lost.png)",
    ].join("\n");
    expect(deadLinks("docs/page.md", text)).toEqual([
      "docs/page.md:3 nothing.md",
      "docs/page.md:4 #nothing",
      "docs/page.md:5 lost.svg",
      "docs/page.md:10 lost.png",
    ]);
  });
});
