import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callApi, field, listField, textField } from "../../../src/cli/server/call-api.ts";
import { type Connection, connect } from "../../../src/cli/server/connect.ts";
import { loadDemo } from "../../../src/cli/server/load-demo.ts";
import { firstMidnight } from "../../../src/simulation/simulate.ts";
import { dayMs, truth } from "../../../src/simulation/truth.ts";
import { candor } from "../run.ts";

const now = Date.UTC(2026, 5, 20, 10, 30);
const start = firstMidnight(now);
/** Of the traffic, so that the test stays quick. */
const scale = 0.2;
const context = {
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  signal: new AbortController().signal,
  whileBusy: <T>(work: () => T): T => work(),
  now: () => new Date(now),
  env: {},
};

let folder = "";
let data = "";
let connection: Connection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "candor-demo-"));
  data = join(folder, "data");
  connection = await connect({ data }, context, { make: true });
});
afterAll(async () => {
  await connection.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (path: string): Promise<unknown> => callApi(connection, path, { project: "demo" });
const day = (n: number): string => new Date(start + n * dayMs).toISOString();

function numbers(value: unknown): { value: number; lower: number; upper: number } {
  const number = (name: string): number => Number(field(value, name));
  return { value: number("value"), lower: number("lower"), upper: number("upper") };
}

describe("candor demo", () => {
  it("loads once; loading again changes nothing", async () => {
    const first = await loadDemo(connection, context, scale);
    expect(first).toMatchObject({ wasThere: false });
    expect(first.predictions).toBeGreaterThan(15_000);
    const health = await ask("/api/v1/data-health?fresh=true");
    expect(health).toMatchObject({ predictions: first.predictions, outcomes: first.outcomes, orphans: truth.orphans });
    expect(await loadDemo(connection, context, scale)).toEqual({ ...first, wasThere: true });
    expect(await ask("/api/v1/data-health?fresh=true")).toMatchObject({ duplicates: 0, conflicts: 0 });
    const projects = listField(await ask("/api/v1/projects"), "projects");
    expect(projects).toContainEqual(expect.objectContaining({ id: "demo", demo: true }));
  });

  it("what the server says of it is what is true: the drifted region first, and no other", async () => {
    const { model, second, drift } = truth.fraud;
    const query = `model=${model}&version=${second.version}&by=${drift.segment}&from=${day(drift.day)}&to=${day(76)}`;
    const segments = listField(await ask(`/api/v1/segments?${query}`), "segments");
    expect(textField(segments[0], "value")).toBe(drift.value);
    const flagged = segments.filter((segment) => field(segment, "flagged") === true);
    expect(flagged.map((segment) => textField(segment, "value"))).toEqual([drift.value]);
    const gap = numbers(field(segments[0], "gap"));
    expect(gap.lower).toBeLessThan(-0.111);
    expect(gap.upper).toBeGreaterThan(-0.111);
  });

  it("the judge's accuracy counts labels by their propensity, and its interval holds the truth", async () => {
    const models = listField(await ask("/api/v1/models"), "models");
    const judge = models.find((entry) => textField(entry, "model") === truth.judge.model);
    const accuracy = numbers(field(judge, "accuracy"));
    expect(accuracy.lower).toBeLessThan(0.761);
    expect(accuracy.upper).toBeGreaterThan(0.761);
    expect(textField(field(judge, "verdict"), "status")).toBe("overconfident");
  });

  it("first outcomes, nearly all of them fraud, are not taken for the truth unless asked for", async () => {
    const { model, second, recalibrated, drift } = truth.fraud;
    const query = `model=${model}&version=${second.version}`;
    const since = (n: number): string => `from=${encodeURIComponent(day(n))}`;
    const rate = async (more: string): Promise<number> => {
      const report = field(await ask(`/api/v1/report?${query}&${more}`), "report");
      return numbers(field(report, "baseRate")).value;
    };
    expect(await rate(since(recalibrated))).toBeLessThan(0.16);
    expect(await rate(`${since(88)}&immature=true`)).toBeGreaterThan(0.5);
    const refused = await ask(`/api/v1/report?${query}&${since(88)}`).catch((error: unknown) => String(error));
    expect(refused).toMatch(/no predictions of this kind are older than the maturity of the project, 14 days/);

    const reliability = await ask(`/api/v1/reliability?${query}&${since(recalibrated)}&to=${day(drift.day)}`);
    expect(JSON.stringify(field(reliability, "notes"))).not.toContain("left out");
    const late = await ask(`/api/v1/reliability?${query}&${since(80)}&immature=true`);
    expect(JSON.stringify(field(late, "notes"))).toContain("may mislead");
    const early = await ask(`/api/v1/reliability?${query}`);
    expect(JSON.stringify(field(early, "notes"))).toContain("left out: they are younger than the maturity");
    expect(Number(field(late, "labelled"))).toBeGreaterThan(0);

    const [series] = listField(await ask(`/api/v1/series?${query}`), "series");
    const points = listField(series, "points");
    for (const point of points) {
      const accuracy = field(point, "accuracy");
      const isOld = Number(field(point, "end")) + truth.maturityHours * 3_600_000 <= now;
      const isMature = isOld || Number(field(point, "maturity")) === 1;
      expect(field(point, "mature")).toBe(isMature);
      if (!isMature) expect(textField(accuracy, "reason")).toMatch(/^outcomes are still to come: \d+ of \d+ so far$/);
    }
    expect(points.length).toBeGreaterThan(55);
  });

  it("decides as the last policy says, certified for its version alone", async () => {
    const decide = (version: string): Promise<unknown> =>
      callApi(connection, "/api/v1/decide?dryRun=true", {
        method: "POST",
        project: "demo",
        body: JSON.stringify({ model: truth.fraud.model, version, score: 0.001 }),
      });
    expect(await decide(truth.fraud.second.version)).toMatchObject({ decision: "act", certified: true });
    expect(await decide(truth.fraud.first.version)).toMatchObject({ decision: null });
    const predictions = listField(await ask(`/api/v1/predictions?model=${truth.fraud.model}&limit=1`), "predictions");
    expect(JSON.stringify(predictions)).toContain('"certified":true');
  });

  it("--remove takes it away, and nothing else", async () => {
    await connection.close();
    const removed = await candor(["demo", "--remove", "--data", data, "--json"]);
    expect(JSON.parse(removed.stdout)).toEqual({ schema: "candor.demo-removed/1", removed: true });
    const again = await candor(["demo", "--remove", "--data", data]);
    expect(again).toMatchObject({ code: 0, stdout: "there is no project demo\n" });
  });
});
