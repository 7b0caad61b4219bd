// node full-disk.mjs FOLDER: appends to a real log until the system has refused for the first time or 250 appends are
// through, then prints what was acknowledged, what was refused and what a new start finds, as one JSON document. The
// engine never takes anything, as one does that is far behind.

import { openIngest } from "../../../dist/store/log/open-ingest.js";

const folder = process.argv[2];
const acknowledged = [];
const refused = [];
const storeId = async () => "00112233445566aa";
const events = { storeId, position: async () => 0, load: () => new Promise(() => undefined) };
const ingest = await openIngest({ folder, events, now: Date.now, limits: { segmentBytes: 1e9 } });
for (let k = 0; k < 250; k++) {
  const event = { kind: "prediction", id: `p${k}`, filler: "x".repeat(1000 + (k % 7)) };
  try {
    await ingest.append([event]);
    acknowledged.push(event.id);
  } catch (error) {
    refused.push(`${error.code}: ${error.message}`);
    break;
  }
}
const { status } = ingest;

const found = [];
const reader = {
  storeId,
  position: async () => 0,
  load: async (batch) => {
    for (const { id } of batch) found.push(id);
    return { predictions: 0, duplicates: 0, conflicts: 0, outcomes: 0, repeatedOutcomes: 0, orphans: 0, refused: 0 };
  },
};
const warnings = [];
const again = await openIngest({ folder, events: reader, now: Date.now, warn: (text) => warnings.push(text) });
await again.settled();
console.log(JSON.stringify({ acknowledged, refused, found, status, warnings }));
process.exit(0);
