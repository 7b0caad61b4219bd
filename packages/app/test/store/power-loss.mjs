// node power-loss.mjs FOLDER: opens a store on a new folder, appends, loads, writes the log of the engine into its file, and
// appends and loads again. Says on standard error what has been promised so far.

import { writeSync } from "node:fs";
import { openDataFolder } from "../../dist/store/data-folder.js";
import { openDuckStore } from "../../dist/store/duckdb/open-store.js";
import { openIngest } from "../../dist/store/log/open-ingest.js";

const folder = await openDataFolder(process.argv[2]);
const store = await openDuckStore({ path: folder.database, temporaryFolder: folder.temporary, now: () => 1 });
const ingest = await openIngest({
  folder: folder.log,
  events: store.events,
  now: () => 1,
  limits: { segmentBytes: 1 },
});
for (const predictionId of ["a", "b", "c"]) {
  await ingest.append([{ kind: "erasure", project: "default", predictionId, receivedAt: 1 }]);
  writeSync(2, `acknowledged ${predictionId}\n`);
  await ingest.settled();
  if (predictionId === "b") await store.events.compact();
}
await ingest.close();
await store.close();
await folder.release();
