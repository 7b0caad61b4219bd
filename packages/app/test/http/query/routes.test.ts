import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { createRandom } from "@candor/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { localToken, openServer, type RealServer, testFolderFor } from "../../client/real-server.ts";

const hour = 3_600_000;
const start = Date.UTC(2026, 2, 2);
const now = start + 10 * 24 * hour;
const count = 4000;

let server: RealServer;
let folder = "";

function predictions() {
  const random = createRandom(11);
  return Array.from({ length: count }, (_, i) => {
    const confidence = 0.5 + 0.5 * random.uniform();
    const country = ["DE", "FR", "IT"][i % 3] ?? "";
    const truth = random.uniform() < (country === "IT" ? confidence - 0.25 : confidence);
    const raw = Math.sqrt(confidence);
    return {
      prediction: {
        id: `i${i}`,
        model: "fraud",
        version: i < 3000 ? "1" : "2",
        time: start + Math.floor((i * 8 * 24 * hour) / count),
        confidence,
        rawConfidence: raw,
        route: i % 2 === 0 ? "web" : "app",
        segments: { country, plan: i % 5 === 0 ? "free" : "paid" },
        ...(i % 2 === 0 ? { decision: confidence > 0.8 ? "act" : "review" } : {}),
      },
      outcome: {
        predictionId: `i${i}`,
        value: truth,
        observedAt: start + Math.floor((i * 8 * 24 * hour) / count) + hour,
      },
    };
  });
}

const headers = { authorization: `Bearer ${localToken}` };

async function get(path: string, extra: Record<string, string> = {}): Promise<Response> {
  return await server.app.request(`http://127.0.0.1${path}`, { headers: { ...headers, ...extra } });
}

// biome-ignore lint/suspicious/noExplicitAny: replies of the API are looked into from outside, as a caller does
async function json(path: string): Promise<any> {
  const reply = await get(path);
  const body: unknown = await reply.json();
  expect([path, reply.status, reply.status === 200 ? "" : body]).toEqual([path, 200, ""]);
  return body;
}

