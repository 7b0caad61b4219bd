import { expect, it } from "vitest";
import { createClient, type Rejection } from "../../src/client/index.ts";
import { localToken, realServer, testFolder } from "./real-server.ts";

const start = Date.UTC(2026, 0, 1);

it("client.predict(prediction) has every item at the server once, although the server goes away three times", async () => {
  const folder = await testFolder();
  let server = await realServer(folder);
  const { url } = server;
  const port = Number(new URL(url).port);
  const rejected: Rejection[] = [];
  const failures = new Set<string>();
  const candor = createClient({
    url,
    key: localToken,
    batchSize: 50,
    flushMs: 5,
    maxQueue: 400,
    timeoutMs: 2000,
    compressFrom: 4000,
    random: () => 0.2,
    onRejected: (items) => rejected.push(...items),
    onError: (error) => failures.add(error.message.split(":")[0] ?? ""),
  });
  const count = 6000;
  const sending = (async () => {
    for (let i = 0; i < count; i++) {
      const confidence = i % 1000 === 999 ? 2 : (i % 100) / 100;
      const id = await candor.predict({ id: `p${i}`, model: "m", version: "1", confidence, time: start + i });
      await candor.outcome({ predictionId: id, value: i % 3 !== 0 });
    }
  })();
  for (let k = 0; k < 3; k++) {
    await new Promise((resolve) => setTimeout(resolve, 30 + 20 * k));
    await server.cut();
    server = await realServer(folder, port);
  }
  await sending;
  await candor.close();
  await server.deps.ingest.settled();
  const [model] = await server.deps.events.models("default");
  expect(model).toMatchObject({ model: "m", predictions: count - 6, labelled: count - 6 });
  expect(rejected.map(({ id, code, field }) => [id, code, field])).toEqual(
    [999, 1999, 2999, 3999, 4999, 5999].map((i) => [`p${i}`, "out-of-range", "confidence"]),
  );
  expect(await server.deps.events.dataHealth("default")).toMatchObject({ conflicts: 0, orphans: 6 });
  expect([...failures]).toContain("the server cannot be reached");
});

it("client.decide(request) answers and records; what the server refuses is thrown with its reason", async () => {
  const server = await realServer(await testFolder());
  const candor = createClient({ url: server.url, key: localToken });
  const { decision, certified, reason } = await candor.decide({ id: "a", model: "m", version: "1", score: 0.9 });
  expect([decision, certified]).toEqual([null, null]);
  expect(reason).not.toBe("");
  await expect(candor.decide({ model: "m", version: "1", score: 2 })).rejects.toMatchObject({
    code: "refused",
    status: 400,
  });
  const both = await candor.decideBatch([
    { id: "b", model: "m", version: "1", score: 0.8 },
    { id: "c", model: "m", version: "1" },
  ]);
  expect(both).toMatchObject([{ decided: { id: "b" } }, { refused: { id: "c", code: "missing" } }]);
  await server.deps.ingest.settled();
  expect((await server.deps.events.prediction("default", "a"))?.prediction.rawConfidence).toBe(0.9);
  await candor.close();
});

it("a client with a key that is not known hears so at its next flush and sends nothing twice", async () => {
  const server = await realServer(await testFolder());
  const candor = createClient({ url: server.url, key: "ck_unknown" });
  await candor.predict({ model: "m", version: "1", confidence: 0.5 });
  await expect(candor.flush()).rejects.toMatchObject({ code: "rejected", rejections: [{ code: "bad-key" }] });
  await candor.close();
});
