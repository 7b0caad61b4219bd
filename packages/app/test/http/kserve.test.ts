import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binaryCalibrator, classCalibrator, halved } from "../cli/calibrators.ts";
import { artefactOf, costPolicy, demandingPolicy } from "../serving/serving-with.ts";
import { openServer, type TestServer } from "./open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
const confidence = binaryCalibrator({ scoreKind: "confidence", classNames: [] });
const policy = costPolicy(confidence);
let server: TestServer;
let writer: string;

beforeAll(async () => {
  server = await openServer(now, { batchItems: 10 });
  const admin = await server.key(["admin"]);
  writer = await server.key(["write"]);
  const post = (path: string, json: unknown) => server.ask(`/api/v1/${path}`, { key: admin, json });
  const own = { model: "mymodel", version: "v10" };
  await post("policies", { document: policy, ...own });
  await post("activations", { ...own, policyId: artefactOf(policy).id });
  const pets = { model: "pets", version: "1" };
  await post("calibrators", { document: classCalibrator(), ...pets });
  await post("activations", { ...pets, calibratorId: artefactOf(classCalibrator()).id });
  const demanding = { model: "demanding", version: "1" };
  await post("policies", { document: demandingPolicy(), ...demanding });
  await post("activations", { ...demanding, policyId: artefactOf(demandingPolicy()).id });
  await post("activations", { model: "anyversion", calibratorId: artefactOf(classCalibrator()).id });
});
afterAll(() => server.close());

const get = (path: string) => server.ask(path, { key: writer });
const infer = (json: unknown, path = "/v2/models/mymodel/infer", headers = {}) =>
  server.ask(path, { key: writer, json, headers });
const score = { name: "score", shape: [2], datatype: "FP64", data: [0.999, 0.5] };

interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly data: readonly unknown[];
}

async function outputsOf(reply: Response): Promise<ReadonlyMap<string, Output>> {
  expect(reply.status).toBe(200);
  const { outputs }: { outputs: readonly Output[] } = await reply.json();
  return new Map(outputs.map((output) => [output.name, output]));
}

describe("GET /v2", () => {
  it("GET says what the server is, and that it is live and ready, without a key", async () => {
    expect(await (await server.ask("/v2")).json()).toEqual({
      name: "candor",
      version: expect.any(String),
      extensions: [],
    });
    expect(await (await server.ask("/v2/health/live")).json()).toEqual({ live: true });
    expect(await (await server.ask("/v2/health/ready")).json()).toEqual({ ready: true, live: true });
  });

  it("GET of a model says its versions, inputs and outputs", async () => {
    const said = await (await get("/v2/models/mymodel")).json();
    expect(said).toMatchObject({
      name: "mymodel",
      versions: ["v10"],
      platform: "candor",
      inputs: [{ name: "score", datatype: "FP64", shape: [-1] }],
    });
    expect(said.outputs).toContainEqual({ name: "certified", datatype: "BOOL", shape: [-1] });
    expect((await (await get("/v2/models/pets/versions/1")).json()).inputs).toEqual([
      { name: "logits", datatype: "FP64", shape: [-1, 3] },
    ]);
    expect(await (await get("/v2/models/mymodel/ready")).json()).toEqual({ name: "mymodel", ready: true });
    expect(await (await get("/v2/models/mymodel/versions/v10/ready")).json()).toEqual({ name: "mymodel", ready: true });
    const inactive = await get("/v2/models/mymodel/versions/v11/ready");
    expect([inactive.status, await inactive.json()]).toEqual([
      404,
      { error: "nothing is active for version v11 of mymodel" },
    ]);
    const unknown = await get("/v2/models/nobody");
    expect([unknown.status, await unknown.json()]).toEqual([404, { error: "nothing is active for a model nobody" }]);
  });
});