beforeAll(async () => {
  const made = await testFolderFor();
  folder = made.folder;
  server = await openServer(folder, 0, { now: () => now });
  const items = predictions();
  const send = async (path: string, body: unknown) => {
    const reply = await server.app.request(`http://127.0.0.1/api/v1/${path}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(reply.status).toBe(200);
  };
  await send(
    "predictions",
    items.map(({ prediction }) => prediction),
  );
  await send(
    "outcomes",
    items.filter((_, i) => i % 4 !== 3).map(({ outcome }) => outcome),
  );
  await server.deps.ingest.settled();
  return async () => {
    await server.cut();
    await made.remove();
  };
});

describe("GET /api/v1/models", () => {
  it("has every version with its traffic, its segments and a verdict", async () => {
    const { models, asOf } = await json("/api/v1/models");
    expect(asOf).toBeGreaterThan(0);
    expect(models).toMatchObject([
      { model: "fraud", version: "1", predictions: 3000, labelled: 2250, segments: { country: 3, plan: 2, route: 2 } },
      { model: "fraud", version: "2", predictions: 1000, labelled: 750 },
    ]);
    expect(models[0].verdict.status).toBe("overconfident");
    expect(models[0].pValue).toBeLessThan(1e-6);
    expect(models[0]).toMatchObject({ active: null, recalibratedAt: null, routes: [] });
    expect(models[0].traffic).toHaveLength(6);
  });
  it("keeps to a window", async () => {
    const { models, window } = await json("/api/v1/models?window=4d");
    expect(models.map(({ version }: { version: string }) => version)).toEqual(["2"]);
    expect(window).toMatchObject({ to: null });
    expect(window.from % 86_400_000).toBe(0);
    const [{ traffic, predictions, labelled }] = models;
    const sum = (of: "predictions" | "labelled") =>
      traffic.reduce((all: number, day: Record<typeof of, number>) => all + day[of], 0);
    expect([sum("predictions"), sum("labelled")]).toEqual([predictions, labelled]);
  });
});

describe("GET /api/v1/versions", () => {
  it("names every version with what it has of all time", async () => {
    const { models } = await json("/api/v1/versions?fresh=true");
    expect(models).toMatchObject([
      { model: "fraud", version: "1", predictions: 3000, labelled: 2250, segments: { country: 3, plan: 2, route: 2 } },
      { model: "fraud", version: "2", predictions: 1000, labelled: 750 },
    ]);
    expect(Object.keys(models[0]).sort()).toEqual(
      ["firstTime", "labelled", "lastTime", "model", "predictions", "segments", "task", "version"].sort(),
    );
  });
});

describe("GET /api/v1/reliability", () => {
  it("has bins whose examples /predictions gives", async () => {
    const view = await json("/api/v1/reliability?model=fraud&bins=10");
    expect(view).toMatchObject({ source: "calibrated", predictions: 4000, labelled: 3000, errorBound: { ece: 0 } });
    expect(view.bins).toHaveLength(5);
    const bin = view.bins[2];
    const query = `confidenceFrom=${bin.from}&confidenceTo=${bin.to}&outcome=any&limit=1000`;
    const page = await json(`/api/v1/predictions?model=fraud&${query}`);
    expect(page.predictions).toHaveLength(bin.count);
  });
  it.each(["calibrated", "raw", "raw&scheme=equal-mass"])(
    "counts what /predictions shows for its window and bins of source=%s",
    async (source) => {
      const window = `from=${start + 20.5 * hour}&to=${start + 70.5 * hour}`;
      const view = await json(`/api/v1/reliability?version=1&model=fraud&bins=5&${window}&source=${source}`);
      expect([view.from, view.to]).toEqual([start + 20 * hour, start + 71 * hour]);
      expect(view.bins.length).toBeGreaterThan(1);
      for (const bin of view.bins) {
        const range = `confidenceFrom=${bin.from}&confidenceTo=${bin.to}&source=${source}`;
        const query = `version=1&model=fraud&from=${view.from}&to=${view.to}&${range}`;
        const page = await json(`/api/v1/predictions?${query}&outcome=any&limit=1000`);
        expect([bin.lower, page.predictions.length]).toEqual([bin.lower, bin.count]);
      }
    },
  );
  it("gives a cursor that belongs to one kind of confidence", async () => {
    const asked = "/api/v1/predictions?model=fraud&confidenceFrom=0.9&limit=2";
    const { cursor } = await json(asked);
    expect((await get(`${asked}&cursor=${cursor}`)).status).toBe(200);
    expect((await get(`${asked}&source=raw&cursor=${cursor}`)).status).toBe(400);
  });
  it("judges as the report does, and says on what", async () => {
    const view = await json("/api/v1/reliability?model=fraud");
    const { report } = await json("/api/v1/report?model=fraud");
    expect(view.verdict.status).toBe(report.verdict.status);
    expect(view.pValue).toBeLessThan(1e-6);
    expect(view.stated - view.observed).toBeCloseTo(view.gap.value, 10);
    expect(view.histogram.shares).toHaveLength(40);
    expect(view.histogram.shares.reduce((sum: number, share: number) => sum + share, 0)).toBeCloseTo(1, 12);
  });
  it("shows the raw confidence beside the calibrated one, and several segments at once", async () => {
    const raw = await json("/api/v1/reliability?model=fraud&source=raw");
    const calibrated = await json("/api/v1/reliability?model=fraud");
    expect(raw.predictions).toBe(4000);
    expect(raw.gap.value).toBeGreaterThan(calibrated.gap.value + 0.05);
    const two = await json("/api/v1/reliability?model=fraud&segment=country:DE&segment=plan:free&route=web");
    expect(two.predictions).toBe(predictions().filter((_, i) => i % 3 === 0 && i % 5 === 0 && i % 2 === 0).length);
  });
});

describe("GET /api/v1/series", () => {
  it("has one series per version, or per value of a key, with the numbers that were asked for", async () => {
    const { series, bucket } = await json("/api/v1/series?bucket=day&version=1&metrics=ece,gap");
    expect(bucket).toBe("day");
    expect(series).toHaveLength(1);
    expect(series[0].points).toHaveLength(6);
    expect(Object.keys(series[0].points[0]).sort()).toEqual(
      ["ece", "end", "gap", "labelled", "mature", "maturity", "predictions", "start", "withoutConfidence"].sort(),
    );
    const byCountry = await json("/api/v1/series?version=1&by=country");
    expect(
      byCountry.series.map(({ stream }: { stream: { segment: { value: string } } }) => stream.segment.value),
    ).toEqual(["DE", "FR", "IT"]);
    const hours = await json("/api/v1/series?bucket=hour&from=2026-03-03&to=2026-03-04&version=1&segment=country:DE");
    expect(hours.series[0].points).toHaveLength(24);
  });
  it("says with metrics=evidence which stretches speak against calibration, and has none to say of young ones", async () => {
    const { series, specs } = await json("/api/v1/series?model=fraud&version=1&metrics=gap,evidence&histogramBins=20");
    expect(specs.evidence).toMatchObject({ metric: "calibration-evidence", flag: 0.05 });
    for (const { mature, labelled, evidence, histogram } of series[0].points) {
      expect(evidence === null).toBe(!(mature && labelled > 0));
      if (evidence !== null) expect(evidence.flagged).toBe(evidence.qValue <= 0.05);
      expect(histogram).toHaveLength(20);
    }
    expect(series[0].points.some(({ evidence }: { evidence: { flagged: boolean } | null }) => evidence?.flagged)).toBe(
      true,
    );
  });
  it.each([
    ["bins=7", "bins"],
    ["bucket=hour", "bucket"],
    ["metrics=ece,nonsense", "metrics"],
    ["by=country&segment=plan:free", "by"],
    ["segment=country:DE&route=web", "segment"],
    ["bucket=month", "bucket"],
  ])("refuses %s and names the parameter", async (query, field) => {
    const reply = await get(`/api/v1/series?${query}`);
    expect([reply.status, await reply.json()]).toMatchObject([400, { error: { field } }]);
  });
});

describe("GET /api/v1/segments", () => {
  it("puts the segment whose confidences are wrong first", async () => {
    const { segments } = await json("/api/v1/segments?model=fraud&version=1");
    expect(segments[0]).toMatchObject({ key: "country", value: "IT", flagged: true });
    expect(segments.map(({ key }: { key: string }) => key)).toContain("route");
    expect([segments[0].task, segments[0].bins]).toEqual(["confidence", null]);
    const { segments: drawn } = await json("/api/v1/segments?model=fraud&version=1&diagrams=1");
    expect(drawn[0].bins.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(drawn[0].n);
    expect(drawn[1].bins).toBeNull();
    const only = await json("/api/v1/segments?by=plan&minimumLabels=100000");
    expect([only.segments, only.untested.length]).toEqual([[], 4]);
  });
});

describe("GET /api/v1/report", () => {
  it("is the report document, approximate and with segments", async () => {
    const { report } = await json("/api/v1/report?model=fraud&version=1&by=country");
    expect(report).toMatchObject({
      schema: "candor.report/1",
      task: "confidence",
      n: 2250,
      source: { approximate: true },
    });
    expect(report.verdict.status).toBe("overconfident");
  });
  it("says so where there are no outcomes", async () => {
    const reply = await get("/api/v1/report?model=nothing");
    expect([reply.status, await reply.json()]).toMatchObject([400, { error: { code: "empty" } }]);
  });
});

describe("GET /api/v1/predictions", () => {
  it("pages through all that match, newest first, each once", async () => {
    const ids: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const next = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await json(`/api/v1/predictions?segment=country:DE&decision=act&limit=100${next}`);
      ids.push(...page.predictions.map(({ id }: { id: string }) => id));
      cursor = page.cursor;
    }
    const wanted = predictions().filter(
      ({ prediction }) =>
        prediction.segments.country === "DE" && "decision" in prediction && prediction.confidence > 0.8,
    );
    expect(ids).toEqual(wanted.map(({ prediction }) => prediction.id).reverse());
  });
  it("refuses a cursor that is none, and ranges that hold nothing", async () => {
    for (const query of ["cursor=nonsense", "confidenceFrom=0.9&confidenceTo=0.8", "limit=1001", "decision=maybe"])
      expect([query, (await get(`/api/v1/predictions?${query}`)).status]).toEqual([query, 400]);
  });
  it("GET /api/v1/predictions/{id} has all that was said of one, 404 for others", async () => {
    const { prediction } = await json("/api/v1/predictions/i4");
    expect(prediction).toMatchObject({ id: "i4", route: "web", outcomes: [{ name: "outcome", source: "truth" }] });
    expect("project" in prediction).toBe(false);
    expect((await get("/api/v1/predictions/nobody")).status).toBe(404);
  });
});

describe("GET /api/v1/data-health", () => {
  it("counts what is kept and what is missing", async () => {
    const health = await json("/api/v1/data-health");
    expect(health).toMatchObject({ predictions: 4000, outcomes: 3000, orphans: 0, withoutConfidence: 0 });
    expect(health.labelDelay.at(-1).share).toBe(1);
    const [{ model, labelled, observed }] = health.models;
    expect([model, labelled > 0, observed.median <= observed.p90]).toEqual(["fraud", true, true]);
    expect(health.queue).toMatchObject({ writable: true, problem: null, setAside: 0 });
  });
  it("says what was rejected, why, and to its project only", async () => {
    const send = async (path: string, body: unknown, project: Record<string, string> = {}): Promise<void> => {
      const sent = { ...headers, ...project, "content-type": "application/json" };
      await server.app.request(`http://127.0.0.1${path}`, {
        method: "POST",
        headers: sent,
        body: JSON.stringify(body),
      });
    };
    const bad = { id: "r", model: "fraud", version: "1", confidence: 1.2 };
    await send("/api/v1/predictions", [bad, bad, { id: "s", model: "fraud", confidence: 0.5 }]);
    await send("/api/v1/decide", { id: "d", model: "fraud", version: "1" });
    await send("/api/v1/outcomes", { predictionId: "r" });
    const { rejected } = await json("/api/v1/data-health");
    expect(
      rejected.map((one: { kind: string; reason: string; count: number }) => [one.kind, one.reason, one.count]),
    ).toEqual(
      expect.arrayContaining([
        ["prediction", "out-of-range", 2],
        ["prediction", "missing", 2],
        ["outcome", "missing", 1],
      ]),
    );
    expect(rejected[0].message).toContain("must");
  });
});

