import {
  addToCells,
  createCells,
  createRandom,
  decisionCells,
  openPolicy,
  type PolicyDocument,
  thresholdOutcome,
  timeGrid,
} from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { binaryCalibrator } from "../../cli/calibrators.ts";
import { artefactOf, costPolicy } from "../../serving/serving-with.ts";
import { openServer, type TestServer } from "../open-server.ts";

const day = 86_400_000;
const start = Date.UTC(2026, 2, 2);
const now = { value: start + 10 * day, ms: 0 };
const count = 1200;
let server: TestServer;
let admin = "";
let reader = "";

const random = createRandom(5);
const rows = Array.from({ length: count }, (_, i) => {
  const confidence = i === 0 ? null : 0.5 + 0.5 * random.uniform();
  return {
    id: `p${i}`,
    confidence,
    right: random.uniform() < (confidence ?? 0.5),
    time: start + Math.floor((i * 4 * day) / count),
    country: i % 3 === 0 ? "DE" : "FR",
    isLabelled: i % 4 !== 3,
  };
});

const replySchema = z.looseObject({
  schema: z.literal("candor.decisions/1"),
  predictions: z.number(),
  labelled: z.number(),
  perDay: z.number(),
  days: z.number(),
  cells: z.custom<Parameters<typeof thresholdOutcome>[0]>(),
  notes: z.array(z.string()),
  inEffect: z.looseObject({
    policyId: z.string().nullable(),
    thresholds: z.object({ act: z.number().nullable(), abstain: z.number().nullable() }).nullable(),
    state: z.object({ status: z.string(), sentence: z.string() }),
  }),
  calibratorSince: z.number().nullable(),
});

async function decisions(query: string, key = reader): Promise<z.infer<typeof replySchema>> {
  const reply = await server.ask(`/api/v1/decisions?model=fraud&version=1${query}`, { key });
  const body: unknown = await reply.json();
  expect([reply.status, reply.status === 200 ? "" : body]).toEqual([200, ""]);
  return replySchema.parse(body);
}

async function refusal(path: string, key: string, json?: unknown): Promise<[number, string]> {
  const reply = await server.ask(path, { key, ...(json === undefined ? {} : { json }) });
  const { error } = z.object({ error: z.object({ message: z.string() }) }).parse(await reply.json());
  return [reply.status, error.message];
}

beforeAll(async () => {
  server = await openServer(now);
  admin = await server.key(["admin"]);
  await server.ask("/api/v1/predictions", {
    key: admin,
    json: rows.map(({ id, confidence, time, country }) => ({
      id,
      model: "fraud",
      version: "1",
      time,
      confidence,
      segments: { country },
      decision: (confidence ?? 0) > 0.8 ? "act" : "review",
    })),
  });
  await server.ask("/api/v1/outcomes", {
    key: admin,
    json: rows
      .filter(({ isLabelled }) => isLabelled)
      .map(({ id, right, time }) => ({ predictionId: id, value: right, observedAt: time })),
  });
  await server.deps.ingest.settled();
  reader = await server.key(["read"], "default");
});
afterAll(() => server.close());

/** The same sums from the rows, by core alone. */
function cellsOf(of: typeof rows) {
  const scored = of.filter(({ confidence }) => confidence !== null);
  const labelled = scored.filter(({ isLabelled }) => isLabelled);
  const cells = createCells(timeGrid);
  addToCells(
    cells,
    Float64Array.from(labelled, ({ confidence }) => confidence ?? 0),
    Uint8Array.from(labelled, ({ right }) => (right ? 1 : 0)),
  );
  const traffic = {
    cell: scored.map(({ confidence }) => timeGrid.cellOf(confidence ?? 0)),
    predictions: scored.map(() => 1),
    withoutScore: of.length - scored.length,
  };
  return decisionCells(cells, traffic, { task: "confidence" });
}

describe("GET /api/v1/decisions", () => {
  it("has sums from which core works out what thresholds lead to, as from the rows themselves", async () => {
    const view = await decisions("");
    expect(view).toMatchObject({ predictions: count, days: 4, perDay: count / 4, calibratorSince: null });
    expect(view.cells).toEqual(cellsOf(rows));
    const { coverage, error } = thresholdOutcome(view.cells, { act: 0.8, abstain: 0.6 });
    const acted = rows.filter(({ confidence }) => (confidence ?? 0) >= 0.8);
    const known = acted.filter(({ isLabelled }) => isLabelled);
    expect(coverage.value).toBe(acted.length / count);
    expect(error?.value).toBe(known.filter(({ right }) => !right).length / known.length);
    expect(view.inEffect).toMatchObject({
      policyId: null,
      thresholds: null,
      state: { status: "none", sentence: expect.stringContaining("No policy is active for fraud 1") },
    });
  });
  it("keeps to a segment and to a window", async () => {
    const german = await decisions("&segment=country:DE");
    expect(german.cells).toEqual(cellsOf(rows.filter(({ country }) => country === "DE")));
    const late = await decisions(`&from=2026-03-04`);
    expect(late.cells).toEqual(cellsOf(rows.filter(({ time }) => time >= start + 2 * day)));
    expect(late.days).toBe(2);
  });
  it("says what is wrong with a request", async () => {
    expect(await refusal("/api/v1/decisions?model=fraud", reader)).toEqual([400, expect.stringContaining("version")]);
    expect(await refusal("/api/v1/decisions?model=fraud&version=9", reader)).toEqual([
      400,
      "there are no predictions of this kind",
    ]);
    expect(await refusal("/api/v1/decisions?model=fraud&version=1&on=positive", reader)).toEqual([
      400,
      "a policy on the positive class needs its probability, got confidences",
    ]);
    expect(await refusal("/api/v1/decisions?model=fraud&version=1&segment=country:DE&route=web", reader)).toEqual([
      400,
      expect.stringContaining("one segment or route at a time"),
    ]);
  });
});

