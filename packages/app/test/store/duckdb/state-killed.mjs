// Changes the state as fast as it can until it is killed: node state-killed.mjs DIR. Prints a number after every change that
// has been acknowledged.
import { join } from "node:path";
import { openDuckStore } from "../../../dist/store/duckdb/open-store.js";
import { defaultSettings } from "../../../dist/store/state-store.js";

const [folder] = process.argv.slice(2);
const { state } = await openDuckStore({
  path: join(folder, "candor.duckdb"),
  temporaryFolder: join(folder, "tmp"),
  now: () => 1,
});
const first = (await state.projects()).length;
for (let i = first; ; i++) {
  const project = { id: `p${i}`, name: "x".repeat(500), createdAt: 1, demo: false, settings: defaultSettings };
  await state.createProject(project, "cli");
  process.stdout.write(`${i}\n`);
}