describe("GET /api/v1/export", () => {
  it("gives the rows that match as CSV, NDJSON and Parquet", async () => {
    const csv = await get("/api/v1/export?format=csv&version=2");
    expect(csv.headers.get("content-disposition")).toBe('attachment; filename="default-predictions.csv"');
    expect((await csv.text()).trim().split("\n")).toHaveLength(1001);
    const lines = (await (await get("/api/v1/export?format=ndjson&segment=country:IT&version=2")).text())
      .trim()
      .split("\n");
    expect(lines).toHaveLength(predictions().filter((_, i) => i >= 3000 && i % 3 === 2).length);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ model: "fraud", version: "2" });
    const parquet = join(folder, "export.parquet");
    await writeFile(parquet, new Uint8Array(await (await get("/api/v1/export?format=parquet")).arrayBuffer()));
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const rows = await (await connection.run(`SELECT count(*)::INTEGER FROM '${parquet}'`)).getRows();
    connection.closeSync();
    instance.closeSync();
    expect(rows).toEqual([[4000]]);
  });
  it("leaves no file behind when the caller leaves in the middle", async () => {
    const { port } = new URL(server.url);
    const call = request({ host: "127.0.0.1", port, path: "/api/v1/export?format=ndjson", headers });
    call.on("error", () => undefined);
    call.end();
    await once(call, "response");
    call.destroy();
    expect(await readdir(server.deps.temporaryFolder)).toEqual([]);
  });
});

