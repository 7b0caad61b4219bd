import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openServer, type TestServer } from "./open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
let server: TestServer;
let owner: string;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly names: readonly { readonly name: string; readonly in: string }[];
  /** Property names that its body describes, with all schemas of the document beside them. */
  readonly hasBody: boolean;
}

let operations: Operation[] = [];
let fields: string[] = [];

beforeAll(async () => {
  server = await openServer(now, { requestsPerSecond: 1e6, burst: 1e6 });
  owner = await server.key(["admin"]);
  await server.project("kept");
  const kept = { id: "p3", model: "m", version: "1", confidence: 0.3 };
  await server.ask("/api/v1/predictions?project=kept", { key: owner, json: kept });
  for (let i = 0; i < 30; i++)
    await server.ask("/api/v1/predictions", {
      key: owner,
      json: {
        id: `p${i}`,
        model: "m",
        version: "1",
        confidence: i / 30,
        segments: { s: "v" },
        time: now.value - i * 3_600_000,
      },
    });
  await server.ask("/api/v1/outcomes", {
    key: owner,
    json: [
      { predictionId: "p1", value: 1 },
      { predictionId: "p2", value: 0 },
    ],
  });
  await server.deps.ingest.settled();
  const text = await (await server.ask("/openapi.json")).text();
  const document: {
    paths: Record<string, Record<string, { parameters?: Operation["names"]; requestBody?: unknown }>>;
  } = JSON.parse(text);
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      names: parameters,
      hasBody: requestBody !== undefined,
    })),
  );
  fields = [
    ...new Set(
      [...text.matchAll(/"properties":\{"(\w+)"|,"(\w+)":\{"(?:type|anyOf|\$ref|allOf)"/g)].map(
        ([, a, b]) => a ?? b ?? "",
      ),
    ),
  ];
});
afterAll(() => server.close());

const edge = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "m",
      "1",
      "p1",
      "s",
      "s:v",
      "default",
      "hour",
      "day",
      "all",
      "csv",
      "ndjson",
      "parquet",
      "true",
      "10",
      "0.5",
    ),
  },
  fc.constantFrom(
    "",
    "-1",
    "1e999",
    "NaN",
    "99999999999999999999",
    "2026-03-01T00:00:00Z",
    "2026-02-28",
    "null",
    "[]",
    "{}",
  ),
  fc.constantFrom(
    "' OR 1=1 --",
    "'; DROP TABLE predictions; --",
    "../../etc/passwd",
    "%00",
    "\u0000",
    "\ud800",
    "__proto__",
    "constructor",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constant("x".repeat(5000)),
);

const leaf = fc.oneof(
  edge,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom<unknown>([], {}, [[]], [0.5, 0.5], now.value),
);

function encoded(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "\ufffd"));
}

it("no request in the form of the document, with anything in it, is a fault of the server", async () => {
  expect(operations.length).toBeGreaterThan(25);
  expect(fields).toEqual(expect.arrayContaining(["confidence", "predictionId", "roles"]));
  for (const { method, path, names, hasBody } of operations) {
    const query = names.filter((one) => one.in === "query").map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(
        fc.array(edge, { minLength: 3, maxLength: 3 }),
        fc.dictionary(fc.constantFrom("project", "other", ...query), edge, { maxKeys: 4 }),
        fc.oneof(
          fc.dictionary(
            fc.constantFrom(...fields),
            fc.oneof(
              leaf,
              fc.array(leaf, { maxLength: 3 }),
              fc.dictionary(fc.constantFrom(...fields), leaf, { maxKeys: 3 }),
            ),
            { maxKeys: 8 },
          ),
          leaf,
          fc.array(leaf, { maxLength: 2 }),
        ),
        async (values, asked, body) => {
          let at = 0;
          const filled = path.replaceAll(/\{\w+\}/g, () => encoded(values[at++ % 3] ?? "") || "x");
          const search = Object.entries(asked).map(([name, value]) => `${name}=${encoded(value)}`);
          const reply = await server.ask(search.length > 0 ? `${filled}?${search.join("&")}` : filled, {
            method,
            key: owner,
            ...(hasBody ? { json: body } : {}),
          });
          const text = await reply.text();
          expect([method, filled, search, body, reply.status, text.slice(0, 300)]).toEqual(
            expect.objectContaining({ 4: expect.toSatisfy((status: number) => status < 500) }),
          );
          if (reply.status >= 400 && !path.startsWith("/v2") && reply.status !== 422)
            expect(JSON.parse(text).error).toMatchObject({
              code: expect.stringMatching(/^[a-z-]+$/),
              message: expect.any(String),
            });
        },
      ),
      { numRuns: path.endsWith("/backup") ? 2 : 8 },
    );
  }
});

it("after all of it what no request named is still there, and cells equal the events", async () => {
  await server.deps.ingest.settled();
  expect(await server.deps.events.prediction("kept", "p3")).not.toBeNull();
  expect(await server.deps.events.verifyCells()).toEqual([]);
  expect(server.lines.filter((line) => line.includes('"a request failed"'))).toEqual([]);
});
