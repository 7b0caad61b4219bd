// Sends predictions and an outcome to Candor and asks for a decision. Needs CANDOR_URL and CANDOR_KEY.

import { createClient } from "candor/client";

const candor = createClient({
  url: process.env["CANDOR_URL"] ?? "http://127.0.0.1:4319",
  key: process.env["CANDOR_KEY"] ?? "",
  onRejected: (items) => console.error(items),
  onUnavailable: "review",
  exit: process,
});

const ids: string[] = [];
for (const confidence of [0.62, 0.93, 0.99])
  ids.push(await candor.predict({ model: "fraud", version: "7", confidence, segments: { country: "DE" } }));
await candor.outcome({ predictionId: ids[0] ?? "", value: true });

const { decision, reason } = await candor.decide({ model: "fraud", version: "7", score: 0.93 });
console.log(`decision: ${decision} because ${reason}`);

await candor.close();
console.log(`${ids.length} predictions are on disk`);
