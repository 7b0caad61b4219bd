// npm run api-types: writes the types of the dashboard's client from the OpenAPI document of the built server.
// The suite fails where they are not those of the document.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiTypes } from "./api-types/api-types.mjs";
import { ensureBuilt, root, tool } from "./setup.mjs";

await ensureBuilt();
const { openServer } = await import("../packages/app/dist/cli/server/open-server.js");
const data = mkdtempSync(join(tmpdir(), "candor-api-"));
const quiet = { info() {}, warn() {}, error() {} };
const server = await openServer({ data, now: Date.now, log: quiet });
try {
  const document = await (await server.app.request("http://localhost/openapi.json")).json();
  const file = join(root, "packages/dashboard/src/api/api-types.ts");
  writeFileSync(file, apiTypes(document));
  execFileSync(process.execPath, [tool("@biomejs/biome", "biome"), "format", "--write", file], { stdio: "ignore" });
} finally {
  await server.close();
  rmSync(data, { recursive: true, force: true });
}