describe("GET /api/v1/backup", () => {
  it("is a file of the engine with everything in it", async () => {
    const reply = await get("/api/v1/backup");
    expect(reply.headers.get("content-disposition")).toBe('attachment; filename="candor-20260312T0000.duckdb"');
    const bytes = new Uint8Array(await reply.arrayBuffer());
    expect(Buffer.from(bytes.subarray(8, 12)).toString()).toBe("DUCK");
    expect(await readdir(server.deps.temporaryFolder)).toEqual([]);
  });
});

describe("every query", () => {
  it("answers 304 to the ETag of what has not changed", async () => {
    for (const path of [
      "models",
      "reliability?model=fraud",
      "series",
      "segments",
      "predictions?limit=2",
      "data-health",
    ]) {
      const tag = (await get(`/api/v1/${path}`)).headers.get("etag") ?? "";
      const again = await get(`/api/v1/${path}`, { "if-none-match": tag });
      expect([path, again.status, await again.text()]).toEqual([path, 304, ""]);
    }
  });
  it("shows what was just sent with fresh=true", async () => {
    const body = JSON.stringify({ id: "new", model: "fresh", version: "1", confidence: 0.5 });
    const options = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
    expect((await server.app.request("http://127.0.0.1/api/v1/predictions", options)).status).toBe(200);
    expect((await json("/api/v1/predictions?model=fresh&fresh=true")).predictions).toHaveLength(1);
  });
  it("shows nothing of another project", async () => {
    await server.deps.state.createProject(
      {
        id: "other",
        name: "Other",
        createdAt: now,
        demo: false,
        settings: {
          maturityHours: 0,
          outcomeName: "outcome",
          retentionDays: null,
          contentDays: null,
          whenUncertified: "review",
        },
      },
      "cli",
    );
    const other = { "x-candor-project": "other" };
    expect(JSON.parse(await (await get("/api/v1/data-health", other)).text()).rejected).toEqual([]);
    for (const path of ["models", "series", "segments", "predictions", "data-health"]) {
      const text = await (await get(`/api/v1/${path}`, other)).text();
      expect([path, text.includes("fraud"), text.includes("4000")]).toEqual([path, false, false]);
    }
    expect((await get("/api/v1/predictions/i4", other)).status).toBe(404);
    expect((await get("/api/v1/reliability?model=fraud", other)).status).toBe(400);
  });
});