describe("POST /v2/models/{model}/infer", () => {
  it("POST gives every output, and records predictions under the id of the request and the row", async () => {
    const reply = await infer({ id: "42", inputs: [score], parameters: { route: "checkout" } });
    const text = await reply.clone().json();
    expect(text).toMatchObject({
      model_name: "mymodel",
      model_version: "v10",
      id: "42",
      parameters: { policyId: artefactOf(policy).id, calibratorId: artefactOf(confidence).id },
    });
    const outputs = await outputsOf(reply);
    expect([...outputs.keys()]).toEqual([
      "probability",
      "decision",
      "lower",
      "upper",
      "certified",
      "prediction",
      "treat_as",
      "reason",
      "id",
    ]);
    expect(outputs.get("decision")).toEqual({
      name: "decision",
      shape: [2],
      datatype: "BYTES",
      data: ["act", "review"],
    });
    expect(outputs.get("certified")).toEqual({ name: "certified", shape: [2], datatype: "BOOL", data: [true, true] });
    expect(outputs.get("lower")?.data).toEqual([null, null]);
    expect(outputs.get("id")?.data).toEqual(["42/0", "42/1"]);
    await server.deps.ingest.settled();
    const stored = await server.deps.events.prediction("default", "42/0");
    expect(stored?.prediction).toMatchObject({
      route: "checkout",
      decision: "act",
      confidence: outputs.get("probability")?.data[0],
    });
  });

  it("POST gives the outputs that are asked for, in their order", async () => {
    const outputs = [{ name: "decision" }, { name: "probability" }];
    const reply = await infer({ id: "43", inputs: [{ ...score, shape: [2, 1], datatype: "FP32" }], outputs });
    expect([...(await outputsOf(reply)).keys()]).toEqual(["decision", "probability"]);
  });

  it("POST takes logits row by row, flat or nested, with ids, segments and no version in the path", async () => {
    const rows = [
      [1, 3, 2],
      [0, 0, 5],
    ];
    const shared = { name: "logits", shape: [2, 3], datatype: "FP32" };
    const beside = [
      { name: "id", shape: [2], datatype: "BYTES", data: ["k-1", "k-2"] },
      { name: "segment:country", shape: [2], datatype: "BYTES", data: ["FI", "DE"] },
    ];
    const flat = await infer({ inputs: [{ ...shared, data: rows.flat() }, ...beside] }, "/v2/models/pets/infer");
    const nested = await infer({ inputs: [{ ...shared, data: rows }, ...beside] }, "/v2/models/pets/versions/1/infer");
    const first = await outputsOf(flat);
    expect(first).toEqual(await outputsOf(nested));
    expect(first.get("prediction")?.data).toEqual(["dog", "bird"]);
    expect(first.get("probability")?.data[0]).toBeCloseTo(halved([1, 3, 2])[1] ?? Number.NaN, 14);
    expect(first.get("decision")?.data).toEqual(["", ""]);
    await server.deps.ingest.settled();
    expect((await server.deps.events.prediction("default", "k-2"))?.prediction.segments).toEqual({ country: "DE" });
  });

  it("POST without any id makes ids that no other request has", async () => {
    const ids = new Set<unknown>();
    for (let i = 0; i < 3; i++)
      for (const id of (await outputsOf(await infer({ inputs: [score] }))).get("id")?.data ?? []) ids.add(id);
    expect(ids.size).toBe(6);
  });

  it("POST of the same request again is answered as before; of another under its id it is refused", async () => {
    const request = { id: "again", inputs: [score] };
    const before = await (await infer(request)).text();
    expect(await (await infer(request)).text()).toBe(before);
    const other = await infer({ id: "again", inputs: [{ ...score, data: [0.1, 0.2] }] });
    expect([other.status, (await other.json()).error]).toEqual([
      409,
      "row 0: another request was just decided under this id: a request that is sent again must be the same",
    ]);
  });

  it("POST with one bad row records none", async () => {
    const { appendedEvents } = server.deps.ingest.status;
    const reply = await infer({ id: "bad", inputs: [{ ...score, data: [0.5, 1.5] }] });
    expect([reply.status, await reply.json()]).toEqual([
      400,
      { error: "row 1: score must be a number in [0, 1] or null, got 1.5" },
    ]);
    expect(server.deps.ingest.status.appendedEvents).toBe(appendedEvents);
  });

  it("POST of missing scores never acts", async () => {
    const outputs = await outputsOf(await infer({ id: "none", inputs: [{ ...score, data: [null, null] }] }));
    expect([outputs.get("probability")?.data, outputs.get("decision")?.data]).toEqual([
      [null, null],
      ["review", "review"],
    ]);
  });

  it("POST has rows reviewed whose p-value says that they are not in distribution, where the policy demands that", async () => {
    expect((await (await get("/v2/models/demanding")).json()).inputs).toEqual([
      { name: "score", datatype: "FP64", shape: [-1] },
      { name: "inDistribution", datatype: "FP64", shape: [-1] },
    ]);
    const inside = { name: "inDistribution", shape: [3], datatype: "FP64", data: [0.4, 0.01, null] };
    const sure = { ...score, shape: [3], data: [0.99, 0.99, 0.99] };
    const outputs = await outputsOf(await infer({ inputs: [sure, inside] }, "/v2/models/demanding/infer"));
    expect(outputs.get("decision")?.data).toEqual(["act", "review", "review"]);
    const without = await infer({ inputs: [sure] }, "/v2/models/demanding/infer");
    expect([without.status, (await without.json()).error]).toEqual([
      400,
      expect.stringContaining("inDistribution must be given, null where it is not known"),
    ]);
    const wide = { ...inside, shape: [1, 3] };
    const wrong = await infer({ inputs: [{ ...score, shape: [1], data: [0.9] }, wide] }, "/v2/models/demanding/infer");
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { error: "input inDistribution: expected the shape [n] or [n, 1], got [1, 3]" },
    ]);
  });

  it("POST of no rows is answered with none", async () => {
    const outputs = await outputsOf(await infer({ inputs: [{ ...score, shape: [0], data: [] }] }));
    expect(outputs.get("probability")).toEqual({ name: "probability", shape: [0], datatype: "FP64", data: [] });
  });

  it.each([
    [{}, "inputs: expected a list of tensors, got undefined"],
    [{ inputs: [3] }, "inputs: expected objects with name, shape, datatype and data, got 3"],
    [
      { inputs: [{ ...score, name: "input0" }] },
      "input input0: expected one of score, logits, probabilities, and beside it id, prediction, inDistribution or segment:NAME",
    ],
    [{ inputs: [score, score] }, "input score: it is there twice"],
    [
      { inputs: [{ ...score, name: "id", datatype: "BYTES", data: ["a", "b"] }] },
      "inputs: expected one of score, logits, probabilities, got none",
    ],
    [
      { inputs: [{ ...score, datatype: "UINT32" }] },
      'input score: expected the datatype FP32 or FP64, got the text "UINT32"',
    ],
    [{ inputs: [score, { ...score, name: "id" }] }, 'input id: expected the datatype BYTES, got the text "FP64"'],
    [
      { inputs: [{ ...score, shape: [2, 2], data: [1, 1, 1, 1] }] },
      "input score: expected the shape [n] or [n, 1], got [2, 2]",
    ],
    [{ inputs: [{ ...score, shape: [-1] }] }, "input score: expected a shape [n] or [n, k] of whole numbers, got [-1]"],
    [
      { inputs: [{ ...score, shape: "2" }] },
      'input score: expected a shape [n] or [n, k] of whole numbers, got the text "2"',
    ],
    [{ inputs: [{ ...score, shape: [3] }] }, "input score: expected 3 values, as its shape says, got 2"],
    [{ inputs: [{ ...score, data: "AAAA" }] }, 'input score: expected a list as data, got the text "AAAA"'],
    [{ inputs: [{ ...score, data: [0.5, "x"] }] }, 'input score: expected a number in place 1, got the text "x"'],
    [
      { inputs: [{ name: "logits", shape: [2, 2], datatype: "FP32", data: [[1, 2], [3]] }] },
      "input logits: expected 2 lists of 2 values, as its shape says, got another one at 1",
    ],
    [
      { inputs: [score, { name: "prediction", shape: [1], datatype: "BYTES", data: ["a"] }] },
      "input prediction: expected 2 rows as score has, got 1",
    ],
    [
      { inputs: [{ ...score, shape: [11], data: Array.from({ length: 11 }, () => 0.5) }] },
      "input score: expected at most 10 rows, got 11",
    ],
    [
      { inputs: [{ ...score, parameters: { binary_data_size: 16 } }] },
      "input score: the binary tensor data extension is not read here: send data as JSON",
    ],
    [
      { inputs: [score], parameters: { binary_data_output: true } },
      "parameters: the binary tensor data extension is not read here: send data as JSON",
    ],
    [
      { inputs: [score], outputs: [{ name: "decision", parameters: { binary_data: true } }] },
      "output decision: the binary tensor data extension is not read here: send data as JSON",
    ],
    [
      { inputs: [score], outputs: [{ name: "output0" }] },
      "output output0: expected one of probability, decision, lower, upper, certified, prediction, treat_as, reason, id",
    ],
    [{ inputs: [score], outputs: "all" }, 'outputs: expected a list, got the text "all"'],
    [{ inputs: [score], parameters: { route: 3 } }, "row 0: route must be text of 1 to 200 characters, got 3"],
    [{ inputs: [score], parameters: "route" }, 'parameters: expected an object, got the text "route"'],
    [
      { inputs: [{ ...score, parameters: { unit: null } }] },
      "input score: expected text, a number, true or false as unit, got null",
    ],
    [{ inputs: [score], id: 42 }, "id: expected text, got 42"],
    [[score], "expected an object with inputs, got a list of 1"],
  ])("POST refuses, in the words of the protocol, %#", async (json, message) => {
    const reply = await infer(json);
    expect([reply.status, await reply.json()]).toEqual([400, { error: message }]);
  });

  it("POST refuses bytes after the JSON, what is not JSON, and models of which nothing is known", async () => {
    const binary = await infer({ inputs: [score] }, undefined, { "Inference-Header-Content-Length": "120" });
    expect([binary.status, (await binary.json()).error]).toEqual([
      400,
      "the binary tensor data extension is not read here: send data as JSON",
    ]);
    const broken = await server.ask("/v2/models/mymodel/infer", { key: writer, body: "{" });
    expect([broken.status, await broken.json()]).toEqual([400, { error: "the body is not JSON" }]);
    expect((await infer({ inputs: [score] }, "/v2/models/nobody/infer")).status).toBe(404);
    const unsaid = await infer({ inputs: [score] }, "/v2/models/anyversion/infer");
    expect([unsaid.status, (await unsaid.json()).error]).toEqual([
      400,
      "what is active for anyversion names no version: say it, /v2/models/{model}/versions/{version}/infer",
    ]);
    const reader = await server.key(["read"]);
    const role = await server.ask("/v2/models/mymodel/infer", { key: reader, json: { inputs: [score] } });
    expect([role.status, await role.json()]).toEqual([403, { error: expect.stringMatching(/^this needs a key/) }]);
    const nobody = await server.ask("/v2/models/mymodel/infer", { json: { inputs: [score] } });
    expect([nobody.status, await nobody.json()]).toEqual([401, { error: expect.stringMatching(/^this needs a key/) }]);
    const route = await server.ask("/v2/modles", { key: writer });
    expect([route.status, await route.json()]).toEqual([404, { error: "there is no GET /v2/modles" }]);
  });
});