const wanted = { model: "fraud", version: "1", thresholds: { act: 0.85, abstain: 0.6 } };

describe("POST /api/v1/policies/thresholds", () => {
  it("makes a policy of the server's own predictions, which decides once it is activated", async () => {
    const costs = { error: 20, review: 2, abstain: 1 };
    const capacity = { reviews: 50, volume: 300, period: "day" };
    const reply = await server.ask("/api/v1/policies/thresholds", {
      key: admin,
      json: { ...wanted, costs, capacity, note: "fewer reviews" },
    });
    expect(reply.status).toBe(201);
    const kept = z.looseObject({ id: z.string(), summary: z.string() }).parse(await reply.json());
    expect(kept).toMatchObject({ kind: "policy", model: "fraud", version: "1", note: "fewer reviews", n: 899 });
    expect(kept.summary).toMatch(/^By hand, act on a confidence of 0\.85 or more, review from 0\.6 and abstain below:/);

    const document = await (await server.ask(`/api/v1/policies/${kept.id}/document`, { key: reader })).json();
    const policy: PolicyDocument = openPolicy(document);
    const {
      divided: _,
      wrongPerThousand: __,
      ...outcome
    } = thresholdOutcome(cellsOf(rows), wanted.thresholds, {
      costs: { ...costs, missed: 0, reviewError: 0 },
    });
    expect(policy.expected).toEqual(outcome);
    expect(policy.source).toMatchObject({
      name: "fraud 1, 2026-03-02 to 2026-03-06 UTC",
      rows: count,
      approximate: true,
    });
    expect(policy.certificate).toBeNull();

    const active = await server.ask("/api/v1/activations", {
      key: admin,
      json: { model: "fraud", version: "1", policyId: kept.id },
    });
    expect(await active.json()).toMatchObject({ warnings: [] });
    const decided = await Promise.all(
      [0.85, 0.8499, 0.6, 0.5999].map(async (confidence) => {
        const answer = await server.ask("/api/v1/decide?dryRun=true", {
          key: admin,
          json: { id: `d${confidence}`, model: "fraud", version: "1", score: confidence },
        });
        return z.looseObject({ decision: z.string() }).parse(await answer.json()).decision;
      }),
    );
    expect(decided).toEqual(["act", "review", "review", "abstain"]);

    const { inEffect } = await decisions("");
    expect(inEffect).toMatchObject({
      policyId: kept.id,
      objective: "thresholds set by hand: act from 0.85, abstain below 0.6",
      thresholds: wanted.thresholds,
      costs: { ...costs, missed: 0, reviewError: 0 },
      capacity,
      certificate: null,
      state: {
        status: "no-bound",
        sentence: "No error bound is certified of thresholds set by hand.",
      },
    });
    const entries = await server.deps.state.audit({ limit: 2 });
    expect(entries.map(({ action }) => action)).toEqual(["activation.set", "policy.upload"]);
  });
  it("brings the calibrator in effect, and compares with the thresholds in effect", async () => {
    const calibrator = binaryCalibrator({ scoreKind: "confidence", classNames: [] });
    const before = costPolicy(calibrator);
    for (const [path, json] of [
      ["policies", { document: before, model: "fraud", version: "1" }],
      ["activations", { model: "fraud", version: "1", policyId: artefactOf(before).id }],
    ] as const)
      expect((await server.ask(`/api/v1/${path}`, { key: admin, json })).status).toBeLessThan(300);
    const view = await decisions("");
    expect(view.inEffect.thresholds).toEqual(before.thresholds);
    expect(view.calibratorSince).toBe(now.value);
    expect(view.notes.at(-1)).toMatch(/^The calibrator in effect came on 2026-03-12 UTC, within these days/);
    const reply = await server.ask("/api/v1/policies/thresholds", { key: admin, json: wanted });
    const { id } = z.looseObject({ id: z.string() }).parse(await reply.json());
    const artefact = await server.deps.state.artefact("default", id);
    expect(artefact?.document).toMatchObject({
      scoreKind: "confidence",
      calibrator: { fingerprint: calibrator.fingerprint },
      choices: { current: before.thresholds },
    });
    const again = await server.ask("/api/v1/policies/thresholds", { key: admin, json: wanted });
    expect(again.status).toBe(200);
  });
  it("is for admins, and says what is wrong with thresholds and costs", async () => {
    const path = "/api/v1/policies/thresholds";
    expect((await refusal(path, reader, wanted))[0]).toBe(403);
    expect(await refusal(path, admin, { ...wanted, thresholds: { act: 0.5, abstain: 0.6 } })).toEqual([
      400,
      "the threshold to abstain must not be above that to act, got 0.6 and 0.5",
    ]);
    expect((await refusal(path, admin, { ...wanted, thresholds: { act: 1.5, abstain: null } }))[0]).toBe(400);
    expect(await refusal(path, admin, { ...wanted, costs: { error: 3, abstain: 1 } })).toEqual([
      400,
      "these thresholds review rows: give the cost of a review",
    ]);
    expect(await refusal(path, admin, { ...wanted, version: "9" })).toEqual([
      400,
      "there are no predictions of this kind",
    ]);
  });
});
