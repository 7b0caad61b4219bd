import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, inject, it } from "vitest";
import { apiTypes } from "../../../scripts/api-types/api-types.mjs";

const file = new URL("../src/api/api-types.ts", import.meta.url).pathname;
const biome = join(dirname(createRequire(import.meta.url).resolve("@biomejs/biome/package.json")), "bin/biome");

it("api-types.ts is what npm run api-types makes of the server's document", async () => {
  const document = await (await fetch(`${inject("demoServer").url}/openapi.json`)).json();
  const written = execFileSync(process.execPath, [biome, "format", `--stdin-file-path=${file}`], {
    input: apiTypes(document),
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  });
  expect(readFileSync(file, "utf8")).toBe(written);
});
